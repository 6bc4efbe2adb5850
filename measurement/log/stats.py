"""What stands in an event log, counted: cases, variants, throughput, pairs, final states.

Throughput is from the first event of a case to its last one, on the elapsed clock, whatever the case rules say.
Quantiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996).
"""

from typing import Any

from measurement.flow.follows import follows
from measurement.log.cases import quoted
from measurement.log.eventlog import EventLog

MOST = 5
"""Activities named at the start and at the end of cases; those with as many cases as the fifth are named too."""

PAIRS = 15

SUMMARY = """
    count(s) AS n, avg(s) AS mean, quantile_cont(s, 0.5) AS median, stddev_pop(s) AS std_ddof0,
    stddev_samp(s) AS std_ddof1, min(s) AS min, max(s) AS max,
    quantile_cont(s, 0.85) AS p85, quantile_cont(s, 0.95) AS p95, sum(s) AS sum,
    count(*) FILTER (s < 0) AS negative
"""

FINAL = {"made_sla": "made_sla_final", "impact": "impact_cases"}
"""Attribute -> key under which cases are counted by its last value."""

COUNTED = {"org:role": "roles", "product": "products"}
"""Attribute -> key under which its different values are counted."""


def stats(log: EventLog) -> dict[str, Any]:
    """Plain data for JSON. Keys that a log has no columns for are absent; seconds unless the key says days.

    `groups`, `roles`, `resources`, `products` count different values among events, "none given" as one of them.
    """
    (case,) = log.rows("""
        SELECT count(*) AS cases, CAST(sum(events) AS BIGINT) AS events,
          avg(events) AS events_per_case_mean, min(events) AS events_per_case_min, max(events) AS events_per_case_max,
          min(first_at) AS start, max(last_at) AS "end"
        FROM cases
    """)
    throughput = _summary(log, "SELECT (epoch_us(last_at) - epoch_us(first_at)) / 1e6 AS s FROM cases")
    ways = log.rows(
        "SELECT count(DISTINCT way) AS n FROM (SELECT list(activity ORDER BY seq) AS way FROM events GROUP BY case_id)"
    )
    activities = _counts(log, "SELECT activity AS value FROM events")
    pairs = follows(log).slice(0, PAIRS).to_pylist()
    return {
        "dataset": log.name,
        "source": log.source,
        "clock": "elapsed",
        "as_of": _instant(log.as_of.replace(tzinfo=None)),
        **{name: case[name] for name in ("cases", "events")},
        "activities": len(activities),
        "variants": ways[0]["n"],
        **{name: case[name] for name in case if name.startswith("events_per_case")},
        "throughput_s": {name: value for name, value in throughput.items() if name != "negative"},
        "throughput_mean_days": throughput["mean"] / 86400,
        "start": _instant(case["start"]),
        "end": _instant(case["end"]),
        "start_activities": _top(_counts(log, "SELECT activity AS value FROM events WHERE seq = 1")),
        "end_activities": _top(_counts(log, _LAST.format("activity"))),
        "activity_counts": activities,
        "dfg_top15": pairs,
        **_spans(log),
        **_finals(log),
        **_different(log),
        "knows_the_end": log.rules.knows_the_end,
        "ended_as": _counts(log, "SELECT coalesce(ended_as, 'open') AS value FROM cases"),
    }


_LAST = "SELECT arg_max({}, seq) AS value FROM events GROUP BY case_id"


def _spans(log: EventLog) -> dict[str, Any]:
    """From opening to what the columns of the source call closed and resolved, of the cases that have both."""
    rules, found = log.rules, {}
    if rules.opened and rules.closed:
        found["open_to_closed_s"] = _between(log, rules.opened, (rules.closed,))
    if rules.opened and rules.resolved:
        found["open_to_resolved_s"] = _between(log, rules.opened, rules.resolved)
    return found


def _between(log: EventLog, opened: str, ends: tuple[str, ...]) -> dict[str, Any]:
    end = f"coalesce({', '.join(f'arg_max({quoted(name)}, seq)' for name in ends)})"
    query = f"""
        SELECT (epoch_us({end}) - epoch_us(min({quoted(opened)}))) / 1e6 AS s FROM events GROUP BY case_id
        HAVING {end} IS NOT NULL AND min({quoted(opened)}) IS NOT NULL
    """
    return _summary(log, query)


def _finals(log: EventLog) -> dict[str, Any]:
    """Cases by what stood in them last, and by counters of the source."""
    found: dict[str, Any] = {}
    for column, key in FINAL.items():
        if name := _column(log, column):
            found[key] = _counts(log, _LAST.format(quoted(name)))
    if log.rows("SELECT count(priority) AS n FROM cases")[0]["n"]:
        found["priority_final"] = _counts(log, "SELECT priority AS value FROM cases")
    for column, key in (("reopen_count", "reopened_cases"), ("reassignment_count", "reassigned_cases")):
        if name := _column(log, column):
            most = f"SELECT max(TRY_CAST({quoted(name)} AS BIGINT)) AS most FROM events GROUP BY case_id"
            found[key] = log.rows(f"SELECT count(*) FILTER (most > 0) AS n FROM ({most})")[0]["n"]
    return found


def _different(log: EventLog) -> dict[str, Any]:
    """How many different groups, people, roles and products there are."""
    headers = {ours: header for header, ours in log.names.items()}
    wanted = {name: key for column, key in COUNTED.items() if (name := _column(log, column))}
    wanted |= {n: f"groups_{n}" for n in log.columns if n.lower().startswith("org:group")}
    given = ", ".join(f"count({quoted(name)}) AS {quoted(name)}" for name in ("team", "person"))
    (present,) = log.rows(f"SELECT {given} FROM events")
    if present["team"]:
        wanted["team"] = "groups"
    if present["person"]:
        wanted["person"] = "resources"
    if not wanted:
        return {}
    each = ", ".join(
        f"count(DISTINCT {quoted(n)}) + CAST(bool_or({quoted(n)} IS NULL) AS BIGINT) AS {quoted(n)}" for n in wanted
    )
    (row,) = log.rows(f"SELECT {each} FROM events")
    found = {key: row[name] for name, key in wanted.items()}
    if "groups" in found and "team" in headers:
        found[f"groups_{headers['team']}"] = found["groups"]
    return found


def _column(log: EventLog, name: str) -> str | None:
    """The column of this name, or the only one that has it as a word in its name."""
    if name in log.columns:
        return name
    alike = [c for c in log.columns if name in c.lower().replace("_", " ").split()]
    return alike[0] if len(alike) == 1 else None


def _summary(log: EventLog, query: str) -> dict[str, Any]:
    return log.rows(f"SELECT {SUMMARY} FROM ({query})")[0]


def _counts(log: EventLog, query: str) -> dict[str, int]:
    """By value, most frequent first, then by name; nulls are not counted."""
    rows = log.rows(f"SELECT value, count(*) AS n FROM ({query}) WHERE value IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1")
    return {row["value"]: row["n"] for row in rows}


def _top(counts: dict[str, int]) -> dict[str, int]:
    ranked = list(counts.values())
    least = ranked[MOST - 1] if len(ranked) >= MOST else 0
    return {name: n for name, n in counts.items() if n >= least}


def _instant(at: Any) -> str:
    return f"{at.isoformat(sep=' ')}+00:00"
