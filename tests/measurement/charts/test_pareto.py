"""Which cause costs most, and whether that is more than luck."""

import numpy as np
import pytest

from measurement.charts.pareto import NAMELESS, pareto, pareto_of
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_qcc_defects_in_order_with_their_running_share() -> None:
    known = oracle("qcc_pareto_defects")
    expected, tolerance = known["expected"], known["tolerance"]["abs"]

    found = pareto_of(known["input"])

    assert [bar.name for bar in found.bars] == expected["order"]
    assert [100 * bar.share for bar in found.bars] == pytest.approx(expected["pct"], abs=tolerance)
    assert [100 * bar.cumulative for bar in found.bars] == pytest.approx(expected["cum_pct"], abs=tolerance)
    assert np.cumsum([bar.total for bar in found.bars]).tolist() == expected["cum_freq"]


def test_time_lost_and_count_can_name_different_causes() -> None:
    causes = ["vpn"] * 10 + ["erp"] * 2

    counted = pareto(causes)
    lost = pareto(causes, [60.0] * 10 + [3600.0] * 2)

    assert (counted.bars[0].name, counted.what, counted.unit) == ("vpn", "count", "cases")
    assert (lost.bars[0].name, lost.what, lost.unit) == ("erp", "time lost", "s")
    assert lost.bars[0].total == 7200
    assert lost.bars[0].n == 2


def test_a_close_first_is_not_separable_and_a_far_one_is() -> None:
    close, far = pareto_of({"a": 52, "b": 48, "c": 5}), pareto_of({"a": 520, "b": 48})

    assert not close.separable
    assert close.words.startswith("a is not separable from b: it stays ahead in 6")
    assert (close.bars[0].rank_low, close.bars[0].rank_high) == (1, 2)
    assert far.separable
    assert (far.bars[0].rank_low, far.bars[0].rank_high) == (1, 1)


def test_one_huge_item_does_not_make_a_cause_separable() -> None:
    causes = ["many"] * 100 + ["one"]
    weights = [10.0] * 100 + [2000.0]

    found = pareto(causes, weights)

    assert found.bars[0].name == "one"
    assert not found.separable
    assert found.ahead[0] == pytest.approx(1 - np.exp(-1), abs=0.04)


def test_blocks_of_items_tell_what_single_items_tell() -> None:
    rng = np.random.default_rng(1)
    causes = rng.choice(["a", "b"], 20_000, p=[0.505, 0.495]).tolist()

    blocks = pareto(causes)
    exact = pareto_of({name: causes.count(name) for name in "ab"})

    assert blocks.ahead[0] == pytest.approx(exact.ahead[0], abs=0.05)


def test_the_same_seed_gives_the_same_answer_and_equal_causes_are_a_draw() -> None:
    one, two = pareto_of({"a": 10, "b": 10}), pareto_of({"a": 10, "b": 10})

    assert one == two
    assert one.ahead[0] == pytest.approx(0.5, abs=0.05)


def test_what_does_not_fit_is_one_bar_at_the_end() -> None:
    found = pareto_of({name: count for count, name in enumerate("abcdefgh", 1)})

    top = found.top(3)

    assert [bar.name for bar in top] == ["h", "g", "f", "5 others"]
    assert top[-1].total == 15
    assert (top[-1].cumulative, found.top(7)) == (1.0, found.bars)


def test_items_without_a_cause_are_shown_and_nothing_lost_is_no_error() -> None:
    assert pareto([None, "a", None]).bars[0].name == NAMELESS
    idle = pareto(["a", "b"], [0.0, 0.0])
    assert (idle.total, idle.bars[0].share, idle.bars[0].cumulative) == (0, 0, 0)
    assert pareto(["a"]).words == "one cause only"


def test_no_items_or_negative_weights_are_refused() -> None:
    with pytest.raises(BadData, match="No items"):
        pareto([])
    with pytest.raises(BadData, match="No items"):
        pareto_of({})
    with pytest.raises(BadData, match="negative: -1"):
        pareto(["a", "b"], [1.0, -1.0])
    with pytest.raises(BadData, match="2 causes but 1 weights"):
        pareto(["a", "b"], [1.0])


def test_of_a_handful_of_items_nothing_is_said_of_their_order() -> None:
    found = pareto(["vpn", "vpn", "mail"])

    assert not found.separable
    assert found.words == "3 items: with fewer than 20 nothing can be said of their order"
