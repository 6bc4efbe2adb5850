"""A value stream map shows what it must, says it in a table too, and its words do not lie on each other."""

import xml.etree.ElementTree as ET

import pytest

from measurement.flow.stream import Information, Inventory, Loop, Step, ValueStream, WhatIf
from pictures.stream_words import brief, spoken
from pictures.stream_worst import worst
from pictures.value_stream import value_stream_picture
from tests.pictures.overlaps import SVG, outside, overlapping

DESK = ValueStream(
    title="Service desk",
    demand_per_day=90,
    available_s_per_day=8 * 3600,
    n=1234,
    period="March 2026",
    source="made by hand",
    steps=(
        Step(
            name="Triage",
            cycle_s=240,
            cycle_p85_s=900,
            n=1234,
            people=4,
            first_pass_yield=0.9,
            before=Inventory(days=1),
        ),
        Step(name="Accepted+In Progress", cycle_s=5000, touch_s=9000, n=1100, share=0.89, before=Inventory(pieces=200)),
        Step(name="Vendor <work> & parts", cycle_s=86400, share=0.1, unclassified_s=4000, complete_accurate=0.4),
    ),
    after=Inventory(days=0.2),
    loops=(
        Loop(back_from="Accepted+In Progress", back_to="Accepted+In Progress", share=0.2, seconds=3000),
        Loop(back_from="Vendor <work> & parts", back_to="Accepted+In Progress", share=0.05, seconds=500),
        Loop(back_from="Vendor <work> & parts", back_to="Triage", share=0.02, seconds=100),
    ),
    information=(
        Information(start="requester", end="control", label="Phone 80%, Mail 20%", electronic=False),
        Information(start="control", end="customer", label="answers"),
        Information(start="control", end="steps", label="work list"),
    ),
)


def said(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_boxes_inventories_rework_and_totals_are_on_the_map() -> None:
    found = said(value_stream_picture(DESK).svg)

    for wanted in (
        "Triage",
        "4 min [15 min]",
        "C/T",
        "90%",
        "200",
        "2.2 d",
        "20% back, +50 min",
        "lead",
        "takt",
        "5.33 min",
    ):
        assert wanted in found


def test_facts_name_n_period_clock_demand_and_takt() -> None:
    assert value_stream_picture(DESK).facts == (
        *("n 1,234 cases", "March 2026", "clock: elapsed, days of 24 h", "demand 90 cases a day", "takt 5.33 min"),
    )


def test_what_somebody_named_a_step_cannot_become_markup() -> None:
    picture = value_stream_picture(DESK)

    assert "<work>" not in picture.svg
    assert "Vendor &lt;work&gt; &amp; parts" in picture.svg


def test_words_do_not_lie_on_each_other_nor_leave_the_picture() -> None:
    many = DESK.model_copy(
        update={
            "steps": tuple(DESK.steps[0].model_copy(update={"name": f"Step number {n}"}) for n in range(7)),
            "loops": (),
        }
    )
    one = DESK.model_copy(update={"steps": DESK.steps[:1], "loops": ()})
    fewer = DESK.changed(WhatIf(drop=("Accepted+In Progress",)))
    for picture in map(value_stream_picture, (DESK, many, one, DESK), (None, None, None, fewer)):
        assert overlapping(picture.svg) == []
        assert outside(picture.svg) == []


def test_the_three_dearest_places_are_burst_in_their_order() -> None:
    assert [(w.number, w.kind, w.place) for w in worst(DESK)] == [
        (1, "inventory", 1),
        (2, "inventory", 0),
        (3, "inventory", 3),
    ]
    assert worst(DESK)[0].said.startswith("2.2 d of waiting before Accepted+In Progress")


def test_a_stream_without_any_time_has_no_bursts() -> None:
    assert worst(ValueStream(title="Nothing", steps=(Step(name="a"),))) == ()


def test_the_future_stands_below_at_the_same_scale_with_a_bar_for_each_lead_time() -> None:
    future = DESK.changed(
        WhatIf(title="After", steps={"Triage": {"before": {"days": 0}}}, drop=("Vendor <work> & parts",))
    )

    picture = value_stream_picture(DESK, future)

    assert picture.title == "Service desk, and after"
    assert [row["step"] for row in picture.rows if row["state"] == "After"] == [
        *("Triage", "Accepted+In Progress", "after the last step", "total"),
    ]
    bars = [text for text in said(picture.svg) if text.startswith("Lead time")]
    assert len(bars) == 2


def test_the_table_has_the_numbers_of_the_map() -> None:
    rows = {row["step"]: row for row in value_stream_picture(DESK).rows}

    assert rows["Accepted+In Progress"]["wait before, days"] == pytest.approx(200 / 90)
    assert rows["total"]["touch per case, s"] == pytest.approx(DESK.touch_s)


def test_the_picture_is_told_in_words() -> None:
    assert value_stream_picture(DESK).alt.startswith(
        "Value stream map. 3 steps from left to right: Triage, then Accepted"
    )


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0 s", "0 s"),
        (62, "62 s", "62 s"),
        (235, "3.9 min", "3.92 min"),
        (160000, "44 h", "44.4 h"),
        (None, "none", "none"),
    ],
)
def test_durations_are_short_where_room_is_short(seconds: float | None, short: str, long: str) -> None:
    assert (brief(seconds), spoken(seconds)) == (short, long)
