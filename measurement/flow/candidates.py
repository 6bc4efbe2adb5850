"""Where a Kaizen would pay: places of the flow by frequency x (rework + wait) x lost time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from measurement.flow.rework import stays
from measurement.flow.stretches import WAITED, some
from measurement.log.cases import quoted
from measurement.log.columns import CASES
from measurement.log.eventlog import EventLog
from measurement.values import BadData, Excluded

CYCLES = ("dmaic", "kaizen")
"""Kinds of case that are cycles themselves: they hold room, and are no place to improve."""
OPEN_CYCLES = 2
"""The most that one team may have open at a time, where nothing else is said."""
LEAST = 20
"""Cases at a place below which nothing is ranked."""
DRAWS, BLOCKS, LEVEL = 500, 200, 0.95
WEEK = 7 * 86_400.0
FIELDS = ("service", "category")
"""What tells cases apart: the first one that the log knows of half of them."""

PLACES = f"""
    WITH told AS (
      SELECT s.case_id, s.step, s.team, s.seconds, t.time_in,
        CASE WHEN s.kind IN ({WAITED}) THEN s.seconds ELSE s.seconds - s.held_s END AS wait_s,
        CASE WHEN s.kind IN ({WAITED}) THEN 0 WHEN s.kind = 'rework' OR (t.time_in > 1 AND NOT t.waiting) THEN s.held_s
          ELSE 0 END AS rework_s,
        CASE WHEN s.kind IS NULL AND rework_s = 0 THEN s.held_s ELSE 0 END AS unknown_s
      FROM stretches s ASOF JOIN stays t ON s.case_id = t.case_id AND s.seq >= t.first_seq
    ), held AS (
      SELECT what, step, team, sum(seconds) AS seconds FROM told JOIN counted USING (case_id)
      WHERE team IS NOT NULL GROUP BY ALL
    ), teams AS (SELECT what, step, arg_max(team, seconds) AS team FROM held GROUP BY ALL)
    SELECT counted.what, told.step, any_value(teams.team) AS team, case_id, sum(told.seconds) AS spent_s,
      sum(wait_s) AS wait_s, sum(rework_s) AS rework_s, sum(unknown_s) AS unknown_s
    FROM told JOIN counted USING (case_id)
      LEFT JOIN teams ON teams.step = told.step AND teams.what IS NOT DISTINCT FROM counted.what
    GROUP BY counted.what, told.step, case_id
    ORDER BY counted.what, told.step, case_id
