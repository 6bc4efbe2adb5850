"""Bars say their shares and whether their order is luck; a histogram says its quantiles in units people use."""

import xml.etree.ElementTree as ET

import numpy as np

from measurement.charts.histogram import histogram
from measurement.charts.pareto import pareto
from pictures.bars import histogram_picture, pareto_picture
from pictures.picture import Picture

TEXT = "{http://www.w3.org/2000/svg}text"


def words(picture: Picture) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(picture.svg).iter(TEXT)]


def bars(causes: int = 3) -> Picture:
    names = [f"team {number}" for number in range(causes) for _ in range(20 * (causes - number))]
    found = pareto(names, [3600.0] * len(names))
    return pareto_picture(found, title="Where time goes", by="team", facts=("n 120",), source="desk")


def test_each_bar_says_its_time_its_share_and_its_ranks() -> None:
    said = words(bars())

    assert "2.5 d  (50%)" in said
    assert "rank 1" in said
    assert said.count("team 0") == 1


def test_what_does_not_fit_is_one_bar_without_a_rank_and_all_are_in_the_table() -> None:
    picture = bars(30)

    assert "16 others" in words(picture)
    assert sum(text.startswith("rank") for text in words(picture)) == 14
    assert len(picture.rows) == 30


def test_the_running_share_ends_at_all() -> None:
    assert words(bars())[-20:].count("100%") >= 1
    assert bars().rows[-1]["running share"] == 1


def test_a_histogram_names_its_median_and_its_tail_and_its_ticks_in_plain_units() -> None:
    times = np.random.default_rng(1).lognormal(9, 2, 2000)

    picture = histogram_picture(
        histogram(times), title="Time", unit="s", what="time to resolve", facts=("n 2,000",), source="desk"
    )

    said = words(picture)
    assert {"10 min", "1 h", "1 d"} <= set(said)
    assert any(text.startswith("median 2.") and text.endswith(" h") for text in said)
    assert "logarithmic axis" in picture.notes[0]
    assert sum(int(row["count"] or 0) for row in picture.rows) == 2000


def test_values_of_zero_are_said_where_the_axis_has_no_place_for_them() -> None:
    times = np.concatenate([np.zeros(5), np.random.default_rng(1).lognormal(9, 2, 2000)])

    picture = histogram_picture(histogram(times), title="Time", unit="s", what="time", facts=(), source="desk")

    assert any("5 values of zero" in note for note in picture.notes)


def test_a_histogram_of_equal_values_is_a_picture_too() -> None:
    picture = histogram_picture(histogram([3.0, 3.0]), title="T", unit="cases", what="hand-overs", facts=(), source="d")

    assert "median 3, P85 3" in picture.alt


def test_a_name_that_no_xml_can_hold_is_drawn_with_a_sign_in_its_place() -> None:
    emoji = "\N{GRINNING FACE}"
    names = [
        emoji * 20,
        emoji * 21,
        f"{'long ' * 20}{emoji}",
        emoji,
        "a\ufffeb",
        "\x1b[31mred",
        "nul\x00",
        "\ud800",
        "]]><script>alert(1)</script>",
    ]
    found = pareto(names * 10, [3600.0] * 90)
    picture = pareto_picture(found, title="T\x0b", by="team\uffff", facts=("n 90\x01",), source="desk\x7f")

    said = " ".join(words(picture))
    assert "a\ufffdb" in said
    assert "\ufffd[31mred" in said
    assert "<script" not in picture.svg
    ET.fromstring(picture.svg)
    assert picture.png.startswith(b"\x89PNG")
