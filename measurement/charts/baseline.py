"""A frozen baseline: what later points are judged against, and the proof that it is the same one."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import numpy as np

from definitions.base import Instant, Value, canonical, rfc3339
from measurement.charts.series import Series, series
from measurement.values import BadData, Excluded, Refused

TRIAL = 12
"""Points below which limits are only trial ones."""

LOCKED = 20
"""Points from which limits are locked."""

Standing = Literal["trial", "provisional", "locked"]


class Left(Value):
    """So many were left out of the baseline, for this reason."""

    n: int
    reason: str


class Rebase(Value):
    """Why a baseline took the place of another: `replaces` is the hash of the one before."""

    replaces: str
    because: str
    by: str
    when: Instant


class Baseline(Value):
    """What was measured, over which period [start, end), by which clock and estimator, and what came out.

    `sha256` is over the numbers themselves, the metric, its unit, clock and period: see `fingerprint`.
    `estimates` are what charts need: `p85`, `centre`, `sigma`, `share`, `sigma_z`... in the unit of the metric.
    """

    metric: str
    unit: str
    clock: str
    start: Instant
    end: Instant
    n: int
    points: int
    estimator: str
    estimates: dict[str, float]
    excluded: tuple[Left, ...] = ()
    sha256: str
    rebase: Rebase | None = None

    @property
    def standing(self) -> Standing:
        """Trial below 12 plotted points, locked from 20; in between the limits may still be moved by each point."""
        return "trial" if self.points < TRIAL else "provisional" if self.points < LOCKED else "locked"

    def verify(self, values: Sequence[float] | Series) -> None:
        """Raises Refused when these are not the numbers it was frozen from."""
        found = fingerprint(values, self.metric, self.unit, self.clock, self.start, self.end)
        if found != self.sha256:
            raise Refused(
                f"The data of the baseline of {self.metric} is not what it was: {found[:12]}, frozen as "
                f"{self.sha256[:12]}.",
                "Find what changed the past (a new import, another filter), or re-base with a reason.",
            )

    def judge(self, first: datetime) -> None:
        """Raises Refused when the points to be judged, from `first` on, lie in the baseline itself."""
        if first < self.end:
            raise Refused(
                f"The baseline reaches to {rfc3339(self.end)}, the points to be judged begin {rfc3339(first)}.",
                "Judge later points only: limits that learn from what they judge find nothing.",
            )

    def rebased(self, new: "Baseline", *, because: str, by: str, when: datetime) -> "Baseline":
        """`new`, recorded as taking the place of this one. Raises Refused without a reason or for another metric."""
        if not because.strip():
            raise Refused(
                "A baseline is replaced only for a reason.", "Name the workflow version or the accepted improvement."
            )
        if (new.metric, new.unit, new.clock) != (self.metric, self.unit, self.clock):
            raise Refused(
                f"{new.metric} in {new.unit} by {new.clock} cannot stand in for {self.metric} in {self.unit} by "
                f"{self.clock}.",
                "Freeze a baseline of its own for it.",
            )
        event = Rebase(replaces=self.sha256, because=because.strip(), by=by, when=when)
        return new.model_copy(update={"rebase": event})

    def __str__(self) -> str:
        words = f"baseline {self.sha256[:12]}: {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}, n = {self.n:,}"
        return f"{words}, {self.points:,} points ({self.standing}), {self.estimator}"


def freeze(
    values: Sequence[float] | Series,
    *,
    metric: str,
    unit: str,
    clock: str,
    start: datetime,
    end: datetime,
    points: int,
    estimator: str,
    estimates: dict[str, float],
    excluded: Sequence[Excluded] = (),
    cases: int | None = None,
) -> Baseline:
    """The baseline of these numbers, taken over [start, end) and plotted as `points` points.

    `cases`: how many were counted, where the numbers themselves are counts; else n is how many numbers there are.

    Raises BadData when the period is empty, a number is missing or an estimate is not a number.
    """
    numbers = series(values)
    if not start < end:
        raise BadData(f"The period ends ({rfc3339(end)}) before it starts ({rfc3339(start)}).", "Turn it round.")
    wrong = [name for name, value in estimates.items() if not np.isfinite(value)]
    if wrong:
        raise BadData(f"The estimate {wrong[0]} is not a number.", "Leave it out and say why in the estimator.")
    return Baseline(
        metric=metric,
        unit=unit,
        clock=clock,
        start=start,
        end=end,
        n=len(numbers) if cases is None else cases,
        points=points,
        estimator=estimator,
        estimates=estimates,
        excluded=tuple(Left(n=e.n, reason=e.reason) for e in excluded),
        sha256=fingerprint(numbers, metric, unit, clock, start, end),
    )


def fingerprint(
    values: Sequence[float] | Series, metric: str, unit: str, clock: str, start: datetime, end: datetime
) -> str:
    """SHA-256 in hex over one line of canonical JSON (metric, unit, clock, period in UTC, n), then the numbers.

    The numbers follow as little-endian 64-bit floats in their order, so that anybody can compute it again.
    """
    numbers = series(values)
    head = {"metric": metric, "unit": unit, "clock": clock, "n": len(numbers)}
    head |= {"start": rfc3339(start), "end": rfc3339(end)}
    found = hashlib.sha256(canonical(head) + b"\n")
    found.update((numbers + 0.0).astype("<f8").tobytes())  # + 0.0: there is only one nought
    return found.hexdigest()
