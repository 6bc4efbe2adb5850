"""Run chart: nothing assumed but order."""

import itertools

import pytest

from measurement.charts.runs import false_signal, limits, run
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_limits_of_anhoej_are_reproduced() -> None:
    reference = oracle("anhoej_limits_n10_24")

    given = [limits(n) for n in reference["input"]["n_useful"]]

    assert [longest for longest, _ in given] == reference["expected"]["longest_run_max"]
    assert [fewest for _, fewest in given] == reference["expected"]["crossings_min"]


def test_points_on_the_median_are_in_no_run() -> None:
    chart = run([1, 5, 3, 5, 1, 3, 1, 5])

    assert chart.centre == 3
    assert chart.figures["n_useful"] == 6
    assert chart.figures["crossings"] == 3
    assert chart.figures["longest_run"] == 2


def test_a_long_run_signals_where_it_becomes_too_long() -> None:
    x = [1, 9, 1, 9, 1, 9, 1, 9, 1, 9, *[8] * 10]

    chart = run(x, phase1=10)

    longest, _ = limits(20)
    assert [(signal.index, signal.rule) for signal in chart.signals] == [(9 + longest + 1, "anhoej:run")]


def test_a_steady_climb_crosses_the_median_too_seldom() -> None:
    chart = run(list(range(14)))

    assert [(signal.index, signal.rule) for signal in chart.signals] == [(14, "anhoej:crossings")]


@pytest.mark.parametrize("n", [1, 2, 7, 12, 15])
def test_the_chance_of_a_false_signal_is_that_of_all_sequences(n: int) -> None:
    longest, fewest = limits(n)
    odd = 0
    for sides in itertools.product((0, 1), repeat=n):
        lengths = [len(list(same)) for _, same in itertools.groupby(sides)]
        odd += max(lengths) > longest or len(lengths) - 1 < fewest

    assert false_signal(n) == pytest.approx(odd / 2**n)


def test_values_that_are_all_equal_say_nothing() -> None:
    chart = run([4, 4, 4, 4])

    assert chart.signals == ()
    assert chart.false_alarms.points is None
    assert chart.figures["n_useful"] == 0
    assert any("say little" in note for note in chart.notes)


def test_one_point_is_a_chart_without_signals_and_none_is_none() -> None:
    assert run([4.0]).signals == ()
    with pytest.raises(BadData):
        run([])