"""


@dataclass(frozen=True)
class Candidate:
    """One step of one class of cases. Times in seconds of the elapsed clock, summed over the cases.

    `score`: cases a week x share of the time there that is waiting or rework x that time per case, in hours; the
    `rank_low` to `rank_high` it takes in 95 of 100 resamples of the same cases.
    """

    what: str | None
    step: str
    team: str | None
    """Which holds most of the time there."""
    n: int
    a_week: float
    spent_s: float
    wait_s: float
    rework_s: float
    unknown_s: float
    """Of the time there, what no rule classifies: it counts as work."""
    score: float
    rank_low: int
    rank_high: int
    open_cycles: int
    """Of the team."""
    room: bool
    """Whether the team may begin another cycle."""

    @property
    def lost_s(self) -> float:
        """Waiting and rework."""
        return self.wait_s + self.rework_s

    @property
    def lost_share(self) -> float:
        """Of the time there, 0 to 1."""
        return self.lost_s / self.spent_s if self.spent_s else 0.0

    @property
    def lost_per_case_s(self) -> float:
        """On the mean of the cases that came there."""
        return self.lost_s / self.n


@dataclass(frozen=True)
class Candidates:
    """From the first to the last. `by`: the field that tells cases apart; None: all are one class."""

    dataset: str
    by: str | None
    n: int
    weeks: float
    limit: int
    places: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]

    @property
    def words(self) -> str:
        """What may be said of the first place."""
        if not self.places:
            return f"no place with at least {LEAST} cases loses time, as far as the log says"
        first = self.places[0]
        if first.rank_high == 1:
            return "the first place is first in 95 of 100 resamples of the cases"
        return f"the first place may as well be number {first.rank_high}: resamples of the cases change the order"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {
            "dataset": self.dataset,
            "by": self.by,
            "n": self.n,
            "weeks": self.weeks,
            "clock": "elapsed",
            "formula": "cases a week x (wait + rework) share x (wait + rework) hours a case",
            "limit": self.limit,
            "candidates": [
                vars(place)
                | {"lost_s": place.lost_s, "lost_share": place.lost_share, "lost_per_case_s": place.lost_per_case_s}
                for place in self.places
            ],
            "words": self.words,
            "excluded": [vars(left) for left in self.excluded],
        }


def candidates(log: EventLog, by: str | None = None, *, limit: int = OPEN_CYCLES, seed: int = 1) -> Candidates:
    """Each step of each class of cases, by what improving it could win.

    `by`: a field of the log, else service or category. Open cases count up to the reading.
    Raises BadData for an empty log or a field that it does not have.
    """
    some(log)
    field = by or next((name for name in FIELDS if _known(log, name)), None)
    _counted(log, field)
    (whole,) = log.rows("""
        SELECT count(*) AS n, (SELECT count(*) FROM cases) - count(*) AS others,
          (epoch_us(max(opened_at)) - epoch_us(min(opened_at))) / 1e6 AS seconds FROM counted JOIN cases USING (case_id)
    """)
    if not whole["n"]:
        raise BadData(f"Dataset {log.name} has no case that somebody wanted served.", "Take another dataset.")
    weeks = max(1.0, whole["seconds"] / WEEK)
    rows = stays(log).arrays(PLACES)
    places, few = _ranked(rows, weeks, open_cycles(log), limit, seed)
    excluded = (
        Excluded(whole["others"], "cases of the desk's own, such as reviews and cycles"),
        Excluded(few, f"places with fewer than {LEAST} cases, or where no time is lost"),
    )
    return Candidates(
        dataset=log.name,
        by=field,
        n=whole["n"],
        weeks=weeks,
        limit=limit,
        places=places,
        excluded=tuple(left for left in excluded if left.n),
    )


def time_lost(log: EventLog) -> Mapping[str, np.ndarray[Any, Any]]:
    """Each case's time in each step, whatever its class: step, case_id, spent_s, wait_s, rework_s, unknown_s.

    Raises BadData for an empty log.
    """
    some(log)
    _counted(log, None)
    return stays(log).arrays(PLACES)


def open_cycles(log: EventLog) -> dict[str, int]:
    """Cycles that are open, by team; an imported log holds none."""
    kinds = ", ".join(f"'{kind}'" for kind in CYCLES)
    rows = log.rows(f"""
        SELECT team, count(*) AS n FROM cases
        WHERE kind IN ({kinds}) AND resolved_at IS NULL AND ended_as IS NULL AND team IS NOT NULL GROUP BY team
    """)
    return {row["team"]: row["n"] for row in rows}


def _known(log: EventLog, name: str) -> bool:
    (row,) = log.rows(f"SELECT count({quoted(name)}) AS known, count(*) AS n FROM cases")
    return bool(2 * row["known"] >= row["n"])


def _counted(log: EventLog, field: str | None) -> None:
    """The table `counted`: which cases, and of which class."""
    demand = ", ".join(f"'{kind}'" for kind in log.rules.demand)
    wanted = f"WHERE kind IS NULL OR kind IN ({demand})" if demand else ""
    if field is None:
        query = f"SELECT case_id, CAST(NULL AS VARCHAR) AS what FROM cases {wanted}"
    elif field in CASES.names:
        query = f"SELECT case_id, CAST({quoted(field)} AS VARCHAR) AS what FROM cases {wanted}"
    else:
        query = f"SELECT case_id, value AS what FROM cases LEFT JOIN ({log.field_sql(field)}) USING (case_id) {wanted}"
    log.db.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {query}")


def _ranked(
    rows: Mapping[str, np.ndarray[Any, Any]], weeks: float, open_: Mapping[str, int], limit: int, seed: int
) -> tuple[tuple[Candidate, ...], int]:
    """The places in order, and how many were left out."""
    if not len(rows["case_id"]):
        return (), 0
    keys = list(zip(rows["what"].tolist(), rows["step"].tolist(), strict=True))
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    place = np.array([number[key] for key in keys])
    names = list(number)
    sums = {name: np.bincount(place, rows[name], len(names)) for name in ("spent_s", "wait_s", "rework_s", "unknown_s")}
    n = np.bincount(place, minlength=len(names))
    lost = rows["wait_s"] + rows["rework_s"]
    kept = np.flatnonzero((n >= LEAST) & (np.bincount(place, lost, len(names)) > 0))
    score = _score(sums["wait_s"] + sums["rework_s"], sums["spent_s"], weeks)
    order = kept[np.argsort(-score[kept], kind="stable")]
    low, high = _ranks(place, rows["case_id"], lost, rows["spent_s"], order, len(names), seed)
    teams = dict(zip(keys, rows["team"].tolist(), strict=True))
    found = []
    for rank, at in enumerate(order):
        what, step = names[at]
        team = teams[names[at]]
        found.append(
            Candidate(
                what=what,
                step=step,
                team=team,
                n=int(n[at]),
                a_week=float(n[at] / weeks),
                spent_s=float(sums["spent_s"][at]),
                wait_s=float(sums["wait_s"][at]),
                rework_s=float(sums["rework_s"][at]),
                unknown_s=float(sums["unknown_s"][at]),
                score=float(score[at]),
                rank_low=int(low[rank]),
                rank_high=int(high[rank]),
                open_cycles=open_.get(team, 0),
                room=open_.get(team, 0) < limit,
            )
        )
    return tuple(found), len(names) - len(order)


def _score(lost: np.ndarray[Any, Any], spent: np.ndarray[Any, Any], weeks: float) -> np.ndarray[Any, Any]:
    """Cases a week x lost per case is what is lost in a week; hours."""
    return np.asarray(lost / weeks / 3600 * np.divide(lost, spent, out=np.zeros_like(lost), where=spent > 0))


def _ranks(
    place: np.ndarray[Any, Any],
    case: Sequence[str] | np.ndarray[Any, Any],
    lost: np.ndarray[Any, Any],
    spent: np.ndarray[Any, Any],
    order: np.ndarray[Any, Any],
    count: int,
    seed: int,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whole cases are drawn again, in blocks: what one case loses at several places goes together."""
    _, which = np.unique(np.asarray(case).astype(str), return_inverse=True)
    rng = np.random.default_rng(seed)
    blocks = min(BLOCKS, int(which.max()) + 1)
    block = rng.permutation(int(which.max()) + 1)[which] % blocks
    sums = np.zeros((2, blocks, count))
    np.add.at(sums[0], (block, place), lost)
    np.add.at(sums[1], (block, place), spent)
    drawn = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=DRAWS)
    scores = _score(drawn @ sums[0][:, order], drawn @ sums[1][:, order], 1.0)
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1) + 1
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high
