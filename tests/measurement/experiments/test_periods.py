"""What comes after a bad period by itself can be said beforehand."""

import numpy as np
import pytest

from measurement.experiments.periods import Rebound, Weekly, rebound


def weekly(shares: list[float]) -> Weekly:
    return Weekly(np.arange(len(shares)), np.array(shares), np.full(len(shares), 100))


def test_the_expected_rebound_is_right_on_average() -> None:
    """Weeks with memory .5: of those above the line, the next ones come where they are expected to."""
    rng = np.random.default_rng(1)
    expected, found, picked = [], [], 0
    for _ in range(400):
        x = np.zeros(60)
        for n in range(1, 60):
            x[n] = 0.5 * x[n - 1] + rng.normal(0, 0.03)
        shares = 0.3 + x
        worst = 20 + int(np.argmax(shares[20:50]))
        said = rebound(weekly(shares.tolist()), (worst, worst + 1), (worst + 1, worst + 2))
        assert said is not None
        picked += said.picked
        expected.append(said.expected)
        found.append(said.after)

    assert picked >= 380
    assert np.mean(found) == pytest.approx(np.mean(expected), abs=0.008)


def test_weeks_without_memory_go_back_all_the_way() -> None:
    said = rebound(weekly([0.2, 0.3] * 5 + [0.6, 0.3]), (10, 11), (11, 12))

    assert isinstance(said, Rebound)
    assert said.picked
    assert (said.correlation, said.weeks) == (0, 10)
    assert said.expected == pytest.approx(0.25)


def test_only_what_luck_does_not_explain_beats_the_rebound() -> None:
    """Other weeks .2 and .3: sd .053, with the doubt of the long run .055; t with 9 for 1.96: 2.26 of them is .125."""
    history = [0.2, 0.3] * 5
    lucky, better = (rebound(weekly([*history, 0.6, after]), (10, 11), (11, 12)) for after in (0.16, 0.1))

    assert lucky is not None
    assert better is not None
    assert lucky.error == pytest.approx(0.0553 * 2.262 / 1.96, abs=1e-3)
    assert not lucky.beaten
    assert better.beaten


def test_too_few_other_weeks_say_nothing() -> None:
    assert rebound(weekly([0.2, 0.3, 0.4, 0.5, 0.6]), (3, 4), (4, 5)) is None
    assert rebound(weekly([0.2] * 9), (20, 21), (4, 5)) is None


def test_weeks_with_few_cases_are_left_out() -> None:
    week = np.array([1] * 10 + [2] * 9 + [3] * 20)

    found = Weekly.of(week, week == 3)

    assert found.week.tolist() == [1, 3]
    assert found.share.tolist() == [0, 1]
    assert found.within(1, 2).tolist() == [True, False]
