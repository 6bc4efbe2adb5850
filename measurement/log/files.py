"""Files as they come: what kind they are, their bytes however packed, their header and delimiter."""

import csv
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from measurement.values import BadData

Kind = Literal["csv", "xes", "parquet"]

BLOCK = 1 << 20
HEAD = 1 << 18
LONGEST = 2_000_000
"""Bytes in a line; the fast reader has the same limit."""
LONG_END = f"the last line has more than {LONGEST:,} bytes"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
PACKED = {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "Zstandard", b"\x1f\x8b": "gzip twice"}
"""How files begin that hold a log one step further in."""
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class File:
    """A file of events before it is read."""

    path: Path
    kind: Kind
    gzipped: bool
    sha256: str
    stamp: tuple[int, int]
    """Size and time of change before it was read."""

    @classmethod
    def of(cls, path: Path) -> "File":
        """What the content says it is, whatever the name says. Raises BadData for what is no log."""
        if not path.is_file():
            raise BadData(f"There is no file {path}.", "Check the path.")
        stamp = _stamp(path)
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        gzipped = _starts(path) == b"\x1f\x8b"
        head = b"".join(_some(Blocks(path, gzipped)))
        if head.startswith(b"PK\x03\x04"):
            raise BadData(f"{path} is a zip archive or an Excel workbook.", "Unpack it, or save it as CSV.")
        if head.startswith(b"PAR1"):
            if gzipped:
                raise BadData(f"{path} is a gzipped Parquet file.", "Unpack it first.")
            return cls(path, "parquet", False, digest, stamp)
        for begin, packer in PACKED.items():
            if head.startswith(begin):
                raise BadData(f"{path} is packed with {packer}.", "Unpack it; gzip is read as it is.")
        if not head.strip():
            raise BadData(f"{path} is empty.", "Export it again.")
        wide = head[:2] in UTF_16
        if head[2:4] == b"\0\0" if wide else b"\0" in head.partition(b"\n")[0]:
            raise BadData(
                f"{path} is no text: NUL bytes stand in its first line.", "Save it as CSV in UTF-8, or as Parquet."
            )
        xes = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        return cls(path, "xes" if xes else "csv", gzipped, digest, stamp)

    def check_unchanged(self) -> None:
        """Raises BadData when somebody has written to it since: what was read is then neither the old nor the new."""
        if _stamp(self.path) != self.stamp:
            raise BadData(f"{self.path} changed while it was read.", "Import it once nobody writes to it.")

    def blocks(self) -> "Blocks":
        """Its bytes, unpacked."""
        return Blocks(self.path, self.gzipped)

    def fault(self) -> str | None:
        """What is wrong with its end. Raises BadData when it is damaged inside.

        A last line that is too long counts: beyond the size of its buffer DuckDB passes over one in silence.
        """
        if not self.gzipped:
            with self.path.open("rb") as opened:
                opened.seek(max(0, self.stamp[0] - LONGEST - 1))
                tail = opened.read().rstrip(b"\r\n")
            return LONG_END if len(tail) >= LONGEST and b"\n" not in tail else None
        blocks, line, long = self.blocks(), 0, False
        for block in blocks:
            if (end := block.find(b"\n")) >= 0:
                long, line = line + end > LONGEST, 0
            line += len(block) - block.rfind(b"\n") - 1
        return blocks.fault or (LONG_END if long or line > LONGEST else None)


class Blocks:
    """The unpacked bytes of a file, as far as they go; `fault` then says what is wrong with its end.

    Raises BadData when compressed data is damaged.
    """

    def __init__(self, path: Path, gzipped: bool) -> None:
        self.path, self.gzipped = path, gzipped
        self.fault: str | None = None
        self._done, self._size = 0, max(path.stat().st_size, 1)

    def percent(self) -> float:
        """How much of the file has been read."""
        return 100 * self._done / self._size

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as opened:
            yield from self._unpacked(self._packed(opened)) if self.gzipped else self._packed(opened)

    def _packed(self, opened: IO[bytes]) -> Iterator[bytes]:
        while data := opened.read(BLOCK):
            self._done += len(data)
            yield data

    def _unpacked(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        """What a cut leaves is right; damage inside is not, and where it begins nobody can tell."""
        unpacker, begun, members = zlib.decompressobj(31), False, 0
        for data in packed:
            while data:
                try:
                    block = unpacker.decompress(data, BLOCK)
                except zlib.error as error:
                    if members and not begun:
                        self.fault = "something stands behind the end of the compressed data"
                        return
                    raise BadData(
                        f"{self.path} is damaged: {str(error).rpartition(': ')[2]}.",
                        "Get the file again; nothing of it was used.",
                    ) from None
                begun = True
                yield block
                data = unpacker.unconsumed_tail
                if unpacker.eof:
                    data = unpacker.unused_data.lstrip(b"\x00")
                    unpacker, begun, members = zlib.decompressobj(31), False, members + 1
        if begun:
            self.fault = "the compressed data ends too early"


@dataclass(frozen=True)
class Header:
    """The first record of a CSV file."""

    names: tuple[str, ...]
    """Made distinct without regard to case; a column without a name is called by its number."""
    delimiter: str
    encoding: str

    @classmethod
    def of(cls, file: File, delimiter: str | None = None) -> "Header":
        """Raises BadData when no header can be read."""
        head = b"".join(_some(file.blocks()))
        encoding = "utf-16" if head[:2] in UTF_16 else "utf-8-sig"
        text = head.decode(encoding, "replace").lstrip("\r\n")
        first = text.partition("\n")[0]
        used = delimiter or max(DELIMITERS, key=first.count)
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=used), [])
        if not names:
            raise BadData(f"{file.path} has no header.", "The first line must name the columns.")
        return cls(distinct(names), used, encoding)


def distinct(names: list[str]) -> tuple[str, ...]:
    """Column names that stay apart in SQL, which does not look at case."""
    found: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        base = name.strip() or f"column {number}"
        unique, more = base, 2
        while unique.lower() in found:
            unique, more = f"{base} {more}", more + 1
        found[unique.lower()] = unique
    return tuple(found.values())


def _stamp(path: Path) -> tuple[int, int]:
    """Raises BadData when it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise BadData(f"{path} was taken away while it was read.", "Import it once nobody writes to it.") from None
    return found.st_size, found.st_mtime_ns


def _starts(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(2)


def _some(blocks: Blocks) -> Iterator[bytes]:
    length = 0
    for block in blocks:
        yield block
        length += len(block)
        if length >= HEAD:
            return
