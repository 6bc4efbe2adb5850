"""Before and after: the same cases played under two organisations, metric by metric. It ranks, it does not prove."""

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from definitions.base import canonical, rfc3339
from definitions.facts import Fact
from measurement.log.eventlog import EventLog
from measurement.log.live import live_log
from measurement.log.live_copy import RAW, copied
from measurement.metrics.measure import measure
from measurement.metrics.measured import Measured
from measurement.whatif.alike import Alike
from measurement.whatif.delays import set_off
from measurement.whatif.lacking import CannotPlay
from measurement.whatif.play import Played, World, play
from measurement.whatif.tape import NotReproduced, Tape
from measurement.whatif.under import Under

METRICS = (
    *("time_to_acknowledge", "time_to_resolve", "customer_time_to_solution", "target_breach_rate"),
    *("first_assignment_resolution", "handovers_per_case", "reopen_rate", "flow_efficiency", "kept_promise_rate"),
    *("approval_wait", "task_wait", "feedback_response_time"),
)
"""What is compared when nothing is named."""
WORDS = "ranks, does not prove"
"""What every answer carries: people may do otherwise under other rules; a trial shows whether they do."""


@dataclass(frozen=True)
class Line:
    """One metric before and after."""

    before: Measured
    after: Measured


@dataclass(frozen=True)
class Compared:
    """What the change would have made of recorded cases."""

    cases: int
    """Played both ways and counted in each metric."""
    kinds: Mapping[str, int]
    drifted: int
    """Cases that began under another version than the organisation has now: before the change is as it is now."""
    changed: int
    """Cases that went another way."""
    lines: tuple[Line, ...]
    pages: tuple[int, int]
    """Escalation steps before and after."""
    acts: int
    """What people and automations did in the cases as they would have gone."""
    imputed: Mapping[str, int]
    left_out: Mapping[str, int]
    not_reproduced: tuple[NotReproduced, ...]
    not_played: Mapping[str, int]
    """Cases left out of both sides, by the reason."""
    seed: int
    sides: tuple[Sequence[Sequence[Fact]], Sequence[Sequence[Fact]]]
    """The journals before and after."""

    @property
    def imputed_share(self) -> float:
        """Of all acts, those that nobody did."""
        return sum(self.imputed.values()) / self.acts if self.acts else 0.0


def compared(
    tapes: Sequence[Tape],
    before: Under,
    after: Under,
    *,
    as_of: datetime,
    staff: Collection[str],
    metrics: Sequence[str] = METRICS,
    seed: int = 0,
    not_reproduced: Sequence[NotReproduced] = (),
) -> Compared:
    """Play each case under both; only cases that can be played both ways count, so that both sides are the same ones.

    `as_of`: when the recording ended; what would have come later is open on either side. Raises BadData for a metric
    that is not there.
    """
    alike = Alike(((tape, set_off(tape, before.hours)) for tape in tapes), seed)
    pairs: list[tuple[Played, Played]] = []
    kinds: Counter[str] = Counter()
    not_played: Counter[str] = Counter()
    drifted = 0
    for tape in tapes:
        try:
            was = _played(tape, before, before, alike, as_of)
            pairs.append((was, _played(tape, after, before, alike, as_of)))
            kinds[tape.kind] += 1
            drifted += before.definition(tape) != tape.definition
        except CannotPlay as missing:
            not_played[str(missing)] += 1
    sides = [[facts for pair in pairs if (facts := _cut(pair[side].facts, as_of))] for side in (0, 1)]
    imputed: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for _, each in pairs:
        imputed.update(each.imputed)
        left_out.update(each.left_out)
    return Compared(
        cases=len(pairs),
        kinds=dict(kinds),
        drifted=drifted,
        changed=sum(_course(was.facts) != _course(now.facts) for was, now in pairs),
        lines=_lines(sides, as_of, staff, metrics) if pairs else (),
        pages=(_pages(sides[0]), _pages(sides[1])),
        sides=(sides[0], sides[1]),
        acts=sum(each.acts for _, each in pairs),
        imputed=dict(imputed),
        left_out=dict(left_out),
        not_reproduced=tuple(not_reproduced),
        not_played=dict(not_played),
        seed=seed,
    )


def _played(tape: Tape, under: Under, before: Under, alike: Alike, as_of: datetime) -> Played:
    definition = under.definition(tape)
    world = World(definition, under.hours, alike, as_of, under.opening(tape, before), under.redefined)
    return play(tape, world, before.hours)


def _course(facts: Sequence[Fact]) -> list[tuple[str, datetime, str | None]]:
    """What happened and when, without what only names the definition."""
    return [(fact.type, fact.at, str(fact.data.get("team"))) for fact in facts]


def _pages(side: Iterable[Iterable[Fact]]) -> int:
    return sum(fact.type == "escalated" for facts in side for fact in facts)


def _cut(facts: Iterable[Fact], as_of: datetime) -> list[Fact]:
    return [fact for fact in facts if fact.at <= as_of]


def _lines(
    sides: Sequence[Sequence[Sequence[Fact]]], as_of: datetime, staff: Collection[str], metrics: Sequence[str]
) -> tuple[Line, ...]:
    with tempfile.TemporaryDirectory() as place:
        logs = [
            _log([fact for facts in side for fact in facts], as_of, staff, Path(place) / f"{number}.parquet")
            for number, side in enumerate(sides)
        ]
        measured = [Line(measure(logs[0], key), measure(logs[1], key)) for key in metrics]
    return tuple(line for line in measured if line.before.estimate.n or line.after.estimate.n)


def _log(facts: Sequence[Fact], as_of: datetime, staff: Collection[str], path: Path) -> EventLog:
    """The same log that the records give: a metric is read from what was played as from what was recorded."""
    rows: dict[str, list[Any]] = {
        "id": list(range(1, len(facts) + 1)),
        "at": [rfc3339(fact.at) for fact in facts],
        "seq": [fact.seq for fact in facts],
        "visibility": [fact.visibility.value for fact in facts],
        "data": [_json(fact) for fact in facts],
        **{name: [getattr(fact, name) for fact in facts] for name in ("case_id", "type", "step", "actor", "channel")},
    }
    assert set(rows) == set(RAW)
    pq.write_table(copied(rows, staff=staff, salt="what-if"), path)
    return live_log([path], as_of)


def _json(fact: Fact) -> str:
    return canonical(fact.data).decode()
