"""XES as flat columns of text: one row per event, the attributes of its trace as `case:KEY`, as CSV twins have them.

XES: IEEE 1849-2016 and its forerunners 1.0 and 2.0, plain or gzip. Read as a stream: memory does not grow with the
file. Nothing is fetched, and a file that declares entities is refused.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import pyarrow as pa
import pyarrow.parquet as pq

from measurement.log.cases import path_text
from measurement.log.files import Blocks
from measurement.log.xes_rows import Broken, Rows, Unread
from measurement.values import BadData

LONGEST_TAG = 16 << 20
"""Bytes of one tag; what is longer is no event any tool wrote."""
GZIP = b"\x1f\x8b"
LINE = "@line"
"""The column with the line of the file at which the event begins."""


@dataclass(frozen=True)
class Head:
    """What the file says about itself: the keys of each classifier, and the defaults of its global attributes."""

    classifiers: dict[str, tuple[str, ...]]
    defaults: dict[str, str]

    @property
    def activity(self) -> tuple[str, ...] | None:
        """The keys that together name the activity, if the file has a classifier called so."""
        named = {name.casefold(): keys for name, keys in self.classifiers.items()}
        return named.get("activity classifier") or named.get("activity")


@dataclass(frozen=True)
class Flat:
    """A file laid flat: Parquet files of text columns, and what the reader has to say."""

    sql: str
    """A table expression for DuckDB: its rows are the events in the order of the file."""
    columns: tuple[str, ...]
    lines: "array[int]"
    """Line of each row."""
    head: Head
    unread: list[Unread]
    cut: str | None


def flattened(path: Path, folder: Path) -> Flat:
    """Read a file into `folder`, which must exist. Raises BadData when nothing of it can be used."""
    reader, files, lines = XesReader(path), [], array("q")
    columns: dict[str, None] = {}
    for number, table in enumerate(reader.tables()):
        lines.frombytes(table[LINE].combine_chunks().to_numpy().tobytes())
        columns |= dict.fromkeys(name for name in table.column_names if name != LINE)
        files.append(folder / f"flat-{number:06}.parquet")
        pq.write_table(table.drop_columns([LINE]), files[-1], compression="snappy")
    if not files:
        raise BadData(f"{path.name} has no events{f': {reader.cut}' if reader.cut else ''}.", "Export the log anew.")
    listed = ", ".join(path_text(file) for file in files)
    sql = f"read_parquet([{listed}], union_by_name = true)"
    return Flat(sql, tuple(columns), lines, reader.head, reader.unread, reader.cut)


class XesReader:
    """One reading of a file. Iterate `tables`; `head`, `unread` and `cut` are complete when it has ended."""

    def __init__(self, path: Path, batch: int = 50_000) -> None:
        self.path = path
        self._rows = Rows(batch)

    @property
    def head(self) -> Head:
        """What was declared before the first trace."""
        return Head(dict(self._rows.classifiers), dict(self._rows.defaults))

    @property
    def unread(self) -> list[Unread]:
        """Events that were left out, each with its line and the reason."""
        return self._rows.unread

    @property
    def cut(self) -> str | None:
        """Why the file was not read to its end; what stands in `tables` is whole cases before that place."""
        return self._rows.cut

    def tables(self) -> Iterator[pa.Table]:
        """Columns of text plus `@line`, some whole traces at a time; a later table may have further columns.

        Raises BadData when the file is no XES, is unreadable from its start, or is made to harm.
        """
        with self.path.open("rb") as raw:
            packed = raw.read(2) == GZIP
        yield from self._parsed(Blocks(self.path, packed))
        if not self._rows.seen_log:
            raise BadData(
                f"{self.path.name} is no XES file: {self.cut or 'it has no <log>'}.", "Give a .xes or .xes.gz."
            )

    def _parsed(self, blocks: Blocks) -> Iterator[pa.Table]:
        parser = expat.ParserCreate()
        self._rows.attach(parser)
        fed = 0
        try:
            for block in blocks:
                fed += len(block)
                parser.Parse(block)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise Broken(f"a tag is longer than {LONGEST_TAG >> 20} MB: line {parser.CurrentLineNumber}")
                if self._rows.full:
                    yield self._rows.take()
            if blocks.fault:
                raise Broken(blocks.fault)
            parser.Parse(b"", True)
        except (LookupError, ValueError) as error:
            # Not of an expat that reads UTF-8, UTF-16 and what has one byte a character.
            if isinstance(error, BadData):
                raise
            raise BadData(f"{self.path.name} cannot be read: {error}.", "Save it as UTF-8.") from None
        except expat.ExpatError as error:
            self._rows.stop(f"the XML is broken: {error}")
        except Broken as error:
            self._rows.stop(str(error))
        if self._rows.any:
            yield self._rows.take()
