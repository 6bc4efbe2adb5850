"""The plan of a trial without a second arm: everybody has the change from one day on, and the series says the rest."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from definitions.base import Definition, Instant, Key, absent
from definitions.change import Change
from definitions.experiment import Experiment, Fingerprint


class BeforeAfter(Definition):
    """What is done, and which weeks after it are compared with which before; `version` locks all of it."""

    hypothesis: Annotated[str, Field(min_length=10, max_length=500)]
    cycle: str
    change: Annotated[Change | None, Field(exclude_if=absent)] = None
    """None: it is something in the way people work, which no definition says."""
    metric: Key
    measure: Literal["time", "share"]
    better: Literal["lower", "higher"]
    late_s: Annotated[int | None, Field(exclude_if=absent, gt=0)] = None
    """Of a time: a case that takes longer counts as late; the shares of late cases are compared, week by week."""
    follow_s: Annotated[int, Field(gt=0)]
    """How long each case is followed from its opening, in seconds; a younger one is not counted yet."""
    baseline: Fingerprint
    """`sha256` of the baseline that the cycle froze."""
    before: tuple[Instant, Instant]
    """The period that the change is compared with: the last weeks of the baseline, which somebody found bad enough to
    begin with. The weeks outside of both periods say what is usual, and so what would have come by itself."""
    starts_at: Instant
    weeks: Annotated[int, Field(ge=2, le=52)]
    """Compared after it."""

    @model_validator(mode="after")
    def _can_be_told(self) -> "BeforeAfter":
        if (self.late_s is None) is (self.measure == "time"):
            raise ValueError("a time needs the seconds from which a case is late (late_s), a share has none")
        if self.late_s is not None and self.late_s > self.follow_s:
            raise ValueError("cases are not followed until they are late: follow them for longer (follow_s)")
        if not self.before[0] < self.before[1] <= self.starts_at:
            raise ValueError("the weeks before must lie before the change: exchange the times")
        return self

    def began(self, at: datetime | None) -> datetime:
        """When everybody got it: as planned, or `at`, where its gate opened later."""
        return self.starts_at if at is None else max(self.starts_at, at)

    def over(self, start: datetime) -> datetime:
        """When the last case of the last week after `start` has been followed."""
        return start + timedelta(weeks=self.weeks, seconds=self.follow_s)

    @property
    def stops_at(self) -> datetime:
        """When it is over, if it begins as planned."""
        return self.over(self.starts_at)


PLANS: TypeAdapter[Experiment | BeforeAfter] = TypeAdapter(Experiment | BeforeAfter)
"""A plan of a trial as the desk keeps it: `PLANS.validate_json(words)`; which one it is shows by its fields."""
