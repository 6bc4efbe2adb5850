"""The new standard is judged by limits from the trial: quiet while it holds, loud when it gets worse."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from measurement.cycles.control import Control, Level, control, late_from
from measurement.cycles.counted import Counted, instant
from measurement.values import BadData
from tests.measurement.cycles.exposures import START

HOUR = 3_600.0
CHANGED = START + timedelta(weeks=20)


def cases(begin: datetime, weeks: int, weekly: int, late: float | list[float], seed: int = 1) -> Counted:
    """Times that are late (2 h or more) in so large a part of the cases of each week."""
    rng = np.random.default_rng(seed)
    parts = late if isinstance(late, list) else [late] * weeks
    opened, values = [], []
    for week, part in enumerate(parts):
        for k in range(weekly):
            opened.append(instant(begin + timedelta(weeks=week, hours=k * 168 / weekly)))
            values.append(2 * HOUR if rng.random() < part else rng.random() * HOUR)
    return Counted(np.array([f"INC-{k:05}" for k in range(len(values))], object), np.array(opened), np.array(values))


def level(weeks: int = 14, weekly: int = 30, **given: object) -> Level:
    known = {"measure": "time", "better": "lower", "wait": 2 * HOUR, "cases": cases(START, weeks, weekly, 0.15)}
    return Level(**(known | given))  # type: ignore[arg-type]


def judged(found: Level, late: float | list[float], weeks: int = 10, weekly: int = 30, seed: int = 2) -> Control:
    at = CHANGED + timedelta(weeks=weeks, days=1)
    made = control(found, cases(CHANGED, weeks, weekly, late, seed), at)
    assert made is not None
    return made


def test_late_is_what_took_longer_than_85_of_100_cases_of_the_trial() -> None:
    assert late_from(np.arange(1.0, 101.0)) == 86.0


def test_a_standard_that_holds_is_quiet() -> None:
    assert sum(bool(judged(level(), 0.15, seed=seed).signals()) for seed in range(40)) <= 4


def test_a_standard_that_gets_worse_gives_a_signal_with_week_rule_and_promise() -> None:
    found = judged(level(), [0.15] * 6 + [0.6] * 4)

    (first, *_) = found.signals()
    assert first.at == CHANGED + timedelta(weeks=6)
    assert first.value == pytest.approx(0.6, abs=0.2)
    assert "one point beyond a limit" in first.rule
    assert "limits from 420 cases that had the change while it was tried (14 weeks)" in first.rule
    assert "false alarms: one per" in first.rule


def test_getting_better_is_no_alarm() -> None:
    assert judged(level(cases=cases(START, 14, 100, 0.5)), 0.05, weekly=100).signals() == ()


def test_limits_never_move_with_what_they_judge() -> None:
    short, long = judged(level(), 0.15, weeks=3), judged(level(), 0.5, weeks=10)

    assert short.chart.centre == long.chart.centre
    assert short.chart.each(short.chart.ucl)[:17] == long.chart.each(long.chart.ucl)[:17]


@pytest.mark.parametrize(("weekly", "seeds"), [(40, 30), (15, 30)])
def test_a_short_trial_has_wider_limits_that_keep_the_promise(weekly: int, seeds: int) -> None:
    """Over what such a trial can show: three weeks, then half a year in which nothing changes."""
    alarms = 0
    for seed in range(seeds):
        short = level(cases=cases(START, 3, weekly, 0.15, seed=1_000 + seed))
        found = judged(short, 0.15, weeks=26, weekly=2 * weekly, seed=seed)
        assert found.chart.kind == "p"
        assert "trial limits" in found.says
        alarms += bool(found.signals())

    assert alarms <= 7, "half a year in 7 is promised: 2 of 30"
    assert judged(short, [0.15] * 2 + [0.7] * 8, weekly=2 * weekly).signals()


def test_small_weeks_after_a_long_trial_are_judged_by_rank_case_by_case() -> None:
    long = level(cases=cases(START, 14, 40, 0.15))
    found = judged(long, [0.15] * 6 + [0.9] * 12, weeks=18, weekly=7)

    assert found.chart.kind == "normal-ewma"
    (first, *_) = found.signals()
    assert CHANGED + timedelta(weeks=6) < first.at < CHANGED + timedelta(weeks=8)


def test_weeks_of_few_cases_are_judged_by_their_order_only() -> None:
    found = judged(level(weekly=5), [0.1] * 4 + [0.9] * 16, weeks=20, weekly=5)

    assert found.chart.kind == "run"
    assert found.signals()


def test_of_a_metric_that_should_be_high_low_is_worse() -> None:
    good = Level("share", "higher", HOUR, _hits(cases(START, 14, 30, 0.15)))
    found = control(good, _hits(cases(CHANGED, 10, 30, [0.15] * 6 + [0.7] * 4)), CHANGED + timedelta(weeks=11))

    assert found is not None
    assert found.signals()[0].at == CHANGED + timedelta(weeks=6)


def test_what_was_said_already_is_no_news() -> None:
    found = judged(level(), [0.15] * 6 + [0.6] * 4)

    first, second, *_ = found.signals()
    assert found.signals(first.at)[0] == second


def test_young_cases_and_broken_weeks_wait() -> None:
    assert control(level(), cases(CHANGED, 1, 30, 0.9), CHANGED + timedelta(days=3)) is None


def test_while_trial_and_first_weeks_have_too_few_cases_nobody_knows_what_is_usual() -> None:
    with pytest.raises(BadData, match="5 cases had the change while it was tried and 20 in the first whole weeks"):
        control(level(weeks=1, weekly=5), cases(CHANGED, 3, 10, 0.1), CHANGED + timedelta(weeks=2, days=1))


def test_after_a_quick_verdict_the_first_weeks_of_the_standard_say_what_is_usual() -> None:
    few = level(weeks=1, weekly=10)
    found = judged(few, [0.15] * 6 + [0.9] * 4)

    assert "limits from 10 cases that had the change while it was tried and the first 30 after it" in found.says
    assert found.level == 2, "the week of the trial and the first after it, which is judged by nothing"
    (first, *_) = found.signals()
    assert first.at == CHANGED + timedelta(weeks=6)


def _hits(found: Counted) -> Counted:
    """Solved in time or not."""
    return Counted(found.case, found.opened, (found.value < 2 * HOUR).astype(float))
