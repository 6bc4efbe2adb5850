"""Teams, their members and their on-call rotas."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from definitions.base import Definition, Instant, Key, Value

LOOK_AHEAD = timedelta(days=28)
"""How far `on_call` looks for the next change."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone: use an IANA name such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday, as in `date.weekday()`."""


class Layer(Value):
    """People who take turns of a week each, in order, over the same hours.

    Hours are local; `until` at or before `from_` runs into the next day, and both at midnight is the whole day.
    """

    key: Key = "main"
    people: Annotated[tuple[Key, ...], Field(min_length=1)]
    start: date
    """The first turn begins at the first handover on or after this day."""
    handover: Weekday = 0
    handover_at: time = time(9, 0)
    days: tuple[Weekday, ...] = (0, 1, 2, 3, 4, 5, 6)
    from_: time = time(0, 0)
    until: time = time(0, 0)


class Rota(Value):
    """Layers in order: the first one that covers an instant says who is on call."""

    zone: Zone
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_layer_once(self) -> "Rota":
        keys = [layer.key for layer in self.layers]
        if repeated := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"two layers {', '.join(repeated)}: keys are unique within a rota")
        return self


class Swap(Value):
    """`person` takes the duty of `instead_of` for a while. Of two swaps the later in the list has the last word."""

    team: Key
    person: Key
    instead_of: Key
    from_: Instant
    until: Instant

    @model_validator(mode="after")
    def _forward(self) -> "Swap":
        if self.until <= self.from_:
            raise ValueError(
                f"swap of {self.instead_of} by {self.person} ends before it begins: exchange the two times"
            )
        if self.person == self.instead_of:
            raise ValueError(f"{self.person} cannot swap with themselves: name the person who takes over")
        return self


class Member(Value):
    """A person of a team and what they can do."""

    person: Key
    skills: tuple[Key, ...] = ()


class Team(Definition):
    """Who works together, when, and whom to page."""

    title: str
    calendar: Key
    zone: Zone
    skills: tuple[Key, ...] = ()
    """What the team as a whole is asked for; each must be held by a member."""
    members: tuple[Member, ...]
    lead: Key
    manager: Key
    rota: Rota | None = None

    @model_validator(mode="after")
    def _rules(self) -> "Team":
        people = [member.person for member in self.members]
        if repeated := sorted({p for p in people if people.count(p) > 1}):
            raise ValueError(f"team {self.key} lists {', '.join(repeated)} twice: join the skills in one entry")
        held = {skill for member in self.members for skill in member.skills}
        if missing := sorted(set(self.skills) - held):
            raise ValueError(f"team {self.key}: nobody has {', '.join(missing)}: give it to a member or drop it")
        return self


class OnCall(Value):
    """Who is on call at an instant; with `gap`, nobody is, and `reason` says why."""

    person: Key | None
    until: Instant
    """Nothing changes before this instant."""
    gap: bool
    reason: str


class Shift(Value):
    """One stretch with the same answer; `person` None is a gap."""

    start: Instant
    end: Instant
    person: Key | None
    reason: str


def on_call(team: Team, at: datetime, swaps: Iterable[Swap] = ()) -> OnCall:
    """Who is on call for `team` at `at`."""
    now = next(shifts(team, at, at + LOOK_AHEAD, swaps))
    return OnCall(person=now.person, until=now.end, gap=now.person is None, reason=now.reason)


def gaps(team: Team, start: datetime, end: datetime, swaps: Iterable[Swap] = ()) -> tuple[Shift, ...]:
    """The stretches between `start` and `end` with nobody on call."""
    return tuple(shift for shift in shifts(team, start, end, swaps) if shift.person is None)


def shifts(team: Team, start: datetime, end: datetime, swaps: Iterable[Swap] = ()) -> Iterator[Shift]:
    """The duty of `team` from `start` to `end` in order, without holes; neighbours with one answer are one shift."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    own = tuple(swap for swap in swaps if swap.team == team.key)
    edges = sorted({start, end} | {edge for edge in _edges(team.rota, start, end, own) if start < edge < end})
    current: Shift | None = None
    for left, right in pairwise(edges):
        person, reason = _duty(team, left, own)
        if current is not None and (current.person, current.reason) == (person, reason):
            current = current.model_copy(update={"end": right})
        else:
            if current is not None:
                yield current
            current = Shift(start=left, end=right, person=person, reason=reason)
    if current is not None:
        yield current


def _duty(team: Team, at: datetime, swaps: tuple[Swap, ...]) -> tuple[str | None, str]:
    if team.rota is None:
        return None, f"team {team.key} has no rota"
    for layer in team.rota.layers:
        if (turn := _turn(layer, team.rota.zone, at)) is None:
            continue
        person, reason = turn, f"turn in layer {layer.key}"
        for swap in swaps:
            if swap.instead_of == person and swap.from_ <= at < swap.until:
                person, reason = swap.person, f"swap: {swap.person} for {swap.instead_of}"
        return person, reason
    return None, f"no layer of the rota of team {team.key} covers this time"


def _turn(layer: Layer, zone: str, at: datetime) -> str | None:
    """Whose turn it is, or None outside the layer's hours and before its first handover."""
    today = at.astimezone(ZoneInfo(zone)).date()
    # Yesterday's hours may run into today.
    if not any(begin <= at < end for begin, end in (_hours(layer, zone, d) for d in (today, today - _DAY))):
        return None
    first = layer.start + timedelta(days=(layer.handover - layer.start.weekday()) % 7)
    last = today - timedelta(days=(today.weekday() - layer.handover) % 7)
    if instant(last, layer.handover_at, zone) > at:
        last -= _WEEK
    turn = (last - first) // _WEEK
    return layer.people[turn % len(layer.people)] if turn >= 0 else None


def _hours(layer: Layer, zone: str, day: date) -> tuple[datetime, datetime]:
    """The layer's hours that begin on `day`; of no length when the day is none of its days."""
    begin = instant(day, layer.from_, zone)
    if day.weekday() not in layer.days:
        return begin, begin
    return begin, instant(day if layer.until > layer.from_ else day + _DAY, layer.until, zone)


def _edges(rota: Rota | None, start: datetime, end: datetime, swaps: tuple[Swap, ...]) -> Iterator[datetime]:
    """Every instant at which the answer may change."""
    for swap in swaps:
        yield swap.from_.astimezone(UTC)
        yield swap.until.astimezone(UTC)
    if rota is None:
        return
    day = start.date() - 2 * _DAY
    while day <= end.date() + 2 * _DAY:
        for layer in rota.layers:
            yield from _hours(layer, rota.zone, day)
            if day.weekday() == layer.handover:
                yield instant(day, layer.handover_at, rota.zone)
        day += _DAY


def instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant of a local time: the first of two, and the same distance on where the clock skips it."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
