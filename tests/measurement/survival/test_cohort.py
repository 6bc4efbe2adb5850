"""What is still open belongs to the cohort: on real logs the answer halves without it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from measurement.log.columns import AT
from measurement.log.eventlog import EventLog, connection
from measurement.log.rules import CaseRules
from measurement.survival.cohort import cohort
from measurement.survival.competing import aalen_johansen
from measurement.survival.curve import Curve, kaplan_meier
from tests.measurement.oracles import data, oracle

START = datetime(2026, 3, 2, tzinfo=UTC)


def log_of(*rows: tuple[str, str, float]) -> EventLog:
    """Case, activity, hours after START."""
    events = pa.table(
        {
            "case_id": [case for case, _, _ in rows],
            "activity": [activity for _, activity, _ in rows],
            "at": pa.array([(START + timedelta(hours=h)).replace(tzinfo=None) for _, _, h in rows], AT),
        }
    )
    return EventLog.of(events, rules=CaseRules(done=("solve",), cancelled=("withdraw",)))


HOURS = log_of(
    *(("a", "open", 0), ("a", "solve", 4), ("b", "open", 1), ("b", "withdraw", 3)),
    *(("c", "open", 2), ("d", "open", 30), ("d", "solve", 40)),
)


def test_a_cohort_is_the_cases_opened_in_the_period() -> None:
    day = cohort(HOURS, since=START, until=START + timedelta(hours=24))

    assert (day.times.time / 3600).tolist() == [4, 38]
    assert day.times.ended.tolist() == [True, False]
    assert [(e.n, e.reason) for e in day.excluded] == [(1, "withdrawn (cancelled or merged)")]


def test_a_past_instant_shows_the_log_as_it_stood_then() -> None:
    then = cohort(HOURS, as_of=START + timedelta(hours=3, minutes=30))

    assert (then.times.time / 3600).tolist() == [3.5, 1.5]
    assert then.times.events == 0
    before = cohort(HOURS, as_of=START + timedelta(hours=2, minutes=30))
    assert before.excluded == ()
    assert len(before.times) == 3


def test_withdrawn_cases_can_stay_as_another_end() -> None:
    kept = cohort(HOURS, withdrawn="censored")

    assert kept.left.tolist() == [False, True, False, False]
    ends = np.where(kept.left, "withdrawn", np.where(kept.times.ended, "resolved", None))
    found = aalen_johansen(kept.times.time, ends)
    assert found["withdrawn"].at(2 * 3600)[0] == pytest.approx(1 / 4)


def test_groups_come_from_any_field() -> None:
    by = cohort(HOURS, by="ended_as")

    assert by.group is not None
    assert by.group.tolist() == ["resolved", None, "resolved"]


def test_nine_weekly_snapshots_of_a_real_desk_are_off_by_what_is_known(
    uci_log: EventLog, capsys: pytest.CaptureFixture[str]
) -> None:
    known = oracle("uci_snapshot_bias")
    errors: dict[str, list[float]] = {name: [] for name in known["expected"]}
    lines, inside = [], 0
    for week in range(9):
        seen = datetime(2016, 4, 1, tzinfo=UTC) + timedelta(weeks=week)
        month = {"since": seen - timedelta(days=28), "until": seen}
        then, in_the_end = cohort(uci_log, **month, as_of=seen), cohort(uci_log, **month)
        truth, naive = in_the_end.times.time, then.times.time[then.times.ended]
        curve = kaplan_meier(then.times)
        for name, q in (("median", 0.5), ("p85", 0.85)):
            real = float(np.quantile(truth, q))
            found = curve.quantile(q)
            assert found.value is not None
            errors[f"naive_{name}"].append(100 * (np.quantile(naive, q) / real - 1))
            errors[f"km_{name}"].append(100 * (found.value / real - 1))
            inside += (found.interval.low or 0) <= real <= (found.interval.high or np.inf)
            lines.append(f"{seen:%F} {name}: {_hours(found.value)} ({_range(curve, q)}), in the end {_hours(real)}")
        errors["naive_mean"].append(100 * (naive.mean() / truth.mean() - 1))
    off = {name: float(np.mean(percent)) for name, percent in errors.items()}
    with capsys.disabled():
        print("\n" + "\n".join(lines))
        print(f"mean error in %: { {name: round(percent, 1) for name, percent in off.items()} }; {inside} of 18 inside")

    assert off == pytest.approx(known["expected"], abs=known["tolerance"]["abs"])
    assert abs(off["km_median"]) <= 5
    assert abs(off["km_p85"]) <= 8


def test_open_problems_double_the_median_of_a_real_log() -> None:
    known = oracle("volvo_problems_right_censoring")
    expected, rel = known["expected"], known["tolerance"]["rel"]
    log = volvo(str(data("bpic2013_closed_problems.csv.gz")), str(data("bpic2013_open_problems.csv.gz")))

    all_ = cohort(log)
    curve, days = kaplan_meier(all_.times), 86400.0
    closed = all_.times.time[all_.times.ended]

    assert log.as_of == datetime.fromisoformat(expected["censor_time"])
    assert (curve.events, curve.open) == (expected["closed"], expected["open"])
    assert np.median(closed) / days == pytest.approx(expected["naive_median_closed_days"], rel=rel)
    assert closed.mean() / days == pytest.approx(expected["naive_mean_closed_days"], rel=rel)
    for q, name in ((0.5, "km_median_days"), (0.25, "km_p25"), (0.75, "km_p75")):
        found = curve.quantile(q)
        assert found.value is not None
        assert found.value / days == pytest.approx(expected[name], rel=rel)
    open_events = log.rows("SELECT count(*) AS n FROM events WHERE case_id LIKE 'open %'")
    assert open_events == [{"n": expected["open_events"]}]


def volvo(closed: str, open_: str) -> EventLog:
    """Closed and open problems as one log, seen at its last event; ids of the two files overlap in none."""
    events = connection().sql(
        """
        SELECT 'closed ' || "case:concept:name" AS case_id, 'Worked' AS activity,
          CAST(CAST("time:timestamp" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) AS "at",
          max("at") OVER (PARTITION BY case_id) AS closed_at
        FROM read_csv($closed, all_varchar = true)
        UNION ALL BY NAME
        SELECT 'open ' || "Problem Number" AS case_id, 'Worked' AS activity,
          CAST(CAST("Problem Change Date+Time" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) AS "at"
        FROM read_csv($open, all_varchar = true)
        """,
        params={"closed": closed, "open": open_},
    )
    return EventLog.of(events.to_arrow_table(), name="volvo", rules=CaseRules(closed="closed_at"))


def _hours(seconds: float | None) -> str:
    return "not reached" if seconds is None else f"{seconds / 3600:.1f} h"


def _range(curve: Curve, q: float) -> str:
    interval: Any = curve.quantile(q).interval
    return f"95 %: {_hours(interval.low)} to {_hours(interval.high)}"
