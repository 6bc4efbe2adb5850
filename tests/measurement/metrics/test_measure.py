"""Whatever the metric: periods, filters, groups, clocks and the mix are taken the same way."""

from datetime import time, timedelta

import pyarrow as pa
import pytest

from definitions.calendars import Calendar, Window
from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.metrics.catalogue import METRICS, Unknown, metric
from measurement.metrics.measure import measure
from measurement.metrics.metric import Clock
from measurement.metrics.scope import ANY, Scope
from measurement.metrics.units import units
from measurement.values import BadData, Excluded
from tests.measurement.metrics.small import MONDAY, at, hour, log

KEYS = """
    time_to_acknowledge time_to_respond time_to_resolve customer_time_to_solution first_contact_resolution
    first_assignment_resolution handovers_per_case ping_pong_rate reopen_rate target_breach_rate flow_efficiency
    process_cycle_efficiency first_pass_yield rolled_throughput_yield percent_complete_and_accurate dpmo sigma_level
    touchless_rate automation_rate time_saved deflection_effect self_service_adoption self_service_success containment
    knowledge_link_rate approval_wait task_wait csat overall_satisfaction customer_effort nps happiness lost_time
    kept_promise_rate feedback_response_time acted_on_rate proactive_share override_rate mix_adjusted_time_to_resolve
    experience
"""


def case(name: str, start: float, took: float | None, **fields: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [(name, "opened", start, fields)]
    return rows if took is None else [*rows, (name, "resolved", start + took, fields)]


def test_every_metric_of_the_design_is_there() -> None:
    assert set(METRICS) == {*KEYS.split()}


def test_an_unknown_metric_names_its_neighbours() -> None:
    with pytest.raises(Unknown) as error:
        metric("time_to_resolv")

    assert "time_to_resolve" in error.value.hint


def test_a_cohort_is_what_was_opened_in_the_period_and_has_the_values() -> None:
    small = log(
        *case("before", -1, 9, team="net"),
        *case("in", 0, 2, team="net"),
        *case("other", 0, 5, team="desk"),
        *case("after", 24, 9, team="net"),
    )

    found = measure(small, "time_to_resolve", Scope(MONDAY, MONDAY + timedelta(days=1), {"team": "net"}))

    assert (found.estimate.n, found.estimate.value) == (1, hour(2))
    assert (found.period.since, found.period.until) == (MONDAY, MONDAY + timedelta(days=1))
    assert found.filter == {"team": "net"}


def test_a_field_of_the_source_filters_by_its_last_value() -> None:
    small = log(("a", "opened", 0, {"site": "x"}), ("a", "resolved", 1, {"site": "y"}), *case("b", 0, 3, site="x"))

    assert measure(small, "time_to_resolve", Scope(where={"site": "y"})).estimate.value == hour(1)
    with pytest.raises(BadData, match="no field 'sight'"):
        measure(small, "time_to_resolve", Scope(where={"sight": "y"}))


def test_numbers_about_service_leave_the_desks_own_work_out_unless_a_kind_is_asked_for() -> None:
    cases = pa.table(
        {
            "case_id": ["INC-1", "REQ-1", "PIR-1", "PIR-2"],
            "kind": ["incident", "request", "review", "review"],
            **{name: pa.array([at(0)] * 4, AT) for name in ("opened_at", "first_at", "last_at")},
            "resolved_at": pa.array([at(1), at(3), at(500), at(700)], AT),
            "ended_as": ["resolved"] * 4,
            "events": pa.array([1] * 4, pa.int32()),
        }
    )
    events = pa.table({"case_id": cases["case_id"], "activity": ["opened"] * 4, "at": cases["opened_at"]})
    rules = CaseRules(demand=("incident", "request"))
    small = EventLog.of(events, rules=rules, as_of=MONDAY + timedelta(hours=1000), cases=cases)

    found = measure(small, "time_to_resolve")

    assert (found.estimate.n, found.estimate.mean) == (2, hour(2))
    assert found.excluded == (Excluded(2, "kind review: ask for it with kind=review"),)
    assert measure(small, "time_to_resolve", Scope(where={"kind": "review"})).estimate.mean == hour(600)
    by_kind = measure(small, "time_to_resolve", Scope(by="kind"))
    assert {g.group: g.estimate.n for g in by_kind.by} == {"review": 2, "incident": 1, "request": 1}
    assert measure(small, "override_rate").excluded[0].n == 4


def test_a_hostile_value_is_only_a_value() -> None:
    small = log(*case("a", 0, 1, team="it's"))

    assert measure(small, "time_to_resolve", Scope(where={"team": "it's"})).estimate.n == 1
    assert measure(small, "time_to_resolve", Scope(where={"team": "' OR true --"})).estimate.n == 0
    with pytest.raises(BadData, match="no field"):
        measure(small, "time_to_resolve", Scope(by='team" --'))


def test_groups_come_with_the_biggest_first_and_small_ones_are_warned_of() -> None:
    small = log(
        *(row for n in range(12) for row in case(f"n{n}", 0, n + 1, team="net")),
        *case("d", 0, 1, team="desk"),
        *case("x", 0, 1),
        ("gone", "opened", 0, {"team": "desk"}),
        ("gone", "cancelled", 1, {"team": "desk"}),
    )

    found = measure(small, "time_to_resolve", Scope(by="team"))

    assert [(g.group, g.estimate.n, g.excluded) for g in found.by] == [("net", 12, 0), ("desk", 1, 1), (None, 1, 0)]
    assert found.by[0].warning is None
    assert found.by[1].warning == "only 1: read the interval, not the number"


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("day", {"2026-03-02", "2026-03-09"}),
        ("week", {"2026-W10", "2026-W11"}),
        ("month", {"2026-03"}),
        ("hour", {"09"}),
    ],
)
def test_groups_by_the_instant_of_opening(by: str, groups: set[str]) -> None:
    small = log(*case("a", 0, 1), *case("b", 168, 1))

    assert {g.group for g in measure(small, "time_to_resolve", Scope(by=by)).by} == groups


