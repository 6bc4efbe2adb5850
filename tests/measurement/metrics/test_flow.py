"""What the way of a case costs: each number can be counted by hand."""

from datetime import timedelta

import pytest
from scipy import stats

from measurement.flow.rework import stays
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.metrics.steps import entered
from measurement.values import Excluded
from tests.measurement.metrics.small import MONDAY, log

WORK, QUEUE = {"kind": "value_adding"}, {"kind": "waiting"}


def test_flow_efficiency_is_sum_over_sum() -> None:
    # a: 1 hour of work in 2; b: 1 hour in 10. Sum over sum is 2/12; the mean of the ratios would be 0.3.
    small = log(
        *(("a", "queue", 0, QUEUE), ("a", "work", 1, WORK), ("a", "resolved", 2)),
        *(("b", "queue", 0, QUEUE), ("b", "work", 9, WORK), ("b", "resolved", 10)),
        ("c", "queue", 0, QUEUE),
    )

    found = measure(small, "flow_efficiency")

    assert (found.estimate.n, found.estimate.value) == (2, pytest.approx(2 / 12))
    assert found.excluded == (Excluded(1, "not resolved yet"),)
    assert found.beside[0].estimate.value == 0


def test_active_is_not_value_adding() -> None:
    small = log(
        *(("a", "triage", 0, {"kind": "necessary"}), ("a", "work", 1, WORK), ("a", "wait", 2, QUEUE)),
        ("a", "resolved", 4),
    )

    assert measure(small, "flow_efficiency").estimate.value == pytest.approx(2 / 4)
    assert measure(small, "process_cycle_efficiency").estimate.value == pytest.approx(1 / 4)


def test_an_unclassified_log_has_no_flow_efficiency() -> None:
    small = log(("a", "New", 0), ("a", "resolved", 4))

    found = measure(small, "flow_efficiency")

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert "kinds" in found.excluded[0].reason


def loops() -> list[tuple[object, ...]]:
    """Ten cases go A, B; two of them go back to A and B once more. Failures cluster: 8 of 10 cases are clean."""
    rows: list[tuple[object, ...]] = []
    for n in range(10):
        way = "ABAB" if n < 2 else "AB"
        rows += [(f"c{n}", step, hour, WORK) for hour, step in enumerate(way)] + [(f"c{n}", "resolved", len(way))]
    return rows


def test_yields_of_steps_multiply_and_the_yield_of_cases_stands_beside() -> None:
    small = log(*loops())

    steps = measure(small, "first_pass_yield")
    rolled = measure(small, "rolled_throughput_yield")

    assert {g.group: g.estimate.value for g in steps.by if g.group in "AB"} == {"A": 0.8, "B": 0.8}
    assert rolled.estimate.value == pytest.approx(0.8 * 0.8)
    assert rolled.beside[0].estimate.value == pytest.approx(0.8)


def test_each_entry_is_an_opportunity_and_a_second_one_a_defect() -> None:
    small = log(*loops())

    found = measure(small, "dpmo", Scope(where={"step": "A"}))
    level = measure(small, "sigma_level", Scope(where={"step": "A"}))

    # 12 entries into A, 2 of them again
    assert (found.estimate.n, found.estimate.value) == (12, pytest.approx(1e6 * 2 / 12))
    assert level.estimate.value == pytest.approx(stats.norm.isf(2 / 12) + 1.5)
    assert "1.5 shift convention" in level.notes
    assert any("is not known: 1 weeks" in note for note in level.notes)


def test_a_sigma_level_is_refused_where_the_level_of_defects_changed() -> None:
    # 20 weeks with 1 defect in 20 cases, then 20 weeks with 10.
    rows: list[tuple[object, ...]] = []
    for week in range(40):
        for n in range(20):
            again = n < (1 if week < 20 else 10) + week % 2
            way = "ABA" if again else "AB"
            case, start = f"{week}-{n}", week * 168 + n
            rows += [(case, step, start + hour / 9, WORK) for hour, step in enumerate(way)]
            rows.append((case, "resolved", start + 1))
    small = log(*rows, as_of=41 * 168)

    found = measure(small, "sigma_level")

    assert (found.estimate.value, found.estimate.interval) == (None, None)
    assert any("sigma level refused: not stable: 2 regimes in 40 weeks" in note for note in found.notes)


def test_a_hand_over_that_comes_straight_back_was_not_complete_and_accurate() -> None:
    small = log(
        *(("a", "x", 0, {"team": "desk"}), ("a", "x", 1, {"team": "net"}), ("a", "x", 2, {"team": "desk"})),
        *(("a", "resolved", 3), ("b", "x", 0, {"team": "desk"}), ("b", "x", 1, {"team": "net"}), ("b", "resolved", 2)),
        *(("c", "x", 0, {"team": "desk"}), ("c", "x", 1, {"team": "net"})),
    )

    found = measure(small, "percent_complete_and_accurate")

    # desk to net: a came back, b did not, c is undecided; net to desk: accepted.
    assert {g.group: (g.estimate.n, g.estimate.value) for g in found.by} == {"desk": (2, 0.5), "net": (1, 1.0)}
    assert found.excluded == (Excluded(1, "still held by the next team"),)


def test_steps_are_entered_as_flow_counts_them() -> None:
    kinds = {"A": "value_adding", "B": "waiting", "C": None, "resolved": None}
    rows: list[tuple[object, ...]] = []
    for n in range(60):
        way = [("A", "B", "C", "resolved")[(n + hour * hour * (1 + n % 3)) % 4] for hour in range(1 + n % 8)]
        rows += [(f"c{n}", step, hour, {"kind": kinds[step]}) for hour, step in enumerate(way)]
    small = log(*rows)

    own = entered(small).rows("FROM entered ORDER BY ALL")

    flow = stays(small).rows("""
        SELECT case_id, step, CAST(max(time_in) AS INTEGER) AS times, bool_and(waiting) AS waiting
        FROM stays GROUP BY case_id, step ORDER BY ALL
    """)
    assert own == flow
    assert {(row["times"] > 1, row["waiting"]) for row in own} == {(a, b) for a in (True, False) for b in (True, False)}


@pytest.mark.parametrize("key", ["flow_efficiency", "first_pass_yield", "percent_complete_and_accurate"])
def test_flow_is_counted_of_the_cohort_alone(key: str) -> None:
    one = [("a", "work", 0, WORK | {"team": "x"}), ("a", "rest", 1, QUEUE | {"team": "y"}), ("a", "resolved", 2)]
    two = [("b", "work", 100, WORK | {"team": "x"}), ("b", "work", 101, WORK | {"team": "y"}), ("b", "resolved", 102)]

    part = measure(log(*one, *two), key, Scope(until=MONDAY + timedelta(days=1)))

    alone = measure(log(*one), key)
    assert part.estimate == alone.estimate
