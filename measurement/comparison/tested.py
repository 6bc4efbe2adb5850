"""What a test says, in one form whichever test it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measurement.values import BadData, Interval

Floats = NDArray[np.float64]
NUMBER, VALUE, SHARE, POINTS = "number", "value", "share", "points"

Samples = Mapping[str, Floats]
"""Group to its values."""


@dataclass(frozen=True)
class Effect:
    """How large a difference is, in words of `what`; None where it cannot be told.

    `scale`: whether it is in the unit of the values, a share (0-1), a difference of shares (points, -1 to 1), or a
    plain number such as a ratio.
    """

    what: str
    value: float | None
    interval: Interval | None
    scale: str = NUMBER


@dataclass(frozen=True)
class Tested:
    """`statistic` is what `statistic_name` says; `df`: one number, or two for F; `p`: two-sided unless said.

    None where there is nothing to compute; `warnings` then say why.
    """

    test: str
    title: str
    statistic_name: str
    statistic: float | None
    p: float | None
    n: Mapping[str, int]
    df: float | tuple[float, float] | None = None
    effect: Effect | None = None
    further: tuple[Effect, ...] = ()
    warnings: tuple[str, ...] = ()


def samples(groups: Mapping[str, Sequence[float] | Floats], least: int = 1, exactly: int | None = None) -> Samples:
    """Values as arrays; raises BadData where there are too few groups or too few values in one."""
    found = {str(name): np.asarray(values, float) for name, values in groups.items()}
    if len(found) < 2 or (exactly is not None and len(found) != exactly):
        wanted = "two groups" if exactly == 2 else "two groups at least"
        hint = (
            "Name the field that splits them."
            if len(found) < 2
            else "Name two of them (--a, --b), or take another test."
        )
        raise BadData(f"This comparison needs {wanted}, there are {len(found)}.", hint)
    for name, values in found.items():
        if len(values) < least:
            raise BadData(
                f"Group {name!r} has {len(values)} values, this test needs {least}.",
                "Leave it out or widen the period.",
            )
        if not np.isfinite(values).all():
            raise BadData(f"Group {name!r} has missing or infinite values.", "Leave them out first, and say how many.")
    return found


def finite(value: float) -> float | None:
    """A number, or None for NaN and infinities."""
    return float(value) if np.isfinite(value) else None


def counts(groups: Samples) -> dict[str, int]:
    """n per group."""
    return {name: len(values) for name, values in groups.items()}
