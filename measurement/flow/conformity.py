"""Conformity: which cases keep to a declared order of steps, and where the others leave it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from definitions.base import Value
from measurement.flow.stretches import prepare, step_column
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.values import BadData

ANY = "*"
UNKNOWN = "unknown"
MOST = 10


class StandardPaths(Value):
    """What may begin a case, what may follow each step, and what may end one; `*`: anything. Repeating is allowed."""

    title: str = "the declared order"
    start: tuple[str, ...] = (ANY,)
    end: tuple[str, ...] = (ANY,)
    follows: dict[str, tuple[str, ...]]
    """Step -> those that may come directly after it. A step that is not named may not occur."""


@dataclass(frozen=True)
class Deviation:
    """A path that the standard does not know: from None at the start of a case, to None at its end."""

    start: str | None
    end: str | None
    cases: int
    times: int


@dataclass(frozen=True)
class Conforming:
    """One group of cases; `value` None: all of them."""

    value: str | None
    n: int
    conforming: int

    @property
    def share(self) -> float | None:
        """Share of cases without a deviation."""
        return self.conforming / self.n if self.n else None


@dataclass(frozen=True)
class Conformity:
    """Cases that ended, against the standard; open ones are judged on the way they have gone so far."""

    standard: str
    groups: tuple[Conforming, ...]
    deviations: tuple[Deviation, ...]
    """The most frequent first."""


def read_standard(path: Path) -> StandardPaths:
    """From a TOML file. Raises BadData with what is wrong in it."""
    try:
        return StandardPaths.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadData(f"{path.name} is not TOML: {error}.", "Correct it there.") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadData(
            f"{path.name} is no standard: {wrong}.", "It has title, start, end and a table [follows]."
        ) from None


def conformity(log: EventLog, standard: StandardPaths, by: str | None = None) -> Conformity:
    """Every step from one event to the next is looked up; the log's steps that the standard does not name deviate."""
    prepare(log)
    _deviating(log, standard)
    groups = log.rows("""
        SELECT NULL AS value, count(*) AS n,
          count(*) FILTER (case_id NOT IN (SELECT case_id FROM deviating)) AS conforming FROM cases
    """)
    if by is not None:
        groups += log.rows(f"""
            SELECT coalesce(value, '{UNKNOWN}') AS value, count(*) AS n,
              count(*) FILTER (case_id NOT IN (SELECT case_id FROM deviating)) AS conforming
            FROM cases LEFT JOIN ({log.field_sql(by)}) USING (case_id) GROUP BY 1 ORDER BY n DESC, value
        """)
    found = log.rows(f"""
        SELECT "from" AS start, "to" AS "end", count(DISTINCT case_id) AS cases, count(*) AS times
        FROM deviating GROUP BY "from", "to" ORDER BY cases DESC, start, "end" LIMIT {MOST}
    """)
    return Conformity(standard.title, tuple(Conforming(**g) for g in groups), tuple(Deviation(**d) for d in found))


def _deviating(log: EventLog, standard: StandardPaths) -> None:
    """The table of paths that are not allowed."""
    known = set(standard.follows) | {step for after in standard.follows.values() for step in after} - {ANY}
    steps = {row["step"] for row in log.rows("SELECT DISTINCT step FROM stretches")}
    if not steps & known:
        raise BadData(
            f"The standard names no step of dataset {log.name}.",
            f"The {step_column(log)}s are: {', '.join(sorted(steps)[:20])}.",
        )
    allowed = [(a, b) for a, after in standard.follows.items() for b in (steps if ANY in after else after)]
    allowed += [(step, step) for step in known]
    pairs = ", ".join(f"({text(a)}, {text(b)})" for a, b in sorted(set(allowed)))
    starts = "true" if ANY in standard.start else f"step IN ({', '.join(text(s) for s in standard.start) or 'NULL'})"
    ends = "true" if ANY in standard.end else f"step IN ({', '.join(text(s) for s in standard.end) or 'NULL'})"
    log.db.execute(f"""
        CREATE OR REPLACE TEMP TABLE deviating AS
        WITH paths AS (
          SELECT case_id, ended_as, step, lead(step) OVER in_case AS next, row_number() OVER in_case = 1 AS first
          FROM stretches WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
        )
        SELECT case_id, step AS "from", next AS "to" FROM paths
        WHERE next IS NOT NULL AND (step, next) NOT IN (VALUES {pairs})
        UNION ALL SELECT case_id, NULL, step FROM paths WHERE first AND NOT ({starts})
        UNION ALL SELECT case_id, step, NULL FROM paths WHERE next IS NULL AND ended_as IS NOT NULL AND NOT ({ends})
    """)
