"""Routing that learns, played on past cases: trained week by week on what was resolved before, teams as they were."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from definitions.routing_learned import LearnedRouting
from measurement.routing.choice import Standing, choose
from measurement.routing.evidence import FIRST, Kind, Table
from measurement.routing.learner import Learner
from measurement.routing.past import Past, PastCase
from measurement.values import Interval, Refused

HAPPENED, OFTEN, OFTEN_IN_CATEGORY = "happened", "most_frequent", "most_frequent_in_category"
ALONE, SECOND = "learned_alone", "learned"
WAYS = (HAPPENED, OFTEN, OFTEN_IN_CATEGORY, ALONE, SECOND)
"""`learned_alone` knows the fields of the opening; `learned` also whom the case was given first, and may differ."""
Floats = NDArray[np.float64]
RESAMPLES = 2_000
LEAST_WEEKS = 4


@dataclass(frozen=True)
class Choices:
    """What each way would have chosen for one case; None: nothing was known yet."""

    case: PastCase
    by: Mapping[str, str | None]
    known: bool
    """Whether the least number of cases that began at the same team had been resolved."""

    def hit(self, way: str) -> bool:
        """Whether the case would have reached the team that resolved it first."""
        return self.by[way] == self.case.resolver


@dataclass(frozen=True)
class Found:
    """A number with its interval; `unit` in words."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Replay:
    """`shares[way]`: of `n` cases, those that reached the resolving team first. Cases of the first week only teach."""

    fields: tuple[str, ...]
    n: int
    weeks: int
    since: datetime
    until: datetime
    shares: Mapping[str, Found]
    gains: Mapping[str, Found]
    """`shares[way]` - `shares[happened]`."""
    saved: Mapping[str, Found]
    """Hand-overs per 100 cases that a way would have saved (below zero: added)."""
    per_case: tuple[float, float]
    """Mean hand-overs of cases that began at the team which resolved them, and of those that did not."""
    coverage: float
    """Share of cases given first to a team of whose cases the least number had been resolved by then."""
    changed: Mapping[str, int]
    """What `learned` would have changed: cases in all, to the right team, away from it, between wrong ones."""
    by_category: tuple[Mapping[str, object], ...]
    """Rows `category, n` and the share of each way, most cases first."""
    table: Table
    """What is known at the end: what `learned` would go by now."""


def choices(
    past: Past, settings: LearnedRouting, teams_of: Callable[[Table], Sequence[str]] = lambda table: table.teams
) -> Iterator[Choices]:
    """Case by case in order of opening; each sees only cases that were resolved before its week began."""
    alone, second = Learner(past.fields), Learner((FIRST, *past.fields))
    often: dict[str, Counter[str]] = defaultdict(Counter)
    ended = sorted(past.cases, key=lambda case: (case.resolved_at, case.case_id))
    taught = 0
    by_week: dict[datetime, list[PastCase]] = defaultdict(list)
    for case in past.cases:
        by_week[case.week].append(case)
    for week, cases in sorted(by_week.items()):
        new = []
        while taught < len(ended) and ended[taught].resolved_at < week:
            new.append(ended[taught])
            taught += 1
        alone.add((case.kind, case.resolver) for case in new)
        second.add(((case.by_rules, *case.kind), case.resolver) for case in new)
        for case in new:
            often[""][case.resolver] += 1
            often["of " + case.category][case.resolver] += 1
        if taught:
            yield from _week(cases, alone.table(week), second.table(week), often, settings, teams_of)


def _week(
    cases: Sequence[PastCase],
    alone: Table,
    second: Table,
    often: Mapping[str, Counter[str]],
    settings: LearnedRouting,
    teams_of: Callable[[Table], Sequence[str]],
) -> Iterator[Choices]:
    most = {name: _most(counts) for name, counts in often.items()}
    standing = {who: Standing(who) for who in teams_of(alone)}
    chosen: dict[Kind, tuple[str, bool]] = {}
    freely: dict[Kind, str] = {}
    for case in cases:
        kind = (case.by_rules, *case.kind)
        if kind not in chosen:
            allowed = standing | {case.by_rules: Standing(case.by_rules)}
            found = choose(second, kind, tuple(allowed.values()), settings, proposed=case.by_rules)
            chosen[kind] = (found.who, found.known)
        if case.kind not in freely:
            freely[case.kind] = choose(alone, case.kind, tuple(standing.values()), settings).who
        who, known = chosen[kind]
        by = {
            HAPPENED: case.first,
            OFTEN: most[""],
            OFTEN_IN_CATEGORY: most.get("of " + case.category, most[""]),
            ALONE: freely[case.kind],
            SECOND: who,
        }
        yield Choices(case, by, known)


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda who: (-counts[who], who))


