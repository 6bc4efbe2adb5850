"""A control chart on paper says its limits, its signals and how often it cries wolf."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from measurement.charts.chart import Chart, RunLength, Signal
from pictures.control import control_picture
from pictures.panel import Axis
from pictures.picture import Picture
from pictures.units import scale_of, shown
from pictures.vega import ALARM

TEXT, PATH = "{http://www.w3.org/2000/svg}text", "{http://www.w3.org/2000/svg}path"
DAYS = ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
CHART = Chart(
    kind="xmr",
    title="XmR chart",
    points=(7200.0, 10800.0, None, 36000.0),
    centre=9000.0,
    ucl=18000.0,
    lcl=None,
    sigma=3000.0,
    estimator="mean moving range / 1.128",
    phase1=2,
    false_alarms=RunLength(370.4, "normal, known limits"),
    rules=("we:1",),
    signals=(Signal(4, "we:1"),),
    labels=DAYS,
)


def picture(chart: Chart) -> Picture:
    return control_picture(chart, title="Time", unit="s", what="time to resolve", facts=("n 4",), source="desk")


def words(chart: Chart) -> str:
    return "\n".join("".join(text.itertext()) for text in ET.fromstring(picture(chart).svg).iter(TEXT))


def test_limits_rules_and_expected_false_alarms_stand_on_the_picture() -> None:
    said = words(CHART)

    assert "upper limit 5 h" in said
    assert "centre 2.5 h" in said
    assert "one per 370 points" in said
    assert "first 2 points (shaded)" in said
    assert "lower limit" not in said


def test_a_signal_has_a_shape_of_its_own_and_the_name_of_its_rule() -> None:
    quiet = replace(CHART, signals=())

    assert words(CHART).count("we:1") == words(quiet).count("we:1") + 1


def test_names_of_rules_do_not_cover_each_other() -> None:
    days = tuple(f"2026-{1 + day // 25:02}-{1 + day % 25:02}" for day in range(300))
    points = tuple(36000.0 if day in (100, 102, 200) else 9000.0 for day in range(300))
    close = replace(CHART, points=points, labels=days, signals=tuple(Signal(at + 1, "we:1") for at in (100, 102, 200)))

    assert words(close).count("we:1") == words(replace(close, signals=())).count("we:1") + 2


def test_the_table_has_every_point_its_limits_and_its_signal() -> None:
    rows = picture(CHART).rows

    assert [row["value (h)"] for row in rows] == [2, 3, None, 10]
    assert [row["label"] for row in rows] == list(DAYS)
    assert [row["signal"] for row in rows] == ["", "", "", "we:1"]


def test_who_cannot_see_it_is_told_what_it_shows() -> None:
    assert picture(CHART).alt == (
        "XmR chart of time to resolve: 3 points from 2 h to 10 h; "
        "upper limit 5 h, centre 2.5 h; 1 point signals a change."
    )


def test_limits_that_vary_and_a_second_chart_are_drawn() -> None:
    second = replace(CHART, kind="mr", title="moving range", labels=None, signals=())
    varying = replace(CHART, ucl=(18000.0, 17000.0, 16000.0, 14400.0), dispersion=second)

    assert "upper limit 4 h" in words(varying)
    assert "range, hours" in words(varying)


def test_the_downward_sums_of_a_cusum_are_in_the_table() -> None:
    rows = picture(replace(CHART, lower=(0.0, -3600.0, 0.0, 0.0))).rows

    assert [row["downward sum (h)"] for row in rows] == [0, -1, 0, 0]


def test_a_signal_of_the_downward_sum_stands_on_that_sum() -> None:
    sums = replace(CHART, points=(0.0, 0.0, 0.0, 0.0), lcl=-18000.0, lower=(0.0, -9000.0, -16200.0, -36000.0))
    up = replace(sums, points=(0.0, 0.0, 0.0, 36000.0), lower=(0.0, -9000.0, -16200.0, -18000.0))

    assert _height_of_the_signal(sums) > _height_of_the_signal(up)
    assert "dotted: the downward sum" in words(sums)


def _height_of_the_signal(chart: Chart) -> float:
    """From the top of the drawing, of the only triangle."""
    drawn = ET.fromstring(picture(chart).svg)
    (triangle,) = (path for path in drawn.iter(PATH) if path.get("fill") == ALARM)
    found = re.match(r"translate\([\d.]+,([\d.]+)\)", triangle.get("transform", ""))
    assert found is not None
    return float(found[1])


def test_the_rules_are_said_in_words() -> None:
    assert "Signals: we:1 (one point beyond a limit)." in words(CHART)


def test_a_chart_without_limits_does_not_speak_of_limits() -> None:
    bare = words(replace(CHART, ucl=None, lcl=None, phase1=4, rules=("anhoej:run",), signals=()))

    assert "Centre: mean moving range" in bare
    assert "Trial limits" not in bare


def test_an_axis_of_what_is_never_negative_does_not_begin_below_nothing() -> None:
    assert Axis.over([0.01, 60.0], False, 100.0).low == 0.0
    assert Axis.over([-1.0, 60.0], False, 100.0).low < -1.0


def test_a_chart_without_points_is_a_picture_too() -> None:
    empty = replace(CHART, points=(None, None), labels=None, signals=(), phase1=0)

    assert picture(empty).alt == "XmR chart of time to resolve, without points."


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert picture(CHART).svg == picture(CHART).svg


@pytest.mark.parametrize(
    ("unit", "largest", "value", "said"),
    [
        ("s", 100.0, 90.0, "90 s"),
        ("s", 7200.0, 5400.0, "1.5 h"),
        ("s", 864000.0, 129600.0, "1.5 d"),
        ("0-1", 1.0, 0.125, "12.5%"),
        ("cases", 5.0, 4321.0, "4,321"),
        ("s", 60.0, None, "none"),
    ],
)
def test_numbers_are_said_in_units_people_use(unit: str, largest: float, value: float | None, said: str) -> None:
    assert shown(value, scale_of(unit, largest)) == said
