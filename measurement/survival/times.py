"""Times to an end, with those that have not ended: what every estimate of a duration is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measurement.values import BadData

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Times:
    """One row a case: `time` in seconds (any unit will do) since its start, `ended` whether it ended then.

    Where `ended` is false the case was still open after `time` (right-censored). `entry`: since when it was watched
    (left truncation), 0 where it was watched from its start.
    """

    time: Floats
    ended: Bools
    entry: Floats | None = None

    @classmethod
    def of(
        cls,
        time: Sequence[float] | Floats,
        ended: Sequence[bool | int] | Bools | None = None,
        entry: Sequence[float] | Floats | None = None,
    ) -> "Times":
        """Checked; all ended when `ended` is None. Raises BadData on negative or missing times."""
        times = np.asarray(time, float)
        ends = np.ones(len(times), bool) if ended is None else np.asarray(ended).astype(bool)
        entries = None if entry is None else np.asarray(entry, float)
        if times.ndim != 1 or ends.shape != times.shape or (entries is not None and entries.shape != times.shape):
            raise BadData("Times and their ends are not of one length.", "Give one end for each time.")
        if not np.isfinite(times).all():
            raise BadData(f"{int((~np.isfinite(times)).sum())} times are missing or infinite.", "Leave them out first.")
        if (times < 0).any():
            raise BadData(
                f"{int((times < 0).sum())} times are negative: an end before its start.", "Leave them out and say so."
            )
        if entries is not None and (entries >= times)[times > 0].any():
            raise BadData("Some cases end before they were watched.", "Leave them out: nothing is known of them.")
        return cls(times, ends, entries)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def events(self) -> int:
        """How many ended."""
        return int(self.ended.sum())

    def at_risk(self, instants: Floats) -> NDArray[np.int64]:
        """How many were watched and had not ended just before each instant."""
        left = len(self) - np.searchsorted(np.sort(self.time), instants, "left")
        if self.entry is None:
            return left
        return left - (len(self) - np.searchsorted(np.sort(self.entry), instants, "left"))

    def only(self, chosen: Bools | NDArray[np.int64]) -> "Times":
        """The rows chosen, by a mask or by their places."""
        return Times(self.time[chosen], self.ended[chosen], None if self.entry is None else self.entry[chosen])
