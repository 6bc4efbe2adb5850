"""What stands in an event log, counted: cases, variants, throughput, pairs, final states.

Throughput is from the first event of a case to its last one, on the elapsed clock, whatever the case rules say.
Quantiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996).
"""

from dataclasses import dataclass
from typing import Any

from measurement.flow.follows import follows
from measurement.log.cases import last_sql, quoted
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

COUNTERS = {"reopen_count": "reopened_cases", "reassignment_count": "reassigned_cases"}
"""Attribute that counts up within a case -> key under which cases are counted where it is above 0."""

COUNTED = {"org:role": "roles", "product": "products"}
"""Attribute -> key under which its different values are counted."""


GROUPS = ("group", "organization")
"""Words in the names of attributes whose different values are counted under `groups_NAME`."""


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
    walked = _walked(log)
    (ways,) = log.rows("SELECT count(*) AS n FROM (SELECT DISTINCT way_1, way_2 FROM walked)")
    activities = _counts(log, "SELECT activity AS value FROM events")
    return {
        "dataset": log.name,
        "source": log.source,
        "clock": "elapsed",
        "as_of": _instant(log.as_of.replace(tzinfo=None)),
        **{name: case[name] for name in ("cases", "events")},
        "activities": len(activities),
        "variants": ways["n"],
        **{name: case[name] for name in case if name.startswith("events_per_case")},
        "throughput_s": {name: value for name, value in throughput.items() if name != "negative"},
        "throughput_mean_days": throughput["mean"] / 86400,
        "start": _instant(case["start"]),
        "end": _instant(case["end"]),
        "start_activities": _top(_counts(log, "SELECT activity AS value FROM events WHERE seq = 1")),
        "end_activities": _top(_counts(log, "SELECT last_activity AS value FROM walked")),
        "activity_counts": activities,
        "dfg_top15": follows(log).slice(0, PAIRS).to_pylist(),
        **{key: _summary(log, f"SELECT {key} AS s FROM walked WHERE {key} IS NOT NULL") for key in walked.spans},
        **{key: _counts(log, f"SELECT {key} AS value FROM walked") for key in walked.finals},
        **_priorities(log),
        **{key: log.rows(f"SELECT count(*) AS n FROM walked WHERE {key} > 0")[0]["n"] for key in walked.counters},
        **_different(log),
        "knows_the_end": log.rules.knows_the_end,
        "ended_as": _ends(log),
    }


@dataclass(frozen=True)
class _Walked:
    """Columns of the table `walked`, which has a row for each case; each is named as its key in the answer."""

    spans: tuple[str, ...]
    finals: tuple[str, ...]
    counters: tuple[str, ...]


def _walked(log: EventLog) -> _Walked:
    """One walk over all events for all that is asked of each case.

    The way of a case is known by two independent 64-bit hashes of its activities with their places, which is much
    cheaper than the ways themselves; two different ways agree in both with a chance of 1 in 10^25 in ten million cases.
    """
    spans = _spans(log)
    finals = {key: f"arg_max({quoted(name)}, seq)" for column, key in FINAL.items() if (name := _column(log, column))}
    counters = {
        key: f"max(TRY_CAST({quoted(name)} AS BIGINT))"
        for column, key in COUNTERS.items()
        if (name := _column(log, column))
    }
    columns = {
        "way_1": "sum(hash(activity, seq))",
        "way_2": "bit_xor(hash(seq, activity))",
        "last_activity": "arg_max(activity, seq)",
        **spans,
        **finals,
        **counters,
    }
    each = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    log.db.execute(f"CREATE OR REPLACE TEMP TABLE walked AS SELECT {each} FROM events GROUP BY case_id")
    return _Walked(tuple(spans), tuple(finals), tuple(counters))


def _spans(log: EventLog) -> dict[str, str]:
    """From opening to what the columns of the source call closed and resolved; null where either is not there."""
    rules = log.rules
    ends = {"open_to_closed_s": (rules.closed,) if rules.closed else (), "open_to_resolved_s": rules.resolved}
    if not rules.opened:
        return {}
    found = {}
    for key, names in ends.items():
        if names:
            end = f"coalesce({', '.join(last_sql(rules, name) for name in names)})"
            found[key] = f"(epoch_us({end}) - epoch_us(min({quoted(rules.opened)}))) / 1e6"
    return found


def _ends(log: EventLog) -> dict[str, int]:
    """How cases ended; where no rule says it, that is not known of any."""
    if not log.rules.knows_the_end:
        return {"unknown": log.rows("SELECT count(*) AS n FROM cases")[0]["n"]}
    return _counts(log, "SELECT coalesce(ended_as, 'open') AS value FROM cases")


def _priorities(log: EventLog) -> dict[str, Any]:
    found = _counts(log, "SELECT priority AS value FROM cases")
    return {"priority_final": found} if found else {}


def _different(log: EventLog) -> dict[str, Any]:
    """How many different groups, people, roles and products there are."""
    headers = {ours: header for header, ours in log.names.items()}
    wanted = {name: key for column, key in COUNTED.items() if (name := _column(log, column))}
    wanted |= {n: f"groups_{n}" for n in log.columns if any(word in n.lower() for word in GROUPS)}
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
