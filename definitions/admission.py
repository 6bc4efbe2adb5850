"""Whether an automation may run now: its switch, its breaker, its budget. Pure, so that it is settled by a table."""

from datetime import datetime, timedelta

from definitions.automations import DAY_S, HOUR_S, MOST_SECONDS, AutomationDefinition
from definitions.base import Instant, Value, rfc3339


class Pause(Value):
    """Somebody stopped it."""

    by: str
    reason: str
    since: Instant


class Guard(Value):
    """What is remembered about one automation from run to run."""

    paused: Pause | None = None
    opened_at: Instant | None = None
    """Since when it stands because it failed too often; None while it works."""
    trial_at: Instant | None = None
    """When the one run after a rest began."""


class Ran(Value):
    """How often it ran of late."""

    hour: int = 0
    day: int = 0


class Admission(Value):
    """Yes or no; `reason` is for the case, so that the person who takes over knows why."""

    allowed: bool
    trial: bool = False
    """The one run that decides whether the breaker closes again."""
    reason: str = ""


def admit(definition: AutomationDefinition, guard: Guard, ran: Ran, now: datetime) -> Admission:
    """Whether a run may begin at `now`."""
    budget, rest = definition.budget, timedelta(seconds=definition.breaker.rest_s)
    if guard.paused is not None:
        return _no(f"{definition.key} is paused by {guard.paused.by} since {_at(guard.paused.since)}: "
                   f"{guard.paused.reason}")  # fmt: skip
    if guard.opened_at is not None:
        if now < guard.opened_at + rest:
            return _no(
                f"{definition.key} failed {definition.breaker.failures} times within {definition.breaker.within_s} s "
                f"and rests until {_at(guard.opened_at + rest)}"
            )
        # A trial whose worker died decides nothing: another one may begin once it cannot be running any more.
        if guard.trial_at is not None and now < guard.trial_at + timedelta(seconds=MOST_SECONDS):
            return _no(f"{definition.key} is on trial after failures: one run at a time until it works again")
    for count, most, span in ((ran.hour, budget.per_hour, HOUR_S), (ran.day, budget.per_day, DAY_S)):
        if count >= most:
            return _no(f"{definition.key} ran {count} times in {span // HOUR_S} h, and its budget is {most}")
    return Admission(allowed=True, trial=guard.opened_at is not None)


def after(
    definition: AutomationDefinition, guard: Guard, *, failed: bool, trial: bool, failures: int, now: datetime
) -> Guard:
    """The guard once a run is over; `failures` counts those within the breaker's window, this one included."""
    if trial:
        # A run that began before the breaker opened says nothing about now; the trial alone decides.
        return guard.model_copy(update={"opened_at": now if failed else None, "trial_at": None})
    if failed and guard.opened_at is None and failures >= definition.breaker.failures:
        return guard.model_copy(update={"opened_at": now, "trial_at": None})
    return guard


def _no(reason: str) -> Admission:
    return Admission(allowed=False, reason=reason)


def _at(at: datetime) -> str:
    return rfc3339(at)[:19] + "Z"
