"""A picture: a drawing in its frame, the table of its numbers, and the words for who cannot see it."""

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from measurement.values import BadData
from pictures.frame import WIDTH, framed, rendered

FORMATS = ("svg", "png", "html", "csv")
PNG_SCALE = 2
"""Pixels of a PNG per unit of the drawing: 2,400 wide, enough for print."""

ON_PAGE = 1000
"""Rows of the table on a page; a chart of single cases has tens of thousands."""

Cell = str | int | float | None


@dataclass(frozen=True)
class Picture:
    """What every picture has; `body` is SVG of at most WIDTH units without title and foot, which the frame adds."""

    title: str
    facts: tuple[str, ...]
    """What stands under the title: n, period, clock."""
    body: str
    body_width: float
    body_height: float
    alt: str
    """What the picture shows, in a sentence or two."""
    rows: Sequence[Mapping[str, Cell]]
    """The same numbers as a table."""
    notes: tuple[str, ...] = ()
    """What must be known to read it rightly: rules, expected false alarms, what was left out."""
    source: str = ""

    def noted(self, *notes: str) -> "Picture":
        """With further notes, before those it has."""
        return replace(self, notes=(*notes, *self.notes))

    @property
    def svg(self) -> str:
        """The whole picture as SVG, WIDTH units wide, with title and description for screen readers."""
        return framed(
            title=self.title,
            facts=self.facts,
            body=self.body,
            body_width=self.body_width,
            body_height=self.body_height,
            alt=self.alt,
            notes=self.notes,
            source=self.source,
        )

    @property
    def html(self) -> str:
        """A page of its own, the picture and its table, that loads nothing and runs nothing."""
        names = list(self.rows[0]) if self.rows else []
        body = [[_shown(row.get(name)) for name in names] for row in self.rows[-ON_PAGE:]]
        whole = f"the last {ON_PAGE:,} of {len(self.rows):,}; the .csv has all" if len(self.rows) > ON_PAGE else ""
        return rendered("page.html.j2", picture=self, svg=self.svg, names=names, rows=body, whole=whole, width=WIDTH)

    @property
    def csv(self) -> str:
        """The table; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
        names = list(self.rows[0]) if self.rows else []
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_safe(row.get(name)) for name in names] for row in self.rows)
        return out.getvalue()

    @property
    def png(self) -> bytes:
        """The picture as PNG, drawn from the SVG."""
        import vl_convert

        drawn: bytes = vl_convert.svg_to_png(self.svg, scale=PNG_SCALE)
        return drawn

    def write(self, path: Path) -> tuple[Path, ...]:
        """Write it in the format its name ends with; beside an SVG or PNG goes the table as CSV.

        Returns the files written. Raises BadData for another ending.
        """
        ending = format_of(path)
        content: Any = getattr(self, ending)
        _write(path, content if isinstance(content, bytes) else content.encode())
        if ending not in ("svg", "png"):
            return (path,)
        table = path.with_suffix(".csv")
        _write(table, self.csv.encode())
        return (path, table)


def format_of(path: Path) -> str:
    """The format a name asks for; to be asked before the work is done. Raises BadData for one that is not known."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise BadData(
            f"A picture cannot be written as {path.suffix or path.name!r}.",
            f"End the name with one of .{', .'.join(FORMATS)}.",
        )
    return ending


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _safe(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
