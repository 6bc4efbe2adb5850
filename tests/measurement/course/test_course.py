"""A metric over time: whole weeks, the right chart with its reason, and nothing left out in silence."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from measurement.charts.chart import Chart
from measurement.charts.pareto import Pareto
from measurement.course.course import KINDS, Asked, Course
from measurement.course.draw import course
from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.metrics.scope import Scope
from measurement.values import BadData
from tests.measurement.metrics.small import MONDAY, RULES

WEEKS, A_WEEK = 40, 30


def desk(slow_from: int = WEEKS, open_last: int = 0, straggler: bool = False) -> EventLog:
    """Thirty cases a week for forty weeks, opened every four hours; ten times slower from a week on."""
    rng = np.random.default_rng(1)
    moved = rng.random(WEEKS * A_WEEK) < 0.2
    rows = []
    for number in range(WEEKS * A_WEEK):
        week = number // A_WEEK
        opened = timedelta(weeks=-104 if straggler and not number else week, hours=4 * (number % A_WEEK))
        took = timedelta(hours=float(rng.lognormal(1, 1)) * (10 if week >= slow_from else 1))
        team = "network" if number % 3 else "desk"
        rows.append((f"c{number}", "opened", opened, team))
        if moved[number]:
            rows.append((f"c{number}", "assigned", opened + took / 2, "back"))
        if number < WEEKS * A_WEEK - open_last:
            rows.append((f"c{number}", "resolved", opened + took, "back" if moved[number] else team))
    base = MONDAY.replace(tzinfo=None)
    table = pa.table(
        {
            "case_id": [row[0] for row in rows],
            "activity": [row[1] for row in rows],
            "at": pa.array([base + row[2] for row in rows], AT),
            "team": [row[3] for row in rows],
        }
    )
    return EventLog.of(table, name="desk", rules=RULES, as_of=MONDAY + timedelta(weeks=WEEKS + 4), source="made up")


def drawn(key: str = "time_to_resolve", log: EventLog | None = None, **asked: object) -> Course:
    return course(log or desk(), key, asked=Asked(**asked))  # type: ignore[arg-type]


def chart_of(found: Course) -> Chart:
    assert isinstance(found.shape.numbers, Chart)
    return found.shape.numbers


def test_times_are_drawn_as_the_share_late_by_week_with_the_reason() -> None:
    found = drawn()

    assert chart_of(found).kind in ("p", "pp")
    assert chart_of(found).phase1 == 25
    assert found.shape.why.startswith(chart_of(found).kind)
    assert found.shape.baseline is not None
    assert found.n == WEEKS * A_WEEK


def test_a_desk_that_became_slower_is_seen_and_a_calm_one_is_noise() -> None:
    slow = drawn(log=desk(slow_from=30))

    assert slow.variation is not None
    assert slow.variation.key == "worsening"
    assert {signal.index for signal in chart_of(slow).signals} >= set(range(31, WEEKS + 1))
    calm = drawn().variation
    assert calm is not None
    assert calm.key == "noise"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pareto"])
def test_every_kind_of_chart_can_be_asked_for_of_times(kind: str) -> None:
    found = drawn(kind=kind, **({"phase1": 500} if kind in ("ewma", "cusum") else {}))

    assert found.to_json()["kind"] == {"ewma": "normal-ewma"}.get(kind, kind)
    assert found.to_json()["dataset"] == "desk"


@pytest.mark.parametrize("kind", ["p", "pp", "u", "up", "xmr", "run", "ewma", "cusum", "g", "t"])
def test_every_kind_but_a_histogram_can_be_asked_for_of_shares(kind: str) -> None:
    assert chart_of(drawn("first_assignment_resolution", kind=kind)).kind == kind


def test_a_share_has_no_histogram_and_a_count_no_gaps() -> None:
    with pytest.raises(BadData, match="yes or no"):
        drawn("first_assignment_resolution", kind="histogram")
    with pytest.raises(BadData, match="no rare event"):
        drawn("handovers_per_case", kind="g")


def test_counts_per_case_are_a_u_chart_whose_centre_is_hand_overs_over_cases() -> None:
    log = desk()
    moves = log.rows(
        "SELECT count(*) AS n FROM events JOIN cases USING (case_id) WHERE activity = 'assigned' "
        "AND opened_at < (SELECT min(opened_at) + INTERVAL 175 DAY FROM cases)"
    )[0]["n"]

    found = drawn("handovers_per_case", log)

    assert chart_of(found).kind in ("u", "up")
    assert chart_of(found).centre == pytest.approx(moves / (25 * A_WEEK))


def test_a_pareto_adds_up_the_time_each_team_took() -> None:
    found = drawn(kind="pareto", by="team")

    assert isinstance(found.shape.numbers, Pareto)
    assert {bar.name for bar in found.shape.numbers.bars} == {"network", "desk", "back"}
    assert found.shape.numbers.n == WEEKS * A_WEEK
    with pytest.raises(BadData, match="needs a field"):
        drawn(kind="pareto")


def test_open_cases_are_counted_in_the_share_late_and_said_in_a_histogram() -> None:
    log = desk(open_last=300)

    assert drawn(log=log).n == WEEKS * A_WEEK
    assert [(e.n, e.reason.split(":")[0]) for e in drawn(log=log, kind="histogram").excluded] == [(300, "still open")]


def test_the_week_under_way_is_no_point_and_said() -> None:
    log = desk()
    early = EventLog.of(log.table("FROM events"), rules=RULES, as_of=MONDAY + timedelta(weeks=20, days=2))

    found = course(early, "first_assignment_resolution")

    assert len(chart_of(found).points) == 20
    assert any("under way" in e.reason for e in found.excluded)


def test_a_period_and_a_filter_are_kept_and_said() -> None:
    scope = Scope(since=MONDAY + timedelta(weeks=10), where={"first_team": "desk"})

    found = course(desk(), "time_to_resolve", scope, Asked(kind="run"))

    assert found.filter == {"first_team": "desk"}
    assert found.n < 300 + 30
    assert found.period.since == scope.since


@pytest.mark.parametrize("kind", ["p", "pp", "u", "up"])
def test_limits_come_from_the_first_weeks_that_hold_cases(kind: str) -> None:
    """One case comes two years before the others: the weeks between are empty and give no limits."""
    chart = chart_of(drawn("first_assignment_resolution", desk(straggler=True), kind=kind))

    assert sum(point is not None for point in chart.points[: chart.phase1]) == 25
    with pytest.raises(BadData, match="first 60 of 40"):
        drawn("first_assignment_resolution", desk(), kind=kind, phase1=60)


def test_what_is_not_known_or_empty_is_refused() -> None:
    with pytest.raises(BadData, match="not known from dataset desk"):
        drawn("csat")
    with pytest.raises(BadData, match="no kind of chart"):
        drawn(kind="pie")
    with pytest.raises(BadData, match="Nothing counts"):
        course(desk(), "time_to_resolve", Scope(where={"team": "nobody"}))