def test_adjusted_for_the_mix_two_teams_of_equal_speed_are_equal() -> None:
    # P1 takes 1 hour and P3 takes 9, in both teams; but x has mostly P1, y mostly P3.
    def team(name: str, p1: int, p3: int) -> list[tuple[object, ...]]:
        fast = [row for n in range(p1) for row in case(f"{name}1{n}", 0, 1, team=name, priority="P1")]
        return fast + [row for n in range(p3) for row in case(f"{name}3{n}", 0, 9, team=name, priority="P3")]

    small = log(*team("x", 15, 5), *team("y", 5, 15))

    found = measure(small, "time_to_resolve", Scope(by="team"))

    raw = {g.group: g.estimate.mean for g in found.by}
    adjusted = {g.group: g.adjusted.mean for g in found.by if g.adjusted}
    assert raw == {"x": pytest.approx(hour(3)), "y": pytest.approx(hour(7))}
    assert adjusted == {"x": pytest.approx(hour(5)), "y": pytest.approx(hour(5))}


def test_the_mix_adjusted_time_has_the_mix_of_the_whole_log() -> None:
    # First week 3 P1 (1 h) and 1 P3 (9 h), second week the other way round: the mix of all is half and half.
    rows: list[tuple[object, ...]] = []
    for week, p1 in ((0, 3), (1, 1)):
        for n in range(4):
            rows += case(f"{week}{n}", 168 * week, 1 if n < p1 else 9, priority="P1" if n < p1 else "P3")

    found = measure(log(*rows), "mix_adjusted_time_to_resolve", Scope(until=MONDAY + timedelta(days=7)))

    assert (found.estimate.n, found.estimate.mean) == (4, pytest.approx(hour(5)))
    assert found.beside[0].estimate.mean == pytest.approx(hour(3))


def test_a_stratum_of_the_baseline_without_cases_is_said() -> None:
    small = log(*case("a", 0, 1, priority="P1"), *case("b", 168, 9, priority="P3"))

    found = measure(small, "mix_adjusted_time_to_resolve", Scope(until=MONDAY + timedelta(days=7)))

    assert found.estimate.mean == pytest.approx(hour(1))
    assert "50.0 % of the baseline are of a kind and priority without a case here" in found.notes


