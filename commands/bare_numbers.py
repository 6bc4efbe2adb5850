"""Numbers in a CSV file or on stdin, without a dataset around them."""

import csv
import io
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands.common import Failure
from commands.number_option import usable


@dataclass(frozen=True)
class Numbers:
    """Columns of one file, all of one length; `lines` are the lines of the file on which its rows end."""

    source: str
    lines: tuple[int, ...]
    numbers: dict[str, list[float]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def grouped(self, value: str = "x", by: str = "subgroup") -> dict[str, list[float]]:
        """Values by a column of words, both in the order of the file; each row for itself where there is none."""
        groups: dict[str, list[float]] = {}
        names = self.words.get(by) or map(str, range(1, len(self) + 1))
        for name, number in zip(names, self.numbers[value], strict=True):
            groups.setdefault(name, []).append(number)
        return groups


def read(path: str, numbers: Sequence[str], words: Sequence[str] = (), optional: Sequence[str] = ()) -> Numbers:
    """The named columns of a CSV with a header; `-` is stdin.

    Comma, semicolon or tab. Further columns are passed over, `optional` ones (of words) may be missing. The first row
    that cannot be read ends it with its line: numbers that are half read would make another chart.
    """
    source = "stdin" if path == "-" else path
    raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _bad(source, f"line {line} is not UTF-8", "Save the file as UTF-8.") from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return _columns(source, rows, numbers, words, optional)
    except csv.Error as error:
        raise _bad(source, f"line {rows.line_num}: {error}", "Correct or remove that line.") from None


def _columns(source: str, rows: Any, numbers: Sequence[str], words: Sequence[str], optional: Sequence[str]) -> Numbers:
    header = [name.strip().lower() for name in next(rows, [])]
    if not any(header):
        raise _bad(source, "it is empty", f"The first line names the columns: {', '.join([*numbers, *words])}.")
    missing = [name for name in (*numbers, *words) if name not in header]
    if missing:
        has = f"it has {', '.join(header)}"
        raise _bad(source, f"there is no column {' and no column '.join(missing)}; {has}", "Name it in the first line.")
    wanted = [*numbers, *words, *(name for name in optional if name in header)]
    for name in wanted:
        if header.count(name) > 1:
            raise _bad(source, f"two columns are called {name}", "Give each its own name.")
    places = {name: header.index(name) for name in wanted}
    found: dict[str, list[float]] = {name: [] for name in numbers}
    said: dict[str, list[str]] = {name: [] for name in places if name not in numbers}
    lines = []
    blank = 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            # In a file of one column an empty line is a missing value; between rows of several it is layout.
            blank = blank or (rows.line_num if row or len(header) == 1 else 0)
            continue
        if blank and numbers:
            # Left out in silence, points would be neighbours that are none.
            raise _bad(source, f"line {blank} is empty", "Give its value, or take the line out and say so.")
        if len(row) != len(header):
            what = f"line {rows.line_num} has {len(row)} fields instead of {len(header)}"
            raise _bad(source, what, "Write decimals with a point; correct or remove that line.")
        for name, cells in said.items():
            cells.append(row[places[name]].strip())
        for name, values in found.items():
            values.append(_number(source, rows.line_num, name, row[places[name]].strip()))
        lines.append(rows.line_num)
    if not lines:
        raise _bad(source, "there is a header but no row", "One row for each value.")
    return Numbers(source=source, lines=tuple(lines), numbers=found, words=said)


def _number(source: str, line: int, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    # float() also takes 1_000, which no spreadsheet writes.
    if not usable(value) or "_" in cell:
        what = f"line {line}: {name} is {cell!r}, not a number" if cell else f"line {line}: {name} is empty"
        hint = "Write decimals with a point." if "," in cell else "Correct the value, or leave the row out and say so."
        raise _bad(source, what, hint)
    return value


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _bad(source: str, what: str, hint: str) -> Failure:
    return Failure("failed", f"{source} cannot be read: {what}.", hint)
