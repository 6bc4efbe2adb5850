"""All that is known of the flow of a log, as one plain document: the answer of `jidoka flow -o json`."""

from dataclasses import asdict
from typing import Any

from measurement.comparison.proportions import wilson
from measurement.flow.ageing import ageing
from measurement.flow.balance import balance
from measurement.flow.conformity import StandardPaths, conformity
from measurement.flow.efficiency import efficiency
from measurement.flow.follows import follows
from measurement.flow.forecast import forecast, weekly_departures
from measurement.flow.front import front, front_by, has_lines
from measurement.flow.load import HOURS_PER_WEEK, bottleneck
from measurement.flow.process import PATHS, Process, process
from measurement.flow.rework import back_steps, rework
from measurement.flow.stretches import some
from measurement.flow.teams import accepted, handovers, passes, ping_pong
from measurement.flow.usage import usage
from measurement.flow.variants import variants
from measurement.flow.waste import wastes
from measurement.flow.window import middle
from measurement.log.eventlog import EventLog
from measurement.metrics.measure import measure
from measurement.values import BadData, Refused

Document = dict[str, Any]
TOP = 25
"""Rows of the lists that may be long; `more` says how many were left off."""


def report(
    log: EventLog,
    *,
    hours_per_week: float = HOURS_PER_WEEK,
    weeks: int = 4,
    paths: int = PATHS,
    by: str | None = None,
    used: str | None = None,
    standard: StandardPaths | None = None,
) -> Document:
    """Every part says its n and what was left out; a part that cannot be had is null beside its `reason`.

    `used`: a step whose use is counted; `standard`: an order that cases are held against; `by`: the field by which
    these two and the front are broken down. Times are seconds of the elapsed clock.
    """
    n = some(log)
    found: Document = {
        "dataset": log.name,
        "source": log.source,
        "n": n,
        "clock": "elapsed",
        "period": _period(log),
        "time_to_resolve": measure(log, "time_to_resolve").to_json(),
        "efficiency": _efficiency(log),
        "variants": asdict(variants(log)),
        "follows": follows(log).to_pylist(),
        "process": _process(process(log, paths)),
        "handovers": _handovers(log),
        "rework": _rework(log),
        "waste": [asdict(waste) for waste in wastes(log)],
        "ageing": _ageing(log),
    }
    found["balance"] = _or_reason(lambda: _balance(log))
    found["takt"] = _or_reason(lambda: _takt(log, hours_per_week))
    found["bottleneck"] = _or_reason(lambda: _bottleneck(log, hours_per_week))
    found["forecast"] = _or_reason(lambda: _forecast(log, weeks))
    found["front"] = _front(log, by)
    if used is not None:
        uses = [asdict(use) | _share(use.using, use.cases) for use in usage(log, used, by)]
        found["usage"] = {"step": used, "by": by, "groups": uses}
    if standard is not None:
        held = conformity(log, standard, by)
        groups = [asdict(group) | _share(group.conforming, group.n) for group in held.groups]
        found["conformity"] = asdict(held) | {"by": by, "groups": groups}
    return found


def _or_reason(part: Any) -> Document:
    try:
        found: Document = part()
        return found
    except (Refused, BadData) as error:
        return {"reason": error.message}


def _share(hits: int, n: int) -> Document:
    """With its interval; null of nothing."""
    return {"share": hits / n if n else None, "interval": asdict(wilson(hits, n))}


def _top(rows: list[Document]) -> Document:
    return {"top": rows[:TOP], "more": max(0, len(rows) - TOP)}


def _period(log: EventLog) -> Document:
    (row,) = log.rows('SELECT min(opened_at) AS "from", max(opened_at) AS "to" FROM cases')
    return {name: f"{at.isoformat()}Z" for name, at in row.items()} | {"as_of": log.as_of}


