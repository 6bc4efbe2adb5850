"""What is picked for being bad gets better by itself."""

from datetime import UTC, datetime

import numpy as np
import pytest

from measurement.experiments.rebound import Periods, after_bad, expected_next, lag_correlation
from measurement.log.eventlog import EventLog
from measurement.values import BadData
from tests.measurement.oracles import oracle

_CASES = """
    SELECT c.case_id, e.team, date_diff('day', TIMESTAMP '2016-02-29', c.opened_at) // 7 AS week,
      epoch(c.resolved_at - c.opened_at) AS seconds
    FROM cases c JOIN (
      FROM events QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY seq DESC) = 1
    ) e USING (case_id)
    WHERE e.team IS NOT NULL
"""


def test_bad_weeks_of_real_teams_got_better_without_anybody_doing_anything(uci_log: EventLog) -> None:
    """Team: the one of the last row, where it names one. Late: beyond their P85. Weeks: the 14 that the log is full of.

    A week counts with 10 cases or more, a team with 6 such weeks or more, and a week when the team has a later one.
    """
    known = oracle("uci_regression_to_mean")
    expected, close = known["expected"], known["tolerance"]["abs"]
    rows = uci_log.arrays(_CASES)
    late = rows["seconds"] > np.quantile(rows["seconds"], 0.85)
    full = rows["week"] < (datetime(2016, 6, 6, tzinfo=UTC) - datetime(2016, 2, 29, tzinfo=UTC)).days // 7

    found = after_bad(Periods.of(rows["team"][full], rows["week"][full], late[full]))

    assert (found.periods, found.bad) == (expected["group_weeks"], expected["bad_weeks"])
    assert found.next_better == pytest.approx(expected["share_next_better"], abs=close)
    assert found.late_now == pytest.approx(expected["late_now"], abs=close)
    assert found.late_next == pytest.approx(expected["late_next"], abs=close)
    assert found.long_run == pytest.approx(expected["long_run"], abs=close)


def test_the_expected_rebound_is_what_comes_out() -> None:
    rng = np.random.default_rng(1)
    x = np.zeros(20_000)
    for n in range(1, len(x)):
        x[n] = 0.4 * x[n - 1] + rng.normal()
    bad = np.flatnonzero(x[:-1] > 1.5)

    r = lag_correlation(x)

    assert r == pytest.approx(0.4, abs=0.02)
    assert r is not None
    assert x[bad + 1].mean() == pytest.approx(expected_next(float(x[bad].mean()), 0.0, r), abs=0.06)
    assert expected_next(0.5, 0.2, -0.3) == 0.2


def test_few_or_level_data_say_nothing() -> None:
    nothing = after_bad(Periods.of([], [], []))
    level = after_bad(Periods.of(["a"] * 60, [n // 10 for n in range(60)], [False] * 60))

    assert (nothing.periods, nothing.bad, nothing.late_now, nothing.correlation) == (0, 0, None, None)
    assert (level.periods, level.bad, level.correlation) == (5, 0, None)
    assert lag_correlation([1, 2, 3]) is None
    with pytest.raises(BadData):
        Periods.of(["a"], [1, 2], [True])


def test_units_and_periods_with_too_few_cases_are_left_out() -> None:
    units = ["big"] * 70 + ["small"] * 30
    weeks = [n // 10 for n in range(70)] + [n // 10 for n in range(30)]

    kept = Periods.of(units, weeks, [n % 3 == 0 for n in range(100)])

    assert set(kept.unit) == {"big"}
    assert len(kept.share) == 7
