"""What Example Ltd promises, and how pressing a case is."""

from typing import Literal

from definitions.base import Level, PauseReason, Priority
from definitions.priority import PriorityMatrix
from definitions.targets import Clock, Goal, Target

_UNITS: dict[str, Literal["seconds", "minutes", "hours", "days"]] = {
    "s": "seconds",
    "m": "minutes",
    "h": "hours",
    "d": "days",
}


def goals(text: str) -> dict[Priority, Goal]:
    """`15m 1h 4h 1d 2d` are the goals from P1 to P5."""
    pairs = zip(Priority, text.split(), strict=True)
    return {priority: Goal(amount=int(word[:-1]), unit=_UNITS[word[-1]]) for priority, word in pairs}


def _matrix(key: str, rows: str) -> PriorityMatrix:
    """Rows are high, medium and low impact; columns are high, medium and low urgency."""
    levels = (Level.HIGH, Level.MEDIUM, Level.LOW)
    lines = [[Priority(cell) for cell in row.split()] for row in rows.strip().splitlines()]
    cells = {impact: dict(zip(levels, line, strict=True)) for impact, line in zip(levels, lines, strict=True)}
    return PriorityMatrix(key=key, cells=cells)


standard = _matrix(
    "standard",
    """
    P1 P2 P3
    P2 P3 P4
    P3 P4 P5
    """,
)
infrastructure = _matrix(
    # Many people stand on these services, so a wide impact weighs more than how pressing it feels to one of them.
    "infrastructure",
    """
    P1 P1 P2
    P2 P3 P4
    P3 P4 P5
    """,
)
matrices = (standard, infrastructure)

_REQUESTER, _VENDOR, _SCHEDULE, _APPROVAL = (
    PauseReason.REQUESTER,
    PauseReason.VENDOR,
    PauseReason.SCHEDULE,
    PauseReason.APPROVAL,
)


def _targets(
    suffix: str, calendar: str, hours: str, *, response: str, resolution: str, customer: str, pauses: list[PauseReason]
) -> tuple[Target, ...]:
    """The three promises of one calendar; the customer clock never stops, so it allows the most."""
    return (
        Target(
            key=f"response-{suffix}",
            title=f"First answer, {hours}",
            clock=Clock.RESPONSE,
            calendar=calendar,
            goals=goals(response),
        ),
        Target(
            key=f"resolution-{suffix}",
            title=f"Solved, {hours}",
            clock=Clock.RESOLUTION,
            calendar=calendar,
            goals=goals(resolution),
            warn=(0.5, 0.75),
            pauses=tuple(pauses),
        ),
        Target(
            key=f"customer-{suffix}",
            title=f"Working again for the person, {hours}",
            clock=Clock.CUSTOMER,
            calendar=calendar,
            goals=goals(customer),
        ),
    )


def _fulfilment(suffix: str, calendar: str, hours: str, *, fulfilled: str, customer: str) -> tuple[Target, ...]:
    """The two promises of what people ask for; only the customer clock counts the waiting for an approval."""
    return (
        Target(
            key=f"fulfilled-{suffix}",
            title=f"Done, {hours}",
            clock=Clock.RESOLUTION,
            calendar=calendar,
            goals=goals(fulfilled),
            pauses=(_REQUESTER, _APPROVAL, _SCHEDULE),
        ),
        Target(
            key=f"served-{suffix}",
            title=f"In the hands of the person, {hours}",
            clock=Clock.CUSTOMER,
            calendar=calendar,
            goals=goals(customer),
        ),
    )


_problems = (
    Target(
        key="workaround-berlin",
        title="Workaround, in office hours",
        clock=Clock.RESPONSE,
        calendar="berlin-office",
        goals=goals("1d 2d 5d 10d 15d"),
    ),
    Target(
        key="cause-berlin",
        title="Cause gone, in office hours",
        clock=Clock.RESOLUTION,
        calendar="berlin-office",
        goals=goals("10d 20d 40d 60d 90d"),
        pauses=(_VENDOR, _SCHEDULE, _APPROVAL),
    ),
)

targets = (
    *_targets(
        "always",
        "always",
        "day and night",
        response="15m 30m 2h 8h 1d",
        resolution="4h 8h 1d 3d 5d",
        customer="6h 12h 2d 5d 10d",
        # A supplier of infrastructure is our own affair: waiting for one does not stop the promise.
        pauses=[_REQUESTER, _SCHEDULE],
    ),
    *_targets(
        "berlin",
        "berlin-office",
        "in office hours",
        response="30m 1h 4h 1d 2d",
        resolution="4h 1d 3d 5d 10d",
        customer="8h 2d 5d 8d 15d",
        pauses=[_REQUESTER, _VENDOR, _APPROVAL, _SCHEDULE],
    ),
    *_targets(
        "new-york",
        "new-york-office",
        "in New York office hours",
        response="30m 1h 4h 1d 2d",
        resolution="4h 1d 3d 5d 10d",
        customer="8h 2d 5d 8d 15d",
        pauses=[_REQUESTER, _APPROVAL],
    ),
    Target(
        key="feedback-answered",
        title="Feedback answered, in office hours",
        clock=Clock.RESPONSE,
        calendar="berlin-office",
        goals=goals("1d 1d 2d 3d 3d"),
    ),
    Target(
        key="feedback-done",
        title="Feedback acted on, in office hours",
        clock=Clock.RESOLUTION,
        calendar="berlin-office",
        goals=goals("5d 5d 10d 20d 20d"),
        pauses=(_REQUESTER, _SCHEDULE),
    ),
    *_fulfilment("quick", "always", "day and night", fulfilled="1h 2h 4h 8h 1d", customer="2h 4h 8h 1d 2d"),
    *_fulfilment("days", "berlin-office", "in office hours", fulfilled="1d 2d 3d 5d 8d", customer="2d 3d 5d 8d 12d"),
    *_fulfilment(
        "weeks", "berlin-office", "in office hours", fulfilled="3d 5d 8d 10d 15d", customer="5d 8d 10d 15d 20d"
    ),
    *_problems,
)