def _efficiency(log: EventLog) -> Document:
    e = efficiency(log)
    return asdict(e) | {
        "flow_efficiency": e.flow_efficiency,
        "at_most": e.at_most,
        "process_cycle_efficiency": e.process_cycle_efficiency,
        "unclassified_share": e.unclassified_share,
    }


def _process(p: Process) -> Document:
    return {"hidden_steps": p.hidden_nodes, "hidden_paths": p.hidden_paths, "hidden_share": p.hidden_share} | {
        "steps": [asdict(node) for node in p.nodes],
        "paths": [asdict(path) for path in p.paths],
    }


def _handovers(log: EventLog) -> Document:
    h = handovers(log)
    return asdict(h) | {
        "per_case": h.per_case,
        "ping_pong_rate": h.ping_pong_rate,
        "ping_pong_interval": asdict(wilson(h.returned, h.n)),
        "passes": _top(passes(log).to_pylist()),
        "ping_pong": _top(ping_pong(log).to_pylist()),
        "complete_accurate": _top(accepted(log).to_pylist()),
    }


def _rework(log: EventLog) -> Document:
    r = rework(log)
    return asdict(r) | {
        "steps": [{**asdict(step), "first_pass_yield": step.first_pass_yield} for step in r.steps],
        "rolled_throughput_yield": r.rolled_throughput_yield,
        "case_level_yield": r.case_level_yield,
        "case_level_interval": asdict(wilson(r.n - r.reworked, r.n)),
        "back": _top(back_steps(log).to_pylist()),
    }


def _ageing(log: EventLog) -> Document:
    a = ageing(log)
    return {
        "as_of": a.as_of,
        "open": len(a.open),
        "marks": {"p50": a.marks[0], "p85": a.marks[1], "p95": a.marks[2]},
        "beyond": {"p50": a.beyond[0], "p85": a.beyond[1], "p95": a.beyond[2]},
        "oldest": _top([asdict(case) for case in a.open]),
    }


def _balance(log: EventLog) -> Document:
    b = balance(log)
    return asdict(b) | {
        "window": _window(b.window),
        "flow_debt": b.flow_debt,
        "per_day": b.per_day,
        "wip_by_little": b.wip_by_little,
        "gap": b.gap,
    }


def _window(window: Any) -> Document:
    return {"from": f"{window.start.isoformat()}Z", "to": f"{window.end.isoformat()}Z", "days": window.days}


def _takt(log: EventLog, hours_per_week: float) -> Document:
    """Working time over demand, in the middle of the log."""
    window = middle(log)
    (row,) = log.rows(
        "SELECT count(*) AS n FROM cases WHERE opened_at >= ? AND opened_at < ?", window.start, window.end
    )
    available = hours_per_week * 3600 * window.days / 7
    return {
        "takt_s": available / row["n"] if row["n"] else None,
        "demand_per_week": row["n"] / window.days * 7,
        "hours_per_week": hours_per_week,
        "window": _window(window),
    }


def _bottleneck(log: EventLog, hours_per_week: float) -> Document:
    b = bottleneck(log, hours_per_week)
    places = [asdict(place) for place in b.places]
    return asdict(b) | {"window": _window(b.window), "agrees": b.agrees, "places": _top(places)}


def _forecast(log: EventLog, weeks: int) -> Document:
    f = forecast(weekly_departures(log), weeks)
    return asdict(f) | {"back_test": [{**asdict(t), "coverage": t.coverage} for t in f.back_test]}


def _front(log: EventLog, by: str | None) -> Document:
    if not has_lines(log):
        return {"reason": "no team's name says its line"}
    f = front(log)
    found = asdict(f) | _share(f.solved_in_front, f.n) | {"reached": {str(line): n for line, n in f.reached.items()}}
    return (
        found
        if by is None
        else found
        | {
            "by": {
                "field": by,
                **_top([row | _share(row["solved_in_front"], row["n"]) for row in front_by(log, by).to_pylist()]),
            }
        }
    )
