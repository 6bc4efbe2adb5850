"""What measurement finds for a cycle, on the real log of an IT company and on series whose truth is known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from definitions.base import Priority
from definitions.cycle.charter import Charter, Scope
from definitions.cycle.evidence import Evidence, Neighbours
from definitions.cycle.gates import Passed, Refusal, gate
from definitions.cycle.state import CycleState, Phase
from measurement.cycles.baseline import frozen, in_scope, measured
from measurement.cycles.trial import agreed, interrupted, power_of_shares, power_of_times
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope as Asked
from measurement.values import BadData
from tests.definitions.cycle.lives import CHARTER

SPRING = Asked(since=datetime(2016, 3, 7, tzinfo=UTC), until=datetime(2016, 5, 2, tzinfo=UTC))


def chartered(**fields: object) -> Charter:
    return CHARTER.model_copy(update={"scope": Scope(categories=("Category 46", "Category 42")), **fields})


def test_a_scope_holds_all_cases_of_any_of_its_keys(uci_log: EventLog) -> None:
    found = in_scope(uci_log, chartered().scope)

    counts = found.rows("SELECT category, count(*) AS n FROM cases GROUP BY category ORDER BY category")
    assert {row["category"] for row in counts} == {"Category 42", "Category 46"}
    assert in_scope(uci_log, Scope()) is uci_log


def test_the_baseline_of_a_real_log_is_frozen_with_its_hash_and_what_speaks_against_it(uci_log: EventLog) -> None:
    found, again = (frozen(uci_log, chartered(), SPRING) for _ in range(2))
    other = frozen(uci_log, chartered(scope=Scope(categories=("Category 46",))), SPRING)

    assert found == again
    assert found.sha256 != other.sha256
    assert (found.metric, found.unit, found.clock) == ("time_to_resolve", "s", "elapsed")
    assert (found.start, found.end) == (SPRING.since, SPRING.until)
    assert sum(point.n for point in found.course) == found.n
    assert found.weekly == pytest.approx(found.n / 8)
    assert found.standing == "trial", "8 weeks"


def test_capability_is_said_of_a_stable_baseline_against_the_goal_only(uci_log: EventLog) -> None:
    found = frozen(uci_log, chartered(goal=200_000.0), SPRING)
    lost = frozen(uci_log, chartered(goal=None), SPRING)

    assert found.stable
    assert found.capability is not None
    weeks = np.array([point.value for point in found.course])
    assert found.capability == pytest.approx((200_000.0 - weeks.mean()) / (3 * weeks.std(ddof=1)))
    assert lost.capability is None


def test_a_scope_without_cases_has_no_value_and_says_why(uci_log: EventLog) -> None:
    nobody = chartered(scope=Scope(services=("fax",)))

    found = measured(uci_log, nobody)

    assert (found.value, found.n) == (None, 0)
    assert found.reason == "No case of dataset uci is in that scope", "its name stands beside it"
    with pytest.raises(BadData, match="service fax"):
        frozen(uci_log, nobody)


def test_the_gates_compute_with_what_was_measured(uci_log: EventLog) -> None:
    now = measured(uci_log, chartered(), SPRING)
    assert now.value is not None
    charter = chartered(level=now.value, goal=now.value * 0.7)
    state = CycleState(charter=charter, phase=Phase.PROBLEM)
    evidence = Evidence(measured=now, neighbours=Neighbours(), baseline=frozen(uci_log, charter, SPRING))

    passed = gate(state, evidence)
    met = gate(state.model_copy(update={"charter": chartered(level=now.value, goal=now.value * 2)}), evidence)

    assert isinstance(passed, Passed)
    assert isinstance(met, Refusal)
    assert [each.check for each in met.shortfalls] == ["goal"]


def test_a_milder_effect_takes_more_cases() -> None:
    times = np.random.default_rng(1).lognormal(10, 2, 1_000).tolist()

    half, fifth = (
        power_of_times(times, CHARTER.model_copy(update={"goal": goal}), 100.0, weekly=50, days=84)
        for goal in (50.0, 80.0)
    )

    assert half.available == fifth.available == 300
    assert half.needed < fifth.needed
    assert half.power > fifth.power
    assert (half.power >= 0.8) == (half.needed <= 300)


def test_shares_are_found_by_the_formula_of_two_shares() -> None:
    found = power_of_shares(CHARTER.model_copy(update={"goal": 0.1}), 0.2, weekly=100, days=28)

    assert found.needed == 199, "R: power.prop.test(p1 = .2, p2 = .1, power = .8)"
    assert found.available == 200
    assert found.power == pytest.approx(0.8, abs=0.01)


def test_people_who_differ_by_one_agree_more_than_those_who_differ_by_three() -> None:
    first = [*Priority] * 6
    near = [first[0], *first[:-1]]
    same, other = agreed(first, first), agreed(first, near)

    assert same.kappa == 1
    assert other.kappa is not None
    assert other.kappa < 1
    assert agreed([Priority.P3] * 20, [Priority.P3] * 20).kappa is None
    assert (same.cases, same.raters) == (30, 2)


def _weeks(shares: list[float], n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    week = np.repeat(np.arange(len(shares)), n)
    late = np.concatenate([np.arange(n) < round(share * n) for share in shares])
    return week, late


def test_a_bad_spell_that_ends_is_not_taken_for_an_effect_and_a_real_one_is() -> None:
    rng = np.random.default_rng(7)
    usual = (0.3 + 0.04 * rng.standard_normal(30)).tolist()
    luck = interrupted(*_weeks([*usual, 0.45, 0.44, 0.31, 0.3]), (30, 32), (32, 34))
    real = interrupted(*_weeks([*usual, 0.45, 0.44, 0.1, 0.1]), (30, 32), (32, 34))

    assert luck.picked
    assert not luck.beaten
    assert real.beaten
    assert luck.data != real.data
    with pytest.raises(BadData, match="Too few weeks"):
        interrupted(*_weeks([0.4, 0.4, 0.1, 0.1]), (0, 2), (2, 4))


def test_what_is_of_another_kind_was_never_in_the_scope_and_is_no_exclusion() -> None:
    begun = [datetime(2016, 3, 7, 9, tzinfo=UTC) + timedelta(days=day) for day in range(40)]
    instants = pa.timestamp("us", tz="UTC")
    cases = pa.table(
        {
            "case_id": [f"{prefix}-{day}" for prefix in ("INC", "KZN") for day in range(40)],
            "kind": ["incident"] * 40 + ["kaizen"] * 40,
            **{name: pa.array(2 * begun, instants) for name in ("opened_at", "first_at", "last_at")},
            "resolved_at": pa.array([at + timedelta(hours=3) for at in 2 * begun], instants),
            "ended_as": ["resolved"] * 80,
            "events": pa.array([1] * 80, pa.int32()),
        }
    )
    events = pa.table({"case_id": cases["case_id"], "activity": ["opened"] * 80, "at": cases["opened_at"]})
    log = EventLog.of(
        events, rules=CaseRules(demand=("incident",)), as_of=datetime(2016, 6, 1, tzinfo=UTC), cases=cases
    )
    everything = chartered(scope=Scope())

    assert [left.n for left in measure(log, "time_to_resolve").excluded] == [40]
    assert (measured(log, everything).n, measured(log, everything).excluded) == (40, ())
    assert not any("kind" in left.reason for left in frozen(log, everything).excluded)
