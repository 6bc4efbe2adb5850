"""The cumulative flow adds up and the age of open work is held against what resolved work took."""

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime

from measurement.flow.ageing import Ageing, OpenCase
from measurement.flow.cumulative import CumulativeFlow
from pictures.ageing import ageing_picture
from pictures.cumulative import cumulative_picture
from pictures.picture import Picture

TEXT = "{http://www.w3.org/2000/svg}text"
FLOW = CumulativeFlow(
    days=(date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)),
    arrived=(4, 7, 9),
    departed=(0, 2, 5),
    standing={"queued": (3, 3, 1), "working": (1, 2, 3)},
)
NOW = datetime(2026, 3, 9, tzinfo=UTC)


def words(picture: Picture) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(picture.svg).iter(TEXT)]


def aged(*ages: float, marks: tuple[float | None, ...] = (3600.0, 86400.0, 604800.0)) -> Picture:
    cases = tuple(OpenCase(f"c{n}", age, "queued" if n % 2 else "working", "desk", 60.0) for n, age in enumerate(ages))
    return ageing_picture(Ageing(NOW, cases, 40, marks), title="desk", facts=("n 9 cases",), source="desk")


def test_every_band_has_its_name_and_its_number_beside_it() -> None:
    picture = cumulative_picture(FLOW, title="desk", facts=("n 9 cases",), source="desk")

    assert {"resolved or withdrawn 5", "queued 1", "working 3"} <= set(words(picture))
    assert "9 cases came, 5 left, 4 stand" in picture.alt
    assert "at most 5 stood at once" in picture.alt


def test_the_table_of_the_flow_has_each_day() -> None:
    rows = cumulative_picture(FLOW, title="desk", facts=(), source="desk").rows

    assert rows[1] == {"day": "2026-03-03", "arrived": 7, "departed": 2, "queued": 3, "working": 2}


def test_open_work_stands_against_the_marks_of_resolved_work() -> None:
    picture = aged(700000.0, 90000.0, 60.0)

    assert {"P50 of resolved 60 min", "P85 of resolved 24 h", "P95 of resolved 7 d"} <= set(words(picture))
    assert "2 older than P50, 2 older than P85, 1 older than P95" in picture.alt
    assert [row["age (h)"] for row in picture.rows] == [194.44, 25.0, 0.02]


def test_nothing_open_and_nothing_resolved_are_said() -> None:
    assert "none is resolved yet" in aged(60.0, marks=(None, None, None)).alt
    assert aged().alt.startswith("0 open cases")


def test_steps_of_any_name_have_a_place_of_their_own_in_the_drawing() -> None:
    names = ["\u2028", "\x00", "a'\"]b", "\N{GRINNING FACE}" * 20, "\N{GRINNING FACE}" * 21, "-1 + 1"]
    cases = tuple(OpenCase(f"c{n}", 60.0 + n, name, "desk", 60.0) for n, name in enumerate(names))
    picture = ageing_picture(Ageing(NOW, cases, 0, (None,) * 3), title="desk", facts=(), source="desk")

    assert {"\ufffd", "\ufffd 2", "a'\"]b", "-1 + 1"} <= set(words(picture))
    assert [row["step"] for row in picture.rows] == names


def test_of_very_many_open_cases_the_oldest_are_drawn_and_all_are_in_the_table() -> None:
    picture = aged(*(float(2000 - n) for n in range(2000)))

    assert len(picture.rows) == 2000
    assert any("1,500 oldest are drawn" in note for note in picture.notes)
