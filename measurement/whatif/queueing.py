"""How long work would lie in the queue of a team: arrivals and hours of work, so many people, its open hours.

Discrete-event, first come first served, on the axis of open time: what comes at night begins to wait in the morning.
Replications are drawn with replacement from what was recorded, by a seed; the interval is that of their mean.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy import stats

from definitions.base import StepKind
from definitions.calendars import Calendar
from definitions.case import STEPS
from definitions.facts import Fact
from measurement.values import Interval
from measurement.whatif.under import Under

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
WORK = frozenset(step for step, kind in STEPS.items() if kind in (StepKind.VALUE_ADDING, StepKind.REWORK))
ARRIVES = frozenset({"routed", "handed_over", "reopened"})
LEAVES = frozenset({"resolved", "closed", "cancelled"})
REPLICATIONS = 200
WARM_UP = 0.1
"""Share of the arrivals of a replication that is not counted: it begins with an empty queue."""
FEW = 20
"""With fewer visits nothing is forecast."""


@dataclass(frozen=True)
class Visits:
    """What came to a team: when, in seconds of its open time since the first one, and how much work each took (s)."""

    arrivals: Floats
    work: Floats
    not_begun: int = 0
    """Visits that nobody worked on: they are no load."""


NONE = Visits(np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Wait:
    """The wait in a queue, in seconds of open time."""

    team: str
    people: int
    visits: int
    load: float
    """Work that arrives over the time of the people; from 1 on the queue grows without end."""
    mean_s: float | None
    interval: Interval | None
    """Of the mean, over the replications; it says nothing of what the recording does not hold."""
    late_share: float | None
    """Of visits that wait at all."""


def waits(arrivals: Floats, work: Floats, people: int) -> Floats:
    """How long each waits, in the order of arrival; all in seconds."""
    free = [0.0] * people
    waited = np.empty(len(arrivals))
    for place, (at, needs) in enumerate(zip(arrivals.tolist(), work.tolist(), strict=True)):
        begins = max(at, free[0])
        heapq.heapreplace(free, begins + needs)
        waited[place] = begins - at
    return waited


def erlang_c(load: float, people: int) -> float:
    """The probability of waiting in M/M/c (Erlang 1917); `load` in erlangs, below the number of people."""
    served = sum(load**k / math.factorial(k) for k in range(people))
    last = load**people / math.factorial(people) * people / (people - load)
    return last / (served + last)


def forecast(team: str, visits: Visits, people: int, seed: int, replications: int = REPLICATIONS) -> Wait:
    """The wait with so many people; None where there is too little to draw from, or more work than people."""
    n = len(visits.arrivals)
    span = float(visits.arrivals[-1] - visits.arrivals[0]) if n > 1 else 0.0
    load = float(visits.work.sum()) * (n - 1) / n / (span * people) if span and people else 0.0 if n < FEW else math.inf
    if n < FEW or load >= 1:
        return Wait(team, people, n, load, None, None, None)
    random = np.random.default_rng([seed, *team.encode()])
    gaps = np.diff(visits.arrivals)
    means, late = np.empty(replications), np.empty(replications)
    for number in range(replications):
        arrivals = np.cumsum(random.choice(gaps, n))
        waited = waits(arrivals, random.choice(visits.work, n), people)[int(WARM_UP * n) :]
        means[number], late[number] = waited.mean(), (waited > 0).mean()
    mean = float(means.mean())
    half = float(stats.t.ppf(0.975, replications - 1) * means.std(ddof=1) / math.sqrt(replications))
    how = f"t, over {replications} replications"
    return Wait(team, people, n, load, mean, Interval(mean - half, mean + half, 0.95, how), float(late.mean()))


def queues(
    sides: Sequence[Iterable[Sequence[Fact]]], unders: Sequence[Under], seed: int
) -> tuple[tuple[Wait, Wait], ...]:
    """The wait at each team before and after, by the load of these journals alone; teams that are there both times."""
    loads = [visits_of(side, under) for side, under in zip(sides, unders, strict=True)]
    people = [{team.key: len(team.members) for team in under.organisation.teams} for under in unders]
    teams = sorted(({*loads[0]} | {*loads[1]}) & {*people[0]} & {*people[1]})
    waits = [
        [forecast(team, load.get(team, NONE), known[team], seed) for team in teams]
        for load, known in zip(loads, people, strict=True)
    ]
    return tuple(zip(waits[0], waits[1], strict=True))


def visits_of(cases: Iterable[Sequence[Fact]], under: Under) -> Mapping[str, Visits]:
    """What came to each team in these journals. Work: open time between its begin and its next end or wait."""
    came: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for facts in cases:
        for team, at, work in _visits(facts, under):
            came[team].append((at, work))
    return {team: on_open_time(found, under.hours(team)) for team, found in came.items()}


def _visits(facts: Sequence[Fact], under: Under) -> Iterator[tuple[str, datetime, float]]:
    team: str | None = None
    holder: str | None = None
    arrived, begun, work = facts[0].at, None, 0.0
    for fact in facts:
        if begun is not None and fact.step not in WORK:
            work, begun = work + _open(under.hours(holder), begun, fact.at), None
        if team is not None and fact.type in LEAVES | ARRIVES:
            yield team, arrived, work
            team = None
        if fact.type in ARRIVES:
            holder = str(fact.data.get("team") or holder)
            team, arrived, work = holder, fact.at, 0.0
        if begun is None and team is not None and fact.step in WORK:
            begun = fact.at


def _open(hours: Calendar | None, start: datetime, end: datetime) -> float:
    return hours.counted_between(start, end) if hours is not None else (end - start).total_seconds()


def on_open_time(found: list[tuple[datetime, float]], hours: Calendar | None) -> Visits:
    """Arrivals and seconds of work, on the axis of open time; what nobody worked on is counted apart."""
    served = sorted((at, work) for at, work in found if work > 0)
    first = min(at for at, _ in found)
    arrivals = np.array([_open(hours, first, at) for at, _ in served])
    return Visits(arrivals, np.array([work for _, work in served]), len(found) - len(served))
