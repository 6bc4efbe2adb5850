"""The careful reader finds every whole record and names every other line."""

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.log import sift
from measurement.log.sift import Line, Reject, records

HEAD = "a,b,c"


def read(text: str, width: int = 3) -> list[tuple[int, list[str]] | Reject]:
    lines: Iterable[Line] = ((n, line, None) for n, line in enumerate(text.split("\n"), 1))
    return list(records(lines, ",", width))


def test_records_carry_the_line_they_begin_at() -> None:
    assert read(f'{HEAD}\n1,2,3\n\n"x\ny",5,6\n7,8,9') == [
        (2, ["1", "2", "3"]),
        (4, ["x\ny", "5", "6"]),
        (6, ["7", "8", "9"]),
    ]


def test_a_quote_inside_an_unquoted_value_is_a_character() -> None:
    assert read(f'{HEAD}\n1,5" disk,3') == [(2, ["1", '5" disk', "3"])]


def test_what_follows_a_quote_that_is_never_closed_is_read() -> None:
    found = read(f'{HEAD}\n"1,2,3\n4,5,6\n7,8,9')

    assert found == [Reject(2, sift.OPEN_QUOTE, '"1,2,3'), (3, ["4", "5", "6"]), (4, ["7", "8", "9"])]


def test_a_record_that_spans_lines_and_has_too_few_columns_costs_its_lines_one_by_one() -> None:
    found = read(f'{HEAD}\n1,"x\ny"\n7,8,9')

    assert [one.line for one in found if isinstance(one, Reject)] == [2, 3]
    assert found[-1] == (4, ["7", "8", "9"])


def test_the_search_for_a_closing_quote_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sift, "TOGETHER", 3)

    found = read(HEAD + '\n"1,2,3' + "\n4,5,6" * 10)

    assert isinstance(found[0], Reject)
    assert len(found) == 11


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a", "b", "c"], *rows])

    found = read(out.getvalue())

    assert [one[1] if not isinstance(one, Reject) else one for one in found] == rows
