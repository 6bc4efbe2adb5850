"""Two answers in words: is it changing, will it meet its target."""

import pytest

from measurement.charts.chart import Chart, RunLength, Signal
from measurement.charts.icons import Icon, assurance, variation
from measurement.metrics.metric import Better

PROMISE = RunLength(370.4, "limits known")


def chart(last: float, signal: bool, *, n: int = 24, kind: str = "xmr", lcl: float | None = 4.0) -> Chart:
    return Chart(
        kind=kind,
        title="",
        points=(*[10.0] * (n - 1), last),
        centre=10.0,
        ucl=16.0,
        lcl=lcl,
        sigma=2.0,
        estimator="",
        phase1=n,
        false_alarms=PROMISE,
        signals=(Signal(n, "we:1"),) if signal else (),
    )


@pytest.mark.parametrize(
    ("last", "better", "key", "symbol"),
    [
        (20.0, "lower", "worsening", "H-"),
        (20.0, "higher", "improving", "H+"),
        (2.0, "lower", "improving", "L+"),
        (2.0, "higher", "worsening", "L-"),
        (20.0, "neither", "changed", "H"),
        (2.0, "neither", "changed", "L"),
        (10.0, "lower", "changed", "!"),
    ],
)
def test_a_signal_at_the_newest_point_is_named_by_its_side(last: float, better: str, key: str, symbol: str) -> None:
    icon = variation(chart(last, True), Better(better))

    assert (icon.key, icon.symbol) == (key, symbol)


def test_a_signal_of_the_past_is_no_news() -> None:
    past = chart(10.0, False)
    assert variation(past, Better.LOWER).key == "noise"

    signalled = Chart(**{**vars(past), "signals": (Signal(3, "we:1"),)})
    assert variation(signalled, Better.LOWER).key == "noise"


def test_limits_from_eleven_points_are_not_enough() -> None:
    assert variation(chart(20.0, True, n=11), Better.LOWER).key == "not_enough_data"
    assert assurance(chart(20.0, True, n=11), 17.0, Better.LOWER).key == "not_enough_data"


@pytest.mark.parametrize(
    ("target", "better", "key"),
    [
        (17.0, "lower", "will_meet"),
        (16.0, "lower", "will_meet"),
        (12.0, "lower", "hit_and_miss"),
        (3.0, "lower", "will_fail"),
        (3.0, "higher", "will_meet"),
        (12.0, "higher", "hit_and_miss"),
        (17.0, "higher", "will_fail"),
        (None, "lower", "no_target"),
        (17.0, "neither", "no_target"),
    ],
)
def test_assurance_compares_the_limits_with_the_target(target: float | None, better: str, key: str) -> None:
    assert assurance(chart(10.0, False), target, Better(better)).key == key


def test_limits_from_more_than_one_regime_judge_nothing() -> None:
    moved = Chart(**{**vars(chart(20.0, True)), "points": (*[10.0, 11.0] * 6, *[20.0, 21.0] * 6)})
    by_rank = Chart(**{**vars(chart(20.0, True, kind="normal-ewma")), "figures": {"regimes": 4}})

    assert variation(moved, Better.LOWER).words == "not stable: 2 regimes in the points that gave the limits"
    assert assurance(moved, 17.0, Better.LOWER).key == "not_stable"
    assert variation(by_rank, Better.LOWER).words == "not stable: 4 regimes in the points that gave the limits"


def test_limits_that_were_given_are_believed() -> None:
    given = Chart(**{**vars(chart(20.0, True)), "points": (*[10.0] * 12, *[20.0] * 12), "phase1": 0})

    assert variation(given, Better.LOWER).key == "worsening"


def test_a_missing_limit_promises_nothing() -> None:
    assert assurance(chart(10.0, False, lcl=None), 0.5, Better.HIGHER).key == "hit_and_miss"
    assert assurance(chart(10.0, False, lcl=None), 0.5, Better.LOWER).key == "hit_and_miss"


def test_smoothed_scores_are_not_asked_for_a_target() -> None:
    assert assurance(chart(10.0, False, kind="ewma"), 17.0, Better.LOWER).key == "not_asked"


def test_the_side_of_a_cusum_is_the_larger_of_its_sums() -> None:
    up = Chart(**{**vars(chart(6.0, True, kind="cusum")), "centre": 0.0, "lower": (*[0.0] * 23, -1.0)})
    down = Chart(**{**vars(up), "points": (*[0.0] * 23, 1.0), "lower": (*[0.0] * 23, -6.0)})

    assert (variation(up, Better.LOWER).symbol, variation(down, Better.LOWER).symbol) == ("H-", "L+")


def test_every_icon_can_be_read_without_colour() -> None:
    import measurement.charts.icons as icons

    every = [value for value in vars(icons).values() if isinstance(value, Icon)]

    assert len(every) == 14
    assert all(icon.words and icon.symbol for icon in every)
