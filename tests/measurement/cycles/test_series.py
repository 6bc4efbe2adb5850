"""A series without a second arm: what would have come by itself is no effect of the change."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from benchmarks.uci_shape import weekly_late
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.evidence import Frozen
from measurement.cycles.counted import Counted, instant
from measurement.cycles.series import result, trial
from measurement.values import BadData
from tests.definitions.cycle.lives import CHARTER
from tests.definitions.cycle.test_before_after import MONDAY, series

HOUR = 3_600
PLAN = series(measure="time", metric="time_to_resolve", late_s=HOUR, follow_s=2 * HOUR,
              before=(MONDAY - timedelta(weeks=6), MONDAY))  # fmt: skip
CHARTED = CHARTER.model_copy(update={"metric": "time_to_resolve", "direction": "lower", "goal": 2_000.0})
BASELINE = Frozen(
    sha256="0" * 64, metric="time_to_resolve", unit="s", clock="elapsed", start=MONDAY - timedelta(weeks=26),
    end=MONDAY, n=1_560, value=4_000.0, estimator="median", weekly=60, standing="locked", regimes=1,
)  # fmt: skip


def cases(shares: dict[int, float], weekly: int = 60, seed: int = 1) -> Counted:
    """By week from the change: so large a part of them late."""
    rng = np.random.default_rng(seed)
    opened: list[datetime] = []
    values: list[float] = []
    for week, share in shares.items():
        for k in range(weekly):
            opened.append(MONDAY + timedelta(weeks=week, hours=2 * k + 1))
            values.append(1.5 * HOUR if rng.random() < share else 0.2 * HOUR)
    return Counted(
        np.array([f"INC-{k:05}" for k in range(len(values))], object),
        np.array([instant(at) for at in opened]),
        np.array(values),
    )


USUAL = dict.fromkeys(range(-26, 0), 0.3)


def test_what_got_rarer_by_more_than_chance_is_beaten() -> None:
    found = result(PLAN, cases(USUAL | dict.fromkeys(range(6), 0.1)), MONDAY)

    assert found.beaten
    assert found.after == pytest.approx(0.1, abs=0.03)
    assert found.weeks == 20


def test_bad_weeks_that_end_by_themselves_are_rarely_taken_for_an_effect() -> None:
    """Groups in which nothing changes but by luck and memory; the change comes after the worst four of 26 weeks."""
    beaten = naive = 0
    for seed in range(200):
        late, _ = weekly_late(60, np.random.default_rng(seed))
        worst = 26 + int(np.argmax([late[k : k + 4].mean() for k in range(26, 48)]))
        shares = {week - worst - 4: float(late[week]) for week in range(worst + 12)}
        plan = series(measure="time", metric="time_to_resolve", late_s=HOUR, follow_s=2 * HOUR, weeks=8,
                      before=(MONDAY - timedelta(weeks=4), MONDAY))  # fmt: skip
        found = result(plan, cases(shares, seed=seed), MONDAY)
        beaten += found.beaten
        naive += found.after < found.before - 1.96 * np.sqrt(0.2 * 0.8 * (1 / 240 + 1 / 480))

    assert naive > 150, "who compares before and after sees a success"
    assert beaten <= 20, "at most 5 % are promised, twice that would be chance in 200"


def test_the_weeks_are_counted_from_when_everybody_really_got_it() -> None:
    late = MONDAY + timedelta(weeks=2)

    assert PLAN.began(late) == late
    assert PLAN.began(MONDAY - timedelta(days=3)) == MONDAY
    assert PLAN.over(late) == late + timedelta(weeks=6, hours=2)
    shares = USUAL | {0: 0.3, 1: 0.3} | dict.fromkeys(range(2, 8), 0.1)
    assert result(PLAN, cases(shares), late).after == pytest.approx(0.1, abs=0.03)


def test_what_comes_after_its_weeks_changes_nothing() -> None:
    shares = USUAL | dict.fromkeys(range(6), 0.1)

    assert result(PLAN, cases(shares | {7: 0.9, 8: 0.9}), MONDAY) == result(PLAN, cases(shares), MONDAY)


def test_too_little_history_is_refused() -> None:
    with pytest.raises(BadData, match="Too few weeks"):
        result(PLAN, cases(dict.fromkeys(range(-6, 6), 0.3)), MONDAY)


def test_its_power_is_that_of_weeks_like_those_known() -> None:
    steady = trial(PLAN, CHARTED, BASELINE, cases(USUAL), ())
    restless = trial(
        PLAN, CHARTED, BASELINE, cases({week: 0.05 if week % 5 else 0.9 for week in range(-26, 0)}), ("other",)
    )

    assert steady.unit is None
    assert steady.power > steady.wished > restless.power
    assert restless.clashes == ("other",)


def share(better: str) -> BeforeAfter:
    return series(better=better, before=(MONDAY - timedelta(weeks=6), MONDAY))


def test_of_a_share_that_is_to_rise_those_that_lack_it_are_counted() -> None:
    found = cases(dict.fromkeys(range(-26, 6), 0.3))
    hit = Counted(found.case, found.opened, (found.value > HOUR).astype(float))

    assert result(share("lower"), hit, MONDAY).before == pytest.approx(0.3, abs=0.06)
    assert result(share("higher"), hit, MONDAY).before == pytest.approx(0.7, abs=0.06)
