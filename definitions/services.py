"""A service: what the desk supports, who looks after it and what is promised about it."""

from typing import Annotated

from pydantic import Field, model_validator

from definitions.base import Definition, Key, Value
from definitions.help import MOST_HELD_OUT

Days = Annotated[int, Field(gt=0, le=60)]


class ConfirmRule(Value):
    """How long a solution waits for the requester's yes, in working days of a calendar."""

    calendar: Key
    remind_after_days: Days
    close_after_days: Days

    @model_validator(mode="after")
    def _reminds_before_it_closes(self) -> "ConfirmRule":
        if self.remind_after_days >= self.close_after_days:
            raise ValueError(
                f"reminding after {self.remind_after_days} days and closing after {self.close_after_days} would close "
                "without a reminder: let remind_after_days be the smaller one"
            )
        return self


class ProblemRule(Value):
    """What is promised about the problems of a service: recurring causes, each with its known error."""

    targets: tuple[Key, ...] = ()
    """A response target promises a workaround, a resolution target that the cause is gone."""
    watch_days: Annotated[int, Field(gt=0, le=366)] = 30
    """Days of 24 hours after a solution in which an incident of its kind brings the problem back."""


class Service(Definition):
    """Something people use and ask for help with; everything else is named by key."""

    title: str
    description: str
    default_team: Key
    calendar: Key
    """When the service is supported: what a message to the requester says about hours."""
    matrix: Key
    targets: tuple[Key, ...]
    chain: Key
    confirm: ConfirmRule
    categories: tuple[Key, ...]
    keywords: tuple[str, ...] = ()
    """Words and phrases that speak for this service in a mail that names none."""
    public: bool = True
    """Offered to requesters in the portal."""
    problems: ProblemRule = ProblemRule()
    offer_from: Annotated[float, Field(gt=0, le=1)] = 0.8
    """How probable it must be that an article answers before it is offered on intake; 1 offers none."""
    hold_out: Annotated[float, Field(ge=0, le=MOST_HELD_OUT)] = 0.0
    """The share of cases, drawn at random, that is offered nothing and tried no remedy on: what help does is the
    difference."""

    @model_validator(mode="after")
    def _rules(self) -> "Service":
        for name, values in (("categories", self.categories), ("targets", self.targets), ("keywords", self.keywords)):
            if repeated := sorted({v for v in values if values.count(v) > 1}):
                raise ValueError(f"service {self.key}: {name} repeats {', '.join(repeated)}: name each one once")
        if odd := [w for w in self.keywords if w != " ".join(w.casefold().split()) or not w]:
            raise ValueError(f"service {self.key}: write keywords in lower case with single spaces, not {odd}")
        return self
