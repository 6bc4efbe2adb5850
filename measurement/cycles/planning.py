"""The plan of a trial with two arms, from a charter, its baseline and a change: what a lead does not say is chosen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from definitions.change import Change
from definitions.cycle.charter import Charter
from definitions.experiment import MOST_LOOKS, Baseline, Experiment, Guard, Scope, Unit
from measurement.charts.normal_scores import Reference
from measurement.experiments.planned import Strength, fingerprint, strength
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.metric import Metric
from measurement.metrics.scope import Scope as Question
from measurement.metrics.units import log_for, units
from measurement.values import BadData, Refused

Floats = NDArray[np.float64]
HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400
LATE = 0.95
"""Cases are followed until so many of the baseline had come to their end."""
SLACK = 1.25
"""A trial may take so much longer than the cases of the baseline came in, before its time is over."""
LONGEST_DAYS = 366
MANY = 10_000_000
"""Units that any effect is found with: to ask how many are needed."""
FIELDS = {Unit.REQUESTER: "requester", Unit.SERVICE: "service", Unit.TEAM: "team"}


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


def measure_of(metric: Metric) -> str:
    """`time` or `share`. Raises BadData for a metric that cannot be told of a single case."""
    columns = metric.estimator.columns
    if columns == ("seconds", "ended"):
        return "time"
    if columns == ("hit",) and metric.unit == "share" and metric.counts == "cases":
        return "share"
    raise BadData(
        f"{metric.key} is no number of a single case, so two arms cannot be compared by it.",
        "Choose a time or a share of cases for the trial, or compare before and after (--before-after).",
    )


def past(log: EventLog, metric: Metric, scope: Scope, since: datetime, until: datetime, wish: Wish) -> Past:
    """The cases of the baseline that would have taken part and could be followed to the end. Raises BadData."""
    measure = measure_of(metric)
    part = _taking_part(log, scope)
    by = FIELDS.get(wish.unit)
    found = units(log_for(part, metric), metric, Question(since=since, until=until, where={"kind": scope.kind}, by=by))
    if not len(found):
        raise BadData(f"{metric.key} has no value in the baseline for {', '.join(scope.services)}.", "Widen the scope.")
    at = found.at.astype("datetime64[s]").astype(np.int64)
    order = np.argsort(at, kind="stable")
    at = at[order]
    raw = np.asarray(found.columns["seconds" if measure == "time" else "hit"], float)[order]
    follow = wish.follow_s or (_followed(raw) if measure == "time" else WEEK)
    old = at <= int(log.as_of.timestamp()) - follow
    if not old.any():
        raise BadData(
            f"No case of the baseline is older than the {follow / DAY:.1f} days that each is to be followed.",
            "Follow them for less (--follow-days), or wait.",
        )
    values = np.minimum(raw, follow) if measure == "time" else raw
    unit: NDArray[np.object_] = np.arange(len(at)).astype(object)
    if by is not None:
        unit = np.array([found.groups[each] or "none" for each in found.group[order]], object)
    elif wish.unit is Unit.BLOCK:
        unit = ((at - int(since.timestamp())) // (wish.block_days * DAY)).astype(object)
    # What is younger than the time of following came as well: it counts for the pace, not for the values.
    weeks = max(1.0, (min(until, log.as_of) - since).total_seconds() / WEEK)
    seen = weeks * int(old.sum()) / len(old)
    return Past(values[old], unit[old], follow, seen)


def planned(
    key: str, charter: Charter, change: Change, wish: Wish, known: Past, level: float, now: datetime
) -> Planned:
    """The plan with as many units as its effect needs. `level`: the baseline's value in the unit of the metric.

    Raises BadData where something is missing, Refused where the trial would take too long or is hopeless.
    """
    metric = named(charter.metric or "")
    measure = measure_of(metric)
    share = float(known.values.mean())
    least = wish.least if wish.least is not None else _wished(charter, measure, level, share)
    reference = Reference.of(known.values) if measure == "time" else None
    sd = _unit_sd(known, reference) if wish.unit is not Unit.CASE else None
    starts = wish.starts_at or now
    first = {
        "key": key,
        "hypothesis": wish.hypothesis,
        "cycle": None,
        "change": change,
        "metric": metric.key,
        "measure": measure,
        "better": charter.direction,
        "least": least,
        "baseline": Baseline(
            sha256=fingerprint(known.values), n=len(known.values), share=share if measure == "share" else None
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
    }
    asked = Experiment.model_validate(first)
    needed = strength(asked, reference, sd).needed
    weekly = known.weekly * (wish.traffic[1] - wish.traffic[0])
    days, longest = _days(needed, weekly, known.follow_s), wish.days or LONGEST_DAYS
    if days > longest:
        raise Refused(
            f"It takes {needed:,} {wish.unit}s to find the effect ({least:g}); {weekly:,.1f} come in a week, so the "
            f"trial would take {days} days, more than {longest}.",
            "Widen the scope, plan for a larger effect (--least), or give it longer (--days).",
        )
    pair = 2 if wish.unit is Unit.BLOCK else 1
    count = max(4, -(-needed // pair) * pair)
    plan = Experiment.model_validate(
        first | {"units": count, "stops_at": starts + timedelta(days=wish.days or max(days, 1))}
    )
    return Planned(plan, strength(plan, reference, sd), weekly, known.numbers, _notes(wish, known))


def _taking_part(log: EventLog, scope: Scope) -> EventLog:
    """The cases of these services and categories."""
    conditions = [f"service IN ({', '.join(map(text, scope.services))})"]
    if scope.categories:
        conditions.append(f"category IN ({', '.join(map(text, scope.categories))})")
    cases = log.table(f"SELECT * FROM cases WHERE {' AND '.join(conditions)} ORDER BY case_id")
    if not len(cases):
        raise BadData(f"No recorded case is of {', '.join(scope.services)}.", "Name services that have cases.")
    log.db.register("taking_part", cases)
    events = log.table("SELECT * FROM events SEMI JOIN taking_part USING (case_id) ORDER BY case_id, seq")
    log.db.unregister("taking_part")
    return EventLog.of(events, name=log.name, rules=log.rules, as_of=log.as_of, cases=cases, source=log.source)


def _followed(seconds: Floats) -> int:
    """Whole hours, so that the plan is one that people can read."""
    return max(1, int(np.ceil(np.quantile(seconds, LATE) / HOUR))) * HOUR


def _wished(charter: Charter, measure: str, level: float, share: float) -> float:
    """From the goal: the same ratio, or the same difference, as from the baseline to it."""
    if charter.goal is None:
        raise BadData("The charter has no goal, so nobody knows which effect is worth acting on.", "Give --least.")
    if measure == "share":
        return round(charter.goal - share, 6)
    if level <= 0 or charter.goal <= 0:
        raise BadData("The effect wished needs a goal and a level above zero.", "Give --least, such as 0.7.")
    return round(charter.goal / level, 6)


def _unit_sd(known: Past, reference: Reference | None) -> float:
    values = reference.scores(known.values) if reference is not None else known.values
    _, where = np.unique(known.unit.astype(str), return_inverse=True)
    counts = np.bincount(where)
    if len(counts) < 3:
        raise BadData(
            f"The baseline has only {len(counts)} such units: nobody can tell how much they differ.",
            "Draw by case or by block of time.",
        )
    return float((np.bincount(where, values) / counts).std(ddof=1))


def _days(needed: int, weekly: float, follow_s: int) -> int:
    """For the units to come and the last of them to be followed."""
    return int(np.ceil(7 * SLACK * needed / weekly + follow_s / DAY)) if weekly > 0 else 10 * LONGEST_DAYS


def _notes(wish: Wish, known: Past) -> tuple[str, ...]:
    ties = len(known.values) - len(np.unique(known.values))
    found = []
    if ties > len(known.values) / 2 and set(np.unique(known.values)) - {0.0, 1.0}:
        found.append(f"{ties:,} of {len(known.values):,} times of the baseline are equal: ranks tell them apart badly")
    return tuple(found)
