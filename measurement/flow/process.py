"""The process as a graph: steps, the paths between them, and what is too rare to show."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from measurement.flow.follows import follows
from measurement.flow.order import entered
from measurement.flow.rework import stays
from measurement.flow.stretches import ACTIVITY, some, step_column
from measurement.log.eventlog import EventLog

START, END = "(start)", "(end)"
"""Nodes that are no steps: where cases come from and where their last event leads."""
PATHS = 18
"""Paths that are drawn unless asked otherwise, besides those that keep each step joined to the rest."""
RARE = 0.005
"""A step that a smaller share of cases enters is not drawn."""


@dataclass(frozen=True)
class Node:
    """A step, in all cases that entered it."""

    name: str
    cases: int
    times: int
    waiting: bool


@dataclass(frozen=True)
class Path:
    """So often one step was followed directly by the other; elapsed times, None at start and end."""

    start: str
    end: str
    count: int
    mean_s: float | None
    median_s: float | None


@dataclass(frozen=True)
class Process:
    """What is drawn, and what is not."""

    n: int
    """Cases."""
    nodes: tuple[Node, ...]
    """In the order in which cases enter them."""
    paths: tuple[Path, ...]
    hidden_nodes: tuple[str, ...]
    hidden_paths: int
    hidden_share: float
    """Of all steps from one event to the next."""


def process(log: EventLog, paths: int = PATHS) -> Process:
    """The graph of the most frequent paths; every step drawn keeps its most frequent way in and way out."""
    n = some(log)
    stays(log)
    all_paths = [Path(*row.values()) for row in (*_follows(log).to_pylist(), *_ends(log))]
    every = _nodes(log)
    nodes = tuple(node for node in every if node.cases >= RARE * n)
    names = {START, END, *(node.name for node in nodes)}
    candidates = [path for path in all_paths if {path.start, path.end} <= names]
    kept = _kept(sorted(candidates, key=lambda p: (-p.count, p.start, p.end)), paths)
    total = sum(path.count for path in all_paths) or 1
    return Process(
        n=n,
        nodes=nodes,
        paths=kept,
        hidden_nodes=tuple(node.name for node in every if node.name not in names),
        hidden_paths=len(all_paths) - len(kept),
        hidden_share=1 - sum(path.count for path in kept) / total,
    )


def _kept(by_count: Sequence[Path], most: int) -> tuple[Path, ...]:
    kept = dict.fromkeys(by_count[:most])
    left, entered = {p.start for p in kept if p.start != p.end}, {p.end for p in kept if p.start != p.end}
    for path in by_count[most:]:
        if path.start != path.end and (path.start not in left or path.end not in entered):
            kept[path] = None
            left.add(path.start)
            entered.add(path.end)
    return tuple(kept)


def _follows(log: EventLog) -> pa.Table:
    """Between activities; or between the steps of our own runs, where an event inside a step is no path."""
    if step_column(log) == ACTIVITY:
        return follows(log)
    return log.table("""
        SELECT came_from AS "from", step AS "to", count(*) AS count,
          avg(before_s) AS mean_s, median(before_s) AS median_s
        FROM (SELECT *, lag(seconds) OVER (PARTITION BY case_id ORDER BY place) AS before_s FROM stays)
        WHERE came_from IS NOT NULL GROUP BY ALL ORDER BY count DESC, "from", "to"
    """)


def _ends(log: EventLog) -> list[dict[str, object]]:
    return log.rows(f"""
        WITH edges AS (SELECT arg_min(step, place) AS first, arg_max(step, place) AS last FROM stays GROUP BY case_id)
        SELECT '{START}' AS a, first AS b, count(*) AS count, NULL AS mean_s, NULL AS median_s FROM edges GROUP BY first
        UNION ALL SELECT last, '{END}', count(*), NULL, NULL FROM edges GROUP BY last
    """)


def _nodes(log: EventLog) -> list[Node]:
    rows = log.rows("""
        SELECT step AS name, count(DISTINCT case_id) AS cases, sum(events)::BIGINT AS times,
          bool_and(waiting) AS waiting
        FROM stays GROUP BY step
    """)
    # What stands resolved waits for its closing, but nobody would call that step one of waiting.
    done = {*log.rules.done, *log.rules.cancelled}
    nodes = {row["name"]: Node(**row | {"waiting": row["waiting"] and row["name"] not in done}) for row in rows}
    firsts = 'SELECT case_id, step AS name, min(place) AS "at" FROM stays GROUP BY case_id, step'
    return [nodes[name] for name in entered(log, firsts, list(nodes))]