NINE_TO_FIVE = Calendar(
    key="day", title="Day", zone="UTC", windows=(Window(days=(0, 1, 2, 3, 4), from_=time(9), until=time(17)),)
)
ALWAYS = Calendar(
    key="always", title="All", zone="UTC", windows=(Window(days=tuple(range(7)), from_=time(0), until=time(0)),)
)


def test_the_business_clock_counts_open_hours() -> None:
    # Monday 15:00 to Tuesday 10:00: two hours and one.
    small = log(*case("a", 6, 19))

    found = measure(small, "time_to_resolve", Scope(clock=Clock.BUSINESS, calendars={ANY: NINE_TO_FIVE}))

    assert (found.clock, found.estimate.value) == ("business", hour(3))


def test_each_team_is_counted_by_its_own_hours_while_it_holds_the_case() -> None:
    # The day team holds it from Monday 15:00 to 20:00 (two open hours), the other, always open, for 3 more; c has none.
    small = log(
        *(("a", "opened", 6, {"team": "day"}), ("a", "handed", 11, {"team": "always"}), ("a", "resolved", 14)),
        *case("c", 0, 1, team="night"),
    )

    calendars = {"day": NINE_TO_FIVE, "always": ALWAYS}
    found = measure(small, "time_to_resolve", Scope(clock=Clock.BUSINESS, calendars=calendars))

    assert (found.estimate.n, found.estimate.value) == (1, hour(2 + 3))
    assert found.excluded == (Excluded(1, "team night has no calendar"),)


def test_the_customers_clock_runs_from_the_first_contact_to_the_yes_and_silence_stands_apart() -> None:
    def instants(*hours: float | None) -> pa.Array:
        return pa.array([None if h is None else (MONDAY + timedelta(hours=h)).replace(tzinfo=None) for h in hours], AT)

    cases = pa.table(
        {
            "case_id": ["yes", "silent", "open", "unknown"],
            "opened_at": instants(1, 1, 1, 1),
            "first_contact_at": instants(0, 0, 0, None),
            "resolved_at": instants(2, 2, None, 2),
            "confirmed_at": instants(4, 50, None, None),
            "assumed": [False, True, None, None],
            "ended_as": ["resolved", "resolved", None, "resolved"],
            "first_at": instants(1, 1, 1, 1),
            "last_at": instants(4, 50, 1, 2),
            "events": [1, 1, 1, 1],
        }
    )
    events = pa.table({"case_id": cases["case_id"], "activity": ["x"] * 4, "at": cases["opened_at"]})
    small = EventLog.of(events, cases=cases, as_of=MONDAY + timedelta(hours=100))

    found = measure(small, "customer_time_to_solution")

    # Half are done after 4 hours; nothing more until 100.
    assert (found.estimate.n, found.estimate.open, found.estimate.median) == (2, 1, hour(4))
    assert {e.reason for e in found.excluded} == {"solved by silence: shown beside it", "no first contact is known"}
    assert (found.beside[0].estimate.n, found.beside[0].estimate.median) == (1, hour(50))


def test_an_end_before_its_begin_is_left_out_and_said() -> None:
    small = log(*case("b", 0, 1))
    small.db.execute("UPDATE cases SET resolved_at = opened_at - INTERVAL 1 HOUR")

    found = measure(small, "time_to_resolve")

    assert (found.estimate.n, found.excluded) == (0, (Excluded(1, "ended before it began"),))


@pytest.mark.parametrize("key", METRICS)
def test_an_empty_cohort_is_no_number_and_no_error(key: str) -> None:
    small = log(*case("a", 0, 1))

    found = measure(small, key, Scope(until=MONDAY - timedelta(days=9)))

    assert found.estimate.n == 0
    assert found.estimate.value in (None, 0.0)


def test_units_keep_what_charts_need() -> None:
    small = log(*case("a", 0, 1, team="x"), *case("b", 24, None, team="y"), as_of=48)

    found = units(small, METRICS["time_to_resolve"], Scope(by="team"))

    assert found.columns["seconds"].tolist() == [hour(1), hour(24)]
    assert found.columns["ended"].tolist() == [True, False]
    assert [str(at)[:10] for at in found.at] == ["2026-03-02", "2026-03-03"]
    assert set(found.groups) == {"x", "y"}
