"""Run rules fire where their pattern is completed, and nowhere else."""

import numpy as np
import pytest

from measurement.charts.rules import RULES, completed, hits, rules_of
from measurement.values import BadData
from tests.measurement.oracles import oracle


def at(rule: str, z: list[float]) -> list[int]:
    points = np.array(z, dtype=float)
    return [place + 1 for place, _ in completed((rule,), points, np.abs(points) > 3)]


def test_western_electric_fires_where_qcc_does() -> None:
    reference = oracle("qcc_western_electric_rule_fixtures")
    series = reference["input"]
    expected = reference["expected"]

    given = {name: at(f"we:{name[-1]}", series[name]) for name in ("WE1", "WE2", "WE3", "WE4")}
    given |= {f"overlap_WE{number}": at(f"we:{number}", series["overlap"]) for number in (1, 2, 3, 4)}

    assert given == expected


@pytest.mark.parametrize(
    ("rule", "z", "expected"),
    [
        ("nelson:2", [0.5] * 10, [9, 10]),
        ("nelson:2", [0.5] * 8 + [0.0] + [0.5] * 8, []),
        ("nelson:3", [0, 1, 2, 3, 4, 5, 6], [6, 7]),
        ("nelson:3", [5, 4, 3, 2, 1, 0], [6]),
        ("nelson:3", [0, 1, 2, 2, 3, 4, 5], []),
        ("nelson:4", [0, 1] * 7, [14]),
        ("nelson:4", [0, 1] * 6 + [0], []),
        ("nelson:4", [0, 1] * 4 + [1, 0] * 4, []),
        ("nelson:5", [2.1, 0, 2.2], [3]),
        ("nelson:5", [2.1, 0, -2.2], []),
        ("nelson:5", [2.1, 2.2, 0], []),
        ("nelson:6", [-1.1, -1.2, 0, -1.3, -1.4], [5]),
        ("nelson:7", [0.9, -0.9, 0.0] * 5, [15]),
        ("nelson:7", [1.0] * 15, [15]),
        ("nelson:7", [0.9] * 14 + [1.1], []),
        ("nelson:8", [1.5] * 4 + [-1.5] * 4, [8]),
        ("nelson:8", [1.5] * 8, []),
        ("nelson:8", [1.5] * 4 + [-1.0] + [-1.5] * 3, []),
        ("we:4", [0.1] * 7 + [0.0] + [0.1] * 7, []),
    ],
)
def test_a_pattern_is_seen_at_the_point_that_completes_it(rule: str, z: list[float], expected: list[int]) -> None:
    assert at(rule, z) == expected


@pytest.mark.parametrize("rule", RULES)
def test_a_mirrored_series_gives_the_same_signals(rule: str) -> None:
    z = np.random.default_rng(11).normal(0, [[0.6], [1.6]], (2, 3_000)).ravel()

    assert np.array_equal(hits(rule, z, np.abs(z) > 3), hits(rule, -z, np.abs(z) > 3))
    assert hits(rule, z, np.abs(z) > 3).any()


@pytest.mark.parametrize("rule", RULES)
def test_few_or_no_points_complete_no_pattern(rule: str) -> None:
    for n in (0, 1):
        z = np.zeros(n)
        assert not hits(rule, z, np.zeros(n, dtype=bool)).any()


def test_many_series_are_judged_at_once_as_one_by_one() -> None:
    z = np.random.default_rng(3).normal(0, 1.5, (20, 60))

    for rule in RULES:
        together = hits(rule, z, np.abs(z) > 3)
        assert np.array_equal(together, [hits(rule, row, np.abs(row) > 3) for row in z])


def test_rounding_puts_no_point_beyond_a_line_it_stands_on() -> None:
    z = np.full(8, 1e-12)

    assert at("we:4", z.tolist()) == []
    assert at("we:2", [2 + 1e-12] * 3) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2", ("we:1", "we:2")),
        ("we:1-4", ("we:1", "we:2", "we:3", "we:4")),
        ("nelson:1,5,6", ("nelson:1", "nelson:5", "nelson:6")),
        ("we:1, nelson:2-3", ("we:1", "nelson:2", "nelson:3")),
        ("1,1", ("we:1",)),
        ("", ()),
    ],
)
def test_rules_are_named_in_short(text: str, expected: tuple[str, ...]) -> None:
    assert rules_of(text) == expected


@pytest.mark.parametrize("text", ["we:5", "0", "nelson:9", "aiag:1", "4-1", "we:1-9", "all"])
def test_a_rule_that_does_not_exist_is_refused_with_those_that_do(text: str) -> None:
    with pytest.raises(BadData) as refused:
        rules_of(text)

    assert "nelson:8" in refused.value.hint
