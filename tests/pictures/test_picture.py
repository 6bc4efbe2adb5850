"""Every picture says what it shows, carries its numbers, and runs nothing."""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from measurement.values import BadData
from pictures.frame import WIDTH, framed
from pictures.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"


def picture(**more: object) -> Picture:
    return Picture(
        **{
            "title": "Time to resolve",
            "facts": ("n 3", "1 to 7 March 2026", "elapsed"),
            "body": '<rect width="600" height="100"/>',
            "body_width": 600.0,
            "body_height": 100.0,
            "alt": "Three bars.",
            "rows": [{"team": "network", "hours": 1.5}, {"team": "=cmd()", "hours": None}],
            "notes": ("one false alarm in 370 points",),
            "source": "desk",
        }
        | more  # type: ignore[arg-type]
    )


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_title_facts_notes_and_source_are_on_the_picture() -> None:
    assert words(picture().svg) == [
        "Time to resolve",
        "n 3  ·  1 to 7 March 2026  ·  elapsed",
        "one false alarm in 370 points",
        "Source: desk",
    ]


def test_a_screen_reader_hears_the_title_and_the_description() -> None:
    root = ET.fromstring(picture().svg)

    assert root.get("role") == "img"
    assert [root.findtext(f"{SVG}{name}") for name in ("title", "desc")] == ["Time to resolve", "Three bars."]


def test_a_long_note_is_wrapped_and_the_picture_grows_with_it() -> None:
    short, long = picture().svg, picture(notes=("word " * 120,)).svg

    assert max(len(line) for line in words(long)) < 170
    assert float(ET.fromstring(long).get("height") or 0) > float(ET.fromstring(short).get("height") or 0)


def test_a_body_that_is_too_wide_is_made_smaller_not_cut() -> None:
    root = ET.fromstring(picture(body_width=2 * WIDTH).svg)

    assert root.get("width") == str(WIDTH)
    assert "scale(0.48)" in (root.findall(f"{SVG}g")[-1].get("transform") or "")


def test_words_of_people_never_become_markup() -> None:
    hostile = '<script>alert(1)</script>"&'

    page = picture(title=hostile, alt=hostile, notes=(hostile,), facts=(hostile,), rows=[{hostile: hostile}]).html

    assert "<script" not in page
    assert "default-src 'none'" in page


def test_the_table_is_beside_the_picture(tmp_path: Path) -> None:
    files = picture().write(tmp_path / "a.svg")

    assert [file.name for file in files] == ["a.svg", "a.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.svg"]


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    assert list(csv.reader(io.StringIO(picture().csv))) == [["team", "hours"], ["network", "1.5"], ["'=cmd()", ""]]


def test_a_png_is_sharp_enough_for_print() -> None:
    png = picture().png

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == 2 * WIDTH


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"cannot be written as '\.gif'") as refused:
        picture().write(tmp_path / "a.gif")

    assert ".svg" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_page_carries_a_table_that_can_be_printed_and_says_where_the_rest_is() -> None:
    page = picture(rows=[{"point": number} for number in range(2500)]).html

    assert page.count("<tr>") == 1001
    assert "the last 1,000 of 2,500; the .csv has all" in page
    assert "the last" not in picture().html


def test_an_empty_table_and_no_notes_are_no_error() -> None:
    svg = framed(title="t", facts=(), body="", body_width=1, body_height=1, alt="a", notes=(), source="")

    assert words(svg) == ["t"]
    assert "<table" not in picture(rows=()).html
