"""The plan of a trial with two arms, from a charter, its baseline and a change: what a lead does not say is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from definitions.change import Change
from definitions.cycle.charter import Charter
from definitions.cycle.charter import Scope as Charted
from definitions.experiment import MOST_LOOKS, Baseline, Experiment, Guard, Scope, Unit
from measurement.charts.normal_scores import Reference
from measurement.cycles.baseline import in_scope
from measurement.cycles.counted import Counted, counted, measure_of, within
from measurement.cycles.counted import instant as naive
from measurement.experiments.planned import Strength, fingerprint, strength
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope as Question
from measurement.metrics.scope import instant
from measurement.values import BadData, Refused

Floats = NDArray[np.float64]
HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400
AT_MOST = 90 * DAY
"""For which a case is followed, where nothing else is said."""
SLACK = 1.25
"""A trial may take so much longer than the cases of the baseline came in, before its time is over."""
WAIT_DAYS = 14
"""A plan may wait so long for its gate before the time of its trial runs; where no end is given."""
LONGEST_DAYS = 366
WHOLE_DAYS = 56
"""Of a trial that draws services or teams: there are no more of them however long one waits."""
MANY = 10_000_000
"""Units that any effect is found with: to ask how many are needed."""


@dataclass(frozen=True)
class Wish:
    """How a lead wants it tried; None is chosen from the charter and the baseline."""

    scope: Scope
    layer: str
    hypothesis: str
    unit: Unit = Unit.CASE
    block_days: int = 7
    guards: tuple[Guard, ...] = ()
    least: float | None = None
    """A ratio of times, or a difference of shares."""
    follow_s: int | None = None
    alpha: float = 0.05
    power: float = 0.8
    looks: int = 5
    traffic: tuple[float, float] = (0.0, 1.0)
    share: float = 0.5
    """Of the units, with the variant."""
    days: int | None = None
    """The longest that it may take."""
    starts_at: datetime | None = None
    zone: str = "Europe/Berlin"
    """Of the midnights at which blocks begin."""
    team_of: Mapping[str, str] = field(default_factory=dict)
    """The team that each service begins with: the unit, where teams are drawn."""


@dataclass(frozen=True)
class Past:
    """The cases of the baseline as a trial counts them, in order of opening; `unit` names the unit of each."""

    values: Floats
    """Seconds up to the end of following, or 0 and 1."""
    unit: NDArray[np.object_]
    follow_s: int
    weeks: float

    @property
    def weekly(self) -> float:
        """Units a week."""
        return len(set(self.unit.tolist())) / self.weeks

    @property
    def numbers(self) -> bytes:
        """The sorted values as little-endian 64-bit floats: their SHA-256 is that of the baseline of a plan."""
        return (np.sort(self.values) + 0.0).astype("<f8").tobytes()


@dataclass(frozen=True)
class Planned:
    """A plan that can find its effect, and what was found out on the way."""

    plan: Experiment
    strength: Strength
    weekly: float
    """Units that come in a week."""
    numbers: bytes
    notes: tuple[str, ...]

    @property
    def weeks(self) -> float:
        """Until the planned units have come, at the pace of the baseline."""
        return self.plan.units / self.weekly


def followed_for(log: EventLog, metric: str, scope: Scope, since: datetime, until: datetime) -> int:
    """Seconds until 95 of 100 cases of the baseline had come to their end, in whole hours; a week for a share.

    At most ninety days, also where fewer ever ended.
    """
    if measure_of(metric) == "share":
        return WEEK
    question = Question(since=since, until=until, where={"kind": scope.kind})
    return ended_within(in_scope(log, Charted(services=scope.services, categories=scope.categories)), metric, question)


def ended_within(log: EventLog, metric: str, question: Question) -> int:
    """Seconds until 95 of 100 of these cases had come to their end, in whole hours; at most ninety days."""
    late = measure(log, metric, question).estimate.p95
    return AT_MOST if late is None else min(AT_MOST, max(1, int(np.ceil(late / HOUR))) * HOUR)


def past(
    log: EventLog, metric: str, scope: Scope, since: datetime, until: datetime, now: datetime, wish: Wish, follow_s: int
) -> Past:
    """The cases of the baseline that would have taken part and were followed to the end.

    `log` is the followed one (`counted.followed_log`). Raises BadData where there are none.
    """
    opened = f"opened_at >= {instant(since)} AND opened_at < {instant(until)}"
    found = counted(log, metric, follow_s, f"{within(scope)} AND {opened}")
    if not len(found):
        raise BadData(f"The baseline has no {scope.kind} of {', '.join(scope.services)}.", "Widen the scope.")
    old = found.only(found.followed(follow_s, now))
    if not len(old):
        raise BadData(
            f"No case of the baseline is older than the {follow_s / DAY:.1f} days that each is to be followed.",
            "Follow them for less (--follow-days), or wait.",
        )
    # What is too young to be followed came as well: it counts for the pace.
    weeks = max(1 / 7, (min(until, now) - since).total_seconds() / WEEK) * len(old) / len(found)
    return Past(old.value, _units(log, old, wish, since), follow_s, weeks)


def planned(
    key: str, cycle: str, charter: Charter, change: Change, wish: Wish, known: Past, level: float, now: datetime
) -> Planned:
    """The plan with as many units as its effect needs. `level`: the baseline's value in the unit of the metric.

    Raises BadData where something is missing, Refused where the trial would take too long or is hopeless.
    """
    metric = named(charter.metric or "")
    how = measure_of(metric.key)
    share = float(known.values.mean())
    least = wish.least if wish.least is not None else _wished(charter, how, level, share)
    reference = Reference.of(known.values) if how == "time" else None
    sd = unit_sd(known, reference) if wish.unit is not Unit.CASE else None
    starts = wish.starts_at or now
    first = {
        "key": key,
        "hypothesis": wish.hypothesis,
        "cycle": cycle,
        "change": change,
        "metric": metric.key,
        "measure": how,
        "better": charter.direction,
        "least": least,
        "baseline": Baseline(
            sha256=fingerprint(known.values), n=len(known.values), share=share if how == "share" else None
        ),
        "guards": wish.guards,
        "unit": wish.unit,
        "scope": wish.scope,
        "layer": wish.layer,
        "traffic": wish.traffic,
        "weights": {"standard": round(1 - wish.share, 6), "variant": round(wish.share, 6)},
        "follow_s": known.follow_s,
        "units": MANY,
        "alpha": wish.alpha,
        "power": wish.power,
        "looks": tuple(round((k + 1) / wish.looks, 6) for k in range(min(wish.looks, MOST_LOOKS + 1))),
        "starts_at": starts,
        "stops_at": starts + timedelta(days=LONGEST_DAYS),
        "block_days": wish.block_days,
        "zone": wish.zone,
    }
    asked = Experiment.model_validate(first)
    needed = strength(asked, reference, sd).needed
    weekly = known.weekly * (wish.traffic[1] - wish.traffic[0])
    days = _days(needed, weekly, wish, known, least)
    pair = 2 if wish.unit is Unit.BLOCK else 1
    count = max(4, -(-needed // pair) * pair)
    stops = starts + timedelta(days=wish.days or days + (0 if wish.starts_at else WAIT_DAYS))
    plan = Experiment.model_validate(first | {"units": count, "stops_at": stops})
    return Planned(plan, strength(plan, reference, sd), weekly, known.numbers, _notes(wish, known))


def _units(log: EventLog, cases: Counted, wish: Wish, since: datetime) -> NDArray[np.object_]:
    """The unit of each case, by name."""
    if wish.unit is Unit.CASE:
        return cases.case
    if wish.unit is Unit.BLOCK:
        days = (cases.opened - naive(since)) // np.timedelta64(wish.block_days, "D")
        return days.astype(int).astype(object)
    fields = {Unit.REQUESTER: "any_value(requester)", Unit.SERVICE: "any_value(service)"}
    named_by = fields.get(wish.unit, "any_value(service)")
    rows = log.rows(f"SELECT case_id, {named_by} AS unit FROM events GROUP BY case_id")
    unit = {row["case_id"]: row["unit"] for row in rows}
    if wish.unit is Unit.TEAM:
        unit = {case: wish.team_of.get(service, service) for case, service in unit.items()}
    return np.array([unit.get(case) or "none" for case in cases.case.tolist()], object)


def _wished(charter: Charter, measure: str, level: float, share: float) -> float:
    """From the goal: the same ratio, or the same difference, as from the baseline to it."""
    if charter.goal is None:
        raise BadData("The charter has no goal, so nobody knows which effect is worth acting on.", "Give --least.")
    if measure == "share":
        return round(charter.goal - share, 6)
    if level <= 0 or charter.goal <= 0:
        raise BadData("The effect wished needs a goal and a level above zero.", "Give --least, such as 0.7.")
    return round(charter.goal / level, 6)


def unit_sd(known: Past, reference: Reference | None) -> float:
    """Standard deviation of the means of whole units, in normal scores or shares. Raises BadData for fewer than 3."""
    values = reference.scores(known.values) if reference is not None else known.values
    _, where = np.unique(known.unit.astype(str), return_inverse=True)
    counts = np.bincount(where)
    if len(counts) < 3:
        raise BadData(
            f"The baseline has only {len(counts)} such units: nobody can tell how much they differ.",
            "Draw by case or by block of time.",
        )
    return float((np.bincount(where, values) / counts).std(ddof=1))


def _days(needed: int, weekly: float, wish: Wish, known: Past, least: float) -> int:
    """For the units to come and the last of them to be followed. Raises Refused where that is too long."""
    longest, follow = wish.days or LONGEST_DAYS, known.follow_s / DAY
    if wish.unit in (Unit.SERVICE, Unit.TEAM):
        there = len(set(known.unit.tolist()))
        if needed > there:
            raise Refused(
                f"It takes {needed:,} {wish.unit}s to find the effect ({least:g}); the scope has {there}.",
                "Draw by case, by requester or by block of time (--unit).",
            )
        return int(np.ceil(WHOLE_DAYS + follow))
    days = int(np.ceil(7 * SLACK * needed / weekly + follow)) if weekly > 0 else 10 * LONGEST_DAYS
    if days > longest:
        raise Refused(
            f"It takes {needed:,} {wish.unit}s to find the effect ({least:g}); {weekly:,.1f} come in a week, so the "
            f"trial would take {days} days, more than {longest}.",
            "Widen the scope, plan for a larger effect (--least), or give it longer (--days).",
        )
    return max(days, 1)


def _notes(wish: Wish, known: Past) -> tuple[str, ...]:
    ties = len(known.values) - len(np.unique(known.values))
    found = []
    if ties > len(known.values) / 2 and set(np.unique(known.values)) - {0.0, 1.0}:
        found.append(f"{ties:,} of {len(known.values):,} times of the baseline are equal: ranks tell them apart badly")
    return tuple(found)
