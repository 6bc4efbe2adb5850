"""What the numbers say of causes, on cases whose truth is known and on the real log of an IT company."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from definitions.cycle.charter import Charter, Scope
from measurement.cycles.analysis import Analysis, analysed
from measurement.cycles.analysis_drivers import drivers
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.values import BadData
from tests.definitions.cycle.lives import CHARTER

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = 3600.0


def chartered(**fields: object) -> Charter:
    return CHARTER.model_copy(update={"scope": Scope(), "goal": 2 * HOUR, **fields})


def generated(n: int = 600, slow: float = 4.0, seed: int = 1) -> EventLog:
    """Cases of two teams, of which `back` takes `slow` times as long; channel and category make no difference."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for number in range(n):
        team = ("front", "back")[int(draw.random() < 0.3)]
        opened = MONDAY + timedelta(minutes=float(draw.integers(0, 70 * 1440)))
        waited = float(draw.lognormal(8, 0.7)) * (slow if team == "back" else 1.0)
        said = {
            "case_id": f"C{number:04}", "team": team, "channel": str(draw.choice(["mail", "phone"])),
            "category": str(draw.choice(["vpn", "mail", "print"])), "priority": "P3", "service": "it",
        }  # fmt: skip
        queued, done = opened + timedelta(seconds=waited), opened + timedelta(seconds=waited + 1)
        rows += [
            said | {"activity": "opened", "at": opened, "kind": "waiting"},
            said | {"activity": "started", "at": queued, "kind": "value_adding"},
            said | {"activity": "resolved", "at": done, "kind": None},
        ]
    names = list(rows[0])
    table = pa.table(
        {name: [row[name].replace(tzinfo=None) if name == "at" else row[name] for row in rows] for name in names}  # type: ignore[attr-defined]
    )
    return EventLog.of(table, name="made", rules=CaseRules(done=("resolved",)), as_of=MONDAY + timedelta(days=90))


@pytest.fixture(scope="module")
def made() -> Analysis:
    return analysed(generated(), chartered())


def test_the_field_that_drives_the_metric_comes_first_and_by_its_true_effect(made: Analysis) -> None:
    first, *others = (driver for driver in made.drivers if driver.field != "first_team")

    assert first.field == "team"
    assert first.share > 0.2
    assert first.adjusted_p < 1e-6
    slow = next(each for each in first.standing if each.value == "back")
    interval = slow.effect.interval
    assert interval is not None
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < 4 < interval.high
    assert {driver.field for driver in others} <= {"channel", "category", "weekday"}
    assert all(not driver.standing and driver.share < 0.02 for driver in others)


def test_fields_without_an_effect_are_named_no_more_often_than_the_level_says() -> None:
    draw = np.random.default_rng(7)
    named = 0
    for _ in range(200):
        fields = {name: draw.choice(np.array(["a", "b", "c", "d"], object), 200) for name in ("x", "y", "z")}
        named += any(driver.standing for driver in drivers(fields, draw.lognormal(size=200), share=False))

    assert named <= 20, (
        "a false driver in at most 5 of 100 analyses, and chance: binomial (200, 0.05) is rarely above 20"
    )


def test_of_shares_the_difference_is_told() -> None:
    draw = np.random.default_rng(3)
    team = draw.choice(np.array(["a", "b"], object), 1_000)
    y = (draw.random(1_000) < np.where(team == "a", 0.05, 0.25)).astype(float)

    (found,) = drivers({"team": team, "same": np.array(["one"] * 1_000, object)}, y, share=True)

    effects = {each.value: each.effect for each in found.standing}
    assert effects["b"].value == pytest.approx(0.2, abs=0.05)
    assert effects["b"].scale == "points"
    assert found.values == 2


def test_small_values_are_left_out_and_counted() -> None:
    values = np.array(["a"] * 50 + ["b"] * 50 + ["rare"] * 19 + [None] * 6, object)

    (found,) = drivers({"team": values}, np.random.default_rng(1).lognormal(size=125), share=False)

    assert (found.n, found.values, found.left_out) == (100, 2, 25)


def test_time_lost_waste_stream_and_cases_to_read_are_those_of_the_scope(made: Analysis) -> None:
    assert made.lost is not None
    assert made.lost.bars[0].name == "opened"
    assert made.lost.bars[0].share > 0.99, "only the queue waits"
    assert next(waste for waste in made.wastes if waste.waste == "waiting").cases == 600
    assert made.stream is not None
    assert [each.why for each in made.read] == ["worst"] * 5 + ["typical"] * 5 + ["best"] * 5
    assert len({each.case_id for each in made.read}) == 15
    worst, typical, best = (made.read[place].value for place in (0, 7, 14))
    assert worst > typical > best
    assert made.voices is None, "an imported log knows no feedback"


def test_capability_is_told_of_a_stable_process_only(made: Analysis) -> None:
    log = generated()
    worse = log.table("SELECT * REPLACE (CASE WHEN activity = 'opened' THEN \"at\" ELSE \"at\" + CASE WHEN case_id IN "
                      "(SELECT case_id FROM cases WHERE opened_at > TIMESTAMP '2026-02-09') THEN INTERVAL 2 DAY ELSE "
                      "INTERVAL 0 DAY END END AS \"at\") FROM events")  # fmt: skip
    moved = analysed(EventLog.of(worse, name="moved", rules=log.rules, as_of=log.as_of), chartered())

    assert made.capability is not None
    assert made.baseline is not None
    assert made.baseline.stable
    assert moved.capability is None
    assert any("levels, so it is no one process" in note for note in moved.notes)
    assert analysed(log, chartered(goal=None)).capability is None


def test_everything_is_json_and_each_line_can_be_referred_to(made: Analysis) -> None:
    whole = json.loads(json.dumps(made.to_json()))

    lines = [*whole["drivers"], *whole["wastes"], *whole["read"], whole["lost"]]
    lines += [each for driver in whole["drivers"] for each in driver["standing"]]
    references = [line["reference"] for line in lines]
    assert len(references) == len(set(references))
    assert all(0 < len(reference) <= 200 for reference in references)
    assert {"driver:team", "driver:team=back", "waste:waiting", "pareto:step"} <= set(references)


def test_a_metric_that_counts_nothing_in_the_scope_is_refused() -> None:
    log = generated(60)
    with pytest.raises(BadData, match="No case of dataset made is in that scope"):
        analysed(log, chartered(scope=Scope(services=("fax",))))
    with pytest.raises(BadData, match="names no metric"):
        analysed(log, chartered(metric=None))


def test_the_real_log_tells_the_group_that_gets_a_case_first_apart(uci_log: EventLog) -> None:
    found = analysed(uci_log, chartered(scope=Scope(categories=("Category 34",))))

    fields = [driver.field for driver in found.drivers]
    assert fields[0] == "first_team"
    slow = next(each for each in found.drivers[0].standing if each.value == "Group 9")
    assert slow.n == 220
    assert slow.typical / 86_400 == pytest.approx(84.5, abs=0.1)
    assert found.n == 501
    assert found.wastes[0].waste == "waiting"
