"""A comparison on a dataset says what speaks against it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from measurement.comparison.cohorts import Period, Question
from measurement.comparison.dataset import compare
from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.metrics.scope import Scope
from measurement.values import BadData, Refused

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def log_of(
    hours: list[float | None],
    *,
    opened: list[float] | None = None,
    as_of: datetime | None = None,
    **columns: list[str],
) -> EventLog:
    """One case for each: hours to its resolution (None: open), hours from MONDAY to its opening, further fields."""
    begins = opened or [float(n) for n in range(len(hours))]
    rows = []
    for n, (took, begin) in enumerate(zip(hours, begins, strict=True)):
        fields = {name: values[n] for name, values in columns.items()}
        rows.append({"case_id": f"c{n}", "activity": "open", "at": MONDAY + begin * HOUR, **fields})
        if took is not None:
            rows.append({"case_id": f"c{n}", "activity": "solve", "at": MONDAY + (begin + took) * HOUR, **fields})
    events = {
        name: pa.array([row["at"].replace(tzinfo=None) for row in rows], AT)
        if name == "at"
        else [row[name] for row in rows]
        for name in rows[0]
    }
    return EventLog.of(pa.table(events), name="made", rules=CaseRules(kind="incident", done=("solve",)), as_of=as_of)


def weeks(first: int, until: int) -> Period:
    return Period(MONDAY + timedelta(weeks=first), MONDAY + timedelta(weeks=until))


def by(field: str, *pair: str, **more: object) -> Question:
    return Question("time_to_resolve", by=field, pair=pair, **more)  # type: ignore[arg-type]


def test_two_teams_are_compared_by_ranks_and_open_cases_by_log_rank() -> None:
    rng = np.random.default_rng(1)
    took = [*rng.lognormal(1, 1, 40).tolist(), *rng.lognormal(2, 1, 40).tolist()]
    teams = ["quick"] * 40 + ["slow"] * 40

    closed = compare(log_of(took, team=teams), by("team", "quick", "slow"))
    some_open = compare(log_of([*took[:-3], None, None, None], team=teams), by("team", "quick", "slow"))

    assert closed.tested.test == "mann-whitney"
    assert closed.tested.effect is not None
    assert closed.tested.effect.value == pytest.approx(np.e, rel=0.35)
    assert some_open.tested.test == "log-rank"
    assert [group.open for group in some_open.groups] == [0, 3]
    assert some_open.verdict == "a difference"


def test_a_difference_that_is_only_mix_is_said_to_be_so() -> None:
    """Both teams take 1-2 h for P1 and 20-40 h for P4; one has mostly P1."""
    rng = np.random.default_rng(2)
    priorities = ["P1"] * 80 + ["P4"] * 20 + ["P1"] * 20 + ["P4"] * 80
    took = [float(rng.uniform(1, 2) if p == "P1" else rng.uniform(20, 40)) for p in priorities]

    found = compare(log_of(took, team=["a"] * 100 + ["b"] * 100, priority=priorities), by("team", "a", "b"))

    assert found.tested.p is not None
    assert found.tested.p < 0.001
    assert found.adjusted is not None
    assert found.adjusted.p is not None
    assert found.adjusted.p > 0.05
    assert found.adjusted.effect is not None
    assert found.adjusted.effect.interval is not None
    low, high = found.adjusted.effect.interval.low, found.adjusted.effect.interval.high
    assert low is not None
    assert high is not None
    assert low < 0 < high
    assert found.verdict == "a difference that the mix explains"
    assert "60 % of the cases" in found.warnings[-1]


def test_channels_are_not_compared_as_if_they_had_the_same_work() -> None:
    log = log_of([1.0] * 20 + [9.0] * 20, channel=["walk_up"] * 20 + ["mail"] * 20, priority=["P3", "P4"] * 20)

    with pytest.raises(Refused, match="walk-up and a mail are different work"):
        compare(log, by("channel"))
    asked = compare(log, by("channel", "walk_up", "mail", adjust=("priority",)))
    assert asked.about["adjusted_for"] == ["priority"]


def test_teams_on_different_channels_are_refused_and_on_mixed_ones_adjusted() -> None:
    took = [float(n % 7 + 1) for n in range(80)]
    teams = ["a"] * 40 + ["b"] * 40
    apart = ["walk_up"] * 40 + ["mail"] * 40
    mixed = (["walk_up"] * 30 + ["mail"] * 10) + (["walk_up"] * 10 + ["mail"] * 30)

    with pytest.raises(Refused, match="Only 0 %"):
        compare(log_of(took, team=teams, channel=apart), by("team", "a", "b"))
    found = compare(log_of(took, team=teams, channel=mixed), by("team", "a", "b"))
    assert found.about["adjusted_for"] == ["kind", "priority", "channel"]


def history(shares: list[float], a_week: int = 40, seed: int = 3) -> EventLog:
    """Weeks of cases of which such shares take 50 h, the others 5 h and more."""
    rng = np.random.default_rng(seed)
    opened, took = [], []
    for week, share in enumerate(shares):
        late = np.arange(a_week) < share * a_week
        opened += [week * 168 + float(h) for h in np.sort(rng.uniform(0, 100, a_week))]
        took += np.where(late, 50 + rng.uniform(0, 9, a_week), 5 + rng.uniform(0, 9, a_week)).tolist()
    return log_of(took, opened=opened, as_of=MONDAY + timedelta(weeks=len(shares)))


def periods(before: Period, after: Period, late_after: float | None = None) -> Question:
    return Question("time_to_resolve", before=before, after=after, late_after=late_after)


def test_a_period_picked_for_being_bad_is_told_its_rebound() -> None:
    log = history([0.1, 0.2, 0.15, 0.2, 0.1, 0.2, 0.15, 0.6, 0.2, 0.15, 0.1, 0.2])

    found = compare(log, periods(weeks(7, 8), weeks(8, 9), late_after=20 * 3600))

    rebound = found.about["rebound"]
    assert isinstance(rebound, dict)
    assert rebound["picked"]
    assert rebound["before"] == pytest.approx(0.6)
    assert rebound["long_run"] == pytest.approx(0.155)
    assert rebound["expected"] == pytest.approx(0.155, abs=0.01)
    assert rebound["after"] == pytest.approx(0.2)
    assert found.verdict == "no more than the rebound of a period picked for being bad"
    assert any("claim no improvement" in said for said in found.warnings)


def test_an_ordinary_period_gets_no_such_warning() -> None:
    log = history([0.4, 0.5, 0.45, 0.4, 0.5, 0.45, 0.4, 0.5, 0.1, 0.05, 0.1, 0.05])

    found = compare(log, periods(weeks(4, 8), weeks(8, 12), late_after=20 * 3600))

    rebound, blocks = found.about["rebound"], found.about["by_weeks"]
    assert isinstance(rebound, dict)
    assert isinstance(blocks, dict)
    assert not rebound["picked"]
    assert blocks["p"] == pytest.approx(2 / 70)
    assert blocks["difference"] == pytest.approx(-0.3875)
    assert found.verdict == "a difference"
    assert found.warnings == ()


def test_where_weeks_differ_as_much_as_the_periods_it_is_said() -> None:
    log = history([0.1, 0.7, 0.2, 0.6, 0.1, 0.7, 0.1, 0.7, 0.1, 0.6, 0.1, 0.5], a_week=60)

    found = compare(log, periods(weeks(1, 6), weeks(6, 11), late_after=20 * 3600))

    assert any("cases of one week share their luck" in said for said in found.warnings)


def test_late_is_frozen_outside_both_periods() -> None:
    log = history([0.1] * 6 + [0.5, 0.1])

    found = compare(log, periods(weeks(6, 7), weeks(7, 8)))

    assert found.about["late_after_from"] == "P85 of all cases outside both periods"
    assert float(str(found.about["late_after"])) < 14.1 * 3600


def test_periods_that_overlap_are_refused_and_odd_or_unfinished_ones_warned_of() -> None:
    log = history([0.2] * 8)

    with pytest.raises(Refused, match="overlap"):
        compare(log, periods(weeks(2, 4), weeks(3, 5)))
    day = timedelta(days=1)
    odd = compare(log, periods(Period(MONDAY, MONDAY + 9 * day), weeks(4, 20)))
    assert any("no whole weeks" in said for said in odd.warnings)
    assert any("after is not over" in said and "14 %" in said for said in odd.warnings)


def test_shares_are_compared_as_shares(uci_log: EventLog) -> None:
    found = compare(uci_log, Question("reopen_rate", by="priority", pair=("3 - Moderate", "4 - Low")))

    assert found.tested.test == "two-proportions"
    assert [group.n for group in found.groups] == [23_466, 774]
    assert found.measure == "share"
    assert found.tested.effect is not None
    assert found.tested.effect.value == pytest.approx(-0.0088, abs=1e-4)


def test_small_groups_of_many_are_left_out_and_counted() -> None:
    teams = ["a"] * 20 + ["b"] * 20 + ["c"] * 15 + ["d"] * 3

    found = compare(log_of([float(n % 9 + 1) for n in range(58)], team=teams), by("team"))

    assert [group.group for group in found.groups] == ["a", "b", "c"]
    assert found.excluded[-1].n == 3
    assert len(found.each) == 3


def test_what_is_not_there_is_said_with_what_is() -> None:
    log = log_of([1.0] * 30, team=["a"] * 15 + ["b"] * 15)

    with pytest.raises(BadData, match="No case has team 'z'") as absent:
        compare(log, by("team", "a", "z"))
    assert "a, b" in absent.value.hint
    with pytest.raises(BadData, match="no field 'colour'"):
        compare(log, by("colour"))
    with pytest.raises(BadData, match="no metric"):
        compare(log, Question("tme_to_resolve", by="team"))
    with pytest.raises(BadData, match="Nothing to compare"):
        compare(log, Question("time_to_resolve"))
    later = Scope(since=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(BadData, match="No case has team 'a' nor 'b'"):
        compare(log, by("team", "a", "b", scope=later))
    with pytest.raises(BadData, match="No case counts in after"):
        compare(log, periods(weeks(0, 1), weeks(30, 31)))


def test_a_number_of_the_whole_cohort_is_not_tested() -> None:
    log = log_of([1.0] * 30, team=["a"] * 15 + ["b"] * 15, kind=["value_adding"] * 60)

    with pytest.raises(Refused, match="one number of the whole cohort"):
        compare(log, Question("flow_efficiency", by="team"))


def test_real_teams_are_compared_raw_and_at_equal_mix(uci_log: EventLog) -> None:
    found = compare(uci_log, by("team", "Group 70", "Group 24"))

    assert [(g.group, g.n) for g in found.groups] == [("Group 70", 11_041), ("Group 24", 1_065)]
    assert found.tested.effect is not None
    assert found.tested.effect.value == pytest.approx(4.22, abs=0.01)
    assert found.adjusted is not None
    assert found.adjusted.test == "van-elteren"
    assert found.about["dataset"] == "uci"


def test_four_weeks_of_a_real_desk_are_no_proof_by_weeks(uci_log: EventLog) -> None:
    march, april = (
        Period(datetime(2016, 3, 7, tzinfo=UTC), datetime(2016, 4, 4, tzinfo=UTC)),
        Period(datetime(2016, 4, 4, tzinfo=UTC), datetime(2016, 5, 2, tzinfo=UTC)),
    )

    found = compare(uci_log, periods(march, april))

    assert found.tested.p is not None
    assert found.tested.p < 1e-100
    assert found.verdict == "a difference no larger than that between weeks"