def replay(past: Past, settings: LearnedRouting | None = None, *, level: float = 0.95, seed: int = 1) -> Replay:
    """Intervals by resampling whole weeks, since cases of one week share people and outages.

    Raises Refused with fewer than `LEAST_WEEKS` weeks to judge.
    """
    settings = settings or LearnedRouting()
    made = list(choices(past, settings))
    weeks = sorted({choice.case.week for choice in made})
    if len(weeks) < LEAST_WEEKS:
        raise Refused(
            f"A replay needs at least {LEAST_WEEKS} weeks with resolved cases before them, there are {len(weeks)}.",
            "Take a longer log.",
        )
    hits = {way: np.array([choice.hit(way) for choice in made], float) for way in WAYS}
    passed = np.array([choice.case.hand_overs for choice in made], float)
    right = hits[HAPPENED] > 0
    well, badly = _mean(passed[right]), _mean(passed[~right])
    place = {week: number for number, week in enumerate(weeks)}
    resampled = _Weeks(np.array([place[choice.case.week] for choice in made]), len(weeks), level, seed)
    learner = Learner((FIRST, *past.fields))
    learner.add(((case.by_rules, *case.kind), case.resolver) for case in past.cases)
    others = WAYS[1:]
    return Replay(
        fields=past.fields,
        n=len(made),
        weeks=len(weeks),
        since=weeks[0].replace(tzinfo=UTC),
        until=max(choice.case.opened_at for choice in made).replace(tzinfo=UTC),
        shares={way: resampled.mean(hits[way]) for way in WAYS},
        gains={way: resampled.mean(hits[way] - hits[HAPPENED]) for way in others},
        saved={way: resampled.mean(100 * (badly - well) * (hits[way] - hits[HAPPENED])) for way in others},
        per_case=(well, badly),
        coverage=_mean(np.array([choice.known for choice in made], float)),
        changed=_changed(made),
        by_category=_by_category(made),
        table=learner.table(),
    )


class _Weeks:
    """Means with intervals by the block bootstrap: weeks drawn with replacement, percentiles of the mean."""

    def __init__(self, week: NDArray[np.int64], n: int, level: float, seed: int) -> None:
        drawn = np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))
        self._times = np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(float)
        self._week, self._n, self._level = week, n, level

    def mean(self, values: Floats) -> Found:
        sums = np.bincount(self._week, weights=values, minlength=self._n)
        sizes = np.bincount(self._week, minlength=self._n)
        means = (self._times @ sums) / (self._times @ sizes)
        low, high = np.quantile(means, [(1 - self._level) / 2, (1 + self._level) / 2])
        method = f"bootstrap of {self._n} weeks, {RESAMPLES:,} resamples"
        return Found(float(values.mean()), Interval(float(low), float(high), self._level, method))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _changed(made: Sequence[Choices]) -> dict[str, int]:
    changed = [c for c in made if c.by[SECOND] != c.case.first]
    to, away = sum(c.hit(SECOND) for c in changed), sum(c.hit(HAPPENED) for c in changed)
    return {"cases": len(changed), "to_right": to, "away_from_right": away, "neither": len(changed) - to - away}


def _by_category(made: Sequence[Choices]) -> tuple[Mapping[str, object], ...]:
    groups: dict[str, list[Choices]] = defaultdict(list)
    for choice in made:
        groups[choice.case.category].append(choice)
    return tuple(
        {"category": name or None, "n": len(group)} | {way: sum(c.hit(way) for c in group) / len(group) for way in WAYS}
        for name, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )
