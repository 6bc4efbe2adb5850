"""What the numbers say of causes: drivers, waste, where time is lost, what to read, whom it hurts, what it can do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from definitions.cycle.charter import Charter
from definitions.cycle.charter import Scope as CycleScope
from definitions.cycle.evidence import Frozen
from measurement.charts.capability import Capability
from measurement.charts.pareto import Pareto, pareto
from measurement.comparison.compared import interval_json
from measurement.cycles.analysis_drivers import Driver, Standing, drivers
from measurement.cycles.baseline import capable, frozen, in_scope
from measurement.flow.candidates import time_lost
from measurement.flow.recorded import recorded_stream
from measurement.flow.stream import ValueStream
from measurement.flow.waste import Waste, wastes
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.metric import Metric, timed
from measurement.metrics.scope import Scope
from measurement.metrics.units import log_for, units
from measurement.values import BadData, Refused

FIELDS = ("service", "category", "priority", "channel", "first_team", "team")
AFTERWARDS = ("priority", "team")
"""What a case has at its end may follow from how it went."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
READ = 5
"""Cases of each sort to read."""
VOICES = 10
"""Complaints and compliments that are named, the latest."""


@dataclass(frozen=True)
class ToRead:
    """A case worth going to see, and why: `worst`, `typical` or `best` of its scope."""

    case_id: str
    why: str
    value: float


@dataclass(frozen=True)
class Voices:
    """What people said of the scope: how often in each tone, and the latest complaints and compliments."""

    counts: Mapping[str, int]
    complaints: tuple[str, ...]
    compliments: tuple[str, ...]


@dataclass(frozen=True)
class Analysis:
    """Evidence for the causes of what a charter is about. A part that cannot be had is None, and `notes` says why."""

    dataset: str
    metric: str
    unit: str
    better: str
    scope: str
    n: int
    drivers: tuple[Driver, ...]
    wastes: tuple[Waste, ...]
    lost: Pareto | None
    stream: ValueStream | None
    read: tuple[ToRead, ...]
    voices: Voices | None
    baseline: Frozen | None
    capability: Capability | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data; `reference` is what a ground of a hypothesis can name."""
        return {
            **{name: getattr(self, name) for name in ("dataset", "metric", "unit", "better", "scope", "n")},
            "drivers": [_driver(each) for each in self.drivers],
            "wastes": [asdict(each) | {"reference": f"waste:{each.waste}"} for each in self.wastes],
            "lost": None if self.lost is None else self.lost.to_json() | {"reference": "pareto:step"},
            "stream": None if self.stream is None else self.stream.model_dump(mode="json"),
            "read": [asdict(each) | {"reference": f"case:{each.case_id}"} for each in self.read],
            "voices": None if self.voices is None else asdict(self.voices),
            "stable": None if self.baseline is None else self.baseline.stable,
            "capability": None if self.capability is None else self.capability.to_json(),
            "notes": list(self.notes),
        }


def analysed(log: EventLog, charter: Charter) -> Analysis:
    """The evidence in the scope of the charter. Raises BadData without a metric, or where it counts nothing there."""
    if charter.metric is None:
        raise BadData("The charter names no metric.", "Choose one: `jidoka measure --help` lists them.")
    metric = named(charter.metric)
    # Reviews and cycles of the same team are no part of the work that is looked at.
    part = in_scope(log, charter.scope, log.rules.demand if metric.demand else ())
    source = log_for(part, metric)
    found = units(source, metric, Scope(by="case_id"))
    if not len(found):
        raise BadData(f"{metric.key} counts nothing in that scope: {charter.scope}.", "Widen the scope.")
    notes = [f"left out: {'; '.join(f'{left.n:,} {left.reason}' for left in found.excluded)}"] if found.excluded else []
    y, kept = _values(metric, found.columns)
    case = np.array(found.groups, object)[found.group][kept]
    if len(y) < len(found):
        notes.append(f"{len(found) - len(y):,} cases that are open are in no comparison: the slow ones may be missing")
    fields = _fields(source, case) | {"weekday": _weekdays(found.at[kept])}
    ranked = drivers(fields, y, share=_is_share(metric)) if len(y) else ()
    if any(driver.field in AFTERWARDS and driver.standing for driver in ranked):
        notes.append("priority and team are those at the end: a case may have got them because it took long")
    baseline, capable, why = _capability(log, charter)
    return Analysis(
        dataset=log.name,
        metric=metric.key,
        unit=metric.unit,
        better=charter.direction,
        scope=str(charter.scope),
        n=len(y),
        drivers=ranked,
        wastes=wastes(part),
        lost=_lost(part),
        stream=recorded_stream(part),
        read=_to_read(case, y, charter.direction == "lower", share=_is_share(metric)),
        voices=_voices(log, charter.scope),
        baseline=baseline,
        capability=capable,
        notes=(*notes, *why),
    )


def _values(
    metric: Metric, columns: Mapping[str, NDArray[np.generic]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """One number for each case that has one, and which those are. Raises BadData for what is none of single cases."""
    for name in ("seconds", "hit", "x", "score"):
        if name in columns:
            kept = np.asarray(columns["ended"], bool) if timed(metric.estimator) else np.ones(len(columns[name]), bool)
            return np.asarray(columns[name], float)[kept], kept
    raise BadData(f"{metric.key} is no number of single cases.", "Choose one that is, such as time_to_resolve.")


def _is_share(metric: Metric) -> bool:
    return "hit" in metric.estimator.columns


def _fields(log: EventLog, case: NDArray[np.object_]) -> dict[str, NDArray[np.object_]]:
    """The fields of each case, in the order of `case`."""
    rows = log.arrays(f"SELECT case_id, {', '.join(FIELDS)} FROM cases")
    place = {key: at for at, key in enumerate(rows["case_id"].tolist())}
    at = np.array([place[key] for key in case.tolist()], np.int64)
    return {name: np.asarray(rows[name], object)[at] for name in FIELDS}


def _weekdays(at: NDArray[np.datetime64]) -> NDArray[np.object_]:
    days = (at.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return np.array(DAYS, object)[days]


def _lost(part: EventLog) -> Pareto | None:
    """Waiting and rework by step; None where no time is known to be lost."""
    rows = time_lost(part)
    lost = rows["wait_s"] + rows["rework_s"]
    some = lost > 0
    return pareto(rows["step"][some].tolist(), lost[some], what="waiting and rework") if some.any() else None


def _to_read(case: NDArray[np.object_], y: NDArray[np.float64], low: bool, *, share: bool) -> tuple[ToRead, ...]:
    """Of each sort the same number, no case twice; of shares there is no typical one."""
    order = np.lexsort((case.astype(str), y if low else -y))
    many = min(READ, len(order) // (2 if share else 3))
    middle = (len(order) - many) // 2
    chosen = {"worst": order[::-1][:many], "typical": order[middle : middle + many], "best": order[:many]}
    if share:
        del chosen["typical"]
    return tuple(ToRead(str(case[at]), why, float(y[at])) for why, places in chosen.items() for at in places)


def _voices(log: EventLog, scope: CycleScope) -> Voices | None:
    """What was said of the services and teams of the scope; None where the log does not know of feedback."""
    if "tone" not in log.columns:
        return None
    wanted = {"service": scope.services, "team": scope.teams}
    where = [f"c.{name} IN ({', '.join(map(text, keys))})" for name, keys in wanted.items() if keys]
    rows = log.rows(f"""
        SELECT e.case_id, e.tone FROM events e JOIN cases c USING (case_id)
        WHERE e.tone IS NOT NULL {"".join(f" AND {each}" for each in where)} ORDER BY e."at" DESC, e.case_id
    """)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["tone"]] = counts.get(row["tone"], 0) + 1
    named_in = {tone: [row["case_id"] for row in rows if row["tone"] == tone] for tone in ("complaint", "compliment")}
    return Voices(counts, tuple(named_in["complaint"][:VOICES]), tuple(named_in["compliment"][:VOICES]))


def _capability(log: EventLog, charter: Charter) -> tuple[Frozen | None, Capability | None, tuple[str, ...]]:
    """Of the weekly values against the goal, only where they keep one level; else why not."""
    try:
        baseline = frozen(log, charter)
    except (BadData, Refused) as none:
        return None, None, (f"no baseline: {none.message.rstrip('.')}",)
    if charter.goal is None:
        return baseline, None, ("no capability: the charter has no goal",)
    if not baseline.stable:
        return (
            baseline,
            None,
            (f"no capability: the weekly values had {baseline.regimes} levels, so it is no one process",),
        )
    try:
        return baseline, capable(baseline.course, charter), ()
    except (BadData, Refused) as none:
        return baseline, None, (f"no capability: {none.message.rstrip('.')}",)


def _driver(driver: Driver) -> dict[str, Any]:
    return {
        **{name: getattr(driver, name) for name in ("field", "n", "values", "left_out", "share", "p", "adjusted_p")},
        "reference": f"driver:{driver.field}",
        "standing": [_standing(driver.field, each) for each in driver.standing],
    }


def _standing(field: str, one: Standing) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("value", "n", "typical", "p", "adjusted_p")},
        "effect_name": f"{one.effect.what}, to all others",
        "effect": one.effect.value,
        "interval": interval_json(one.effect.interval),
        "reference": f"driver:{field}={one.value}"[:200],
    }
