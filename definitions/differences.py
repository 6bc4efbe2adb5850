"""What another policy would have made of the same case: the difference of two ledgers, never an overwrite."""

from datetime import datetime

from definitions.base import Instant, Key, Value
from definitions.clock import Interval, Ledger, TargetState


class Shift(Value):
    """A piece of time that the two ledgers see differently; None where a ledger does not reach."""

    start: Instant
    end: Instant | None
    was: str | None
    became: str | None


class Difference(Value):
    """`b` minus `a`, in seconds; positive means more time, a later due instant, a larger goal."""

    target: Key
    became_target: Key
    was: TargetState
    became: TargetState
    goal_s: int
    counted_s: float
    paused_s: float
    due_s: float | None
    """None when either has no due instant."""
    shifts: tuple[Shift, ...]

    @property
    def is_none(self) -> bool:
        """Both ledgers say the same."""
        same = self.was is self.became and self.target == self.became_target and not self.due_s
        return same and not (self.goal_s or self.counted_s or self.paused_s or self.shifts)


def difference(a: Ledger, b: Ledger) -> Difference:
    """How ledger `b` differs from ledger `a`, for two readings of the same marks."""
    return Difference(
        target=a.target,
        became_target=b.target,
        was=a.state,
        became=b.state,
        goal_s=b.goal_s - a.goal_s,
        counted_s=b.counted_s - a.counted_s,
        paused_s=b.paused_s - a.paused_s,
        due_s=(b.due_at - a.due_at).total_seconds() if a.due_at and b.due_at else None,
        shifts=_shifts(a.intervals, b.intervals),
    )


def _shifts(a: tuple[Interval, ...], b: tuple[Interval, ...]) -> tuple[Shift, ...]:
    edges = sorted({edge for i in (*a, *b) for edge in (i.start, i.end) if edge is not None})
    found: list[Shift] = []
    for start, end in zip(edges, [*edges[1:], None], strict=True):
        was, became = _reason_at(a, start), _reason_at(b, start)
        if was == became:
            continue
        if found and (found[-1].end, found[-1].was, found[-1].became) == (start, was, became):
            found[-1] = found[-1].model_copy(update={"end": end})
        else:
            found.append(Shift(start=start, end=end, was=was, became=became))
    return tuple(found)


def _reason_at(intervals: tuple[Interval, ...], at: datetime) -> str | None:
    return next((i.reason for i in intervals if i.start <= at and (i.end is None or at < i.end)), None)
