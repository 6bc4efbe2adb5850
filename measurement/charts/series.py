"""Numbers in the order in which they came, ready to be judged."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from measurement.values import BadData

Series = npt.NDArray[np.float64]
"""A one-dimensional array of finite floats; its order is time."""


def series(values: Sequence[float] | npt.NDArray[np.generic], least: int = 1, what: str = "values") -> Series:
    """The values as floats. Raises BadData when there are fewer than `least`, or one is missing or infinite."""
    numbers = np.asarray(values, dtype=float).ravel()
    if len(numbers) < least:
        raise BadData(f"{len(numbers)} {what}, at least {least} needed.", "Take a longer period.")
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise BadData(f"Number {wrong[0] + 1} of the {what} is not a number.", "Leave it out and say so.")
    return numbers
