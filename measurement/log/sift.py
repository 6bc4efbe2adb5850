"""The careful reader of CSV: for files with broken lines, ends or encodings, and for the true number of every line.

The fast reader stops at the first broken line. This one goes through the file by hand, copies what is whole to a clean
file, and says of each line that is not, why.
"""

import codecs
import csv
import io
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from measurement.log.files import LONGEST, Blocks, File, Header

TOGETHER = 10_000
"""Lines that one record may span before its opening quote is taken for a mistake."""


@dataclass(frozen=True)
class Reject:
    """A part of a file that is no event: its line there (1 is the first), why, and what stands in it."""

    line: int
    reason: str
    raw: str


@dataclass
class Sifted:
    """A clean copy and what was left out of it."""

    lines: "array[int]" = field(default_factory=lambda: array("q"))
    """Line in the source of each record of the clean copy."""
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


Progress = Callable[[str, Callable[[], float]], None]
"""Told what is being done, with a function that says how much of it is done in percent (below 0: unknown)."""


def sift(file: File, header: Header, clean: Path, say: Progress) -> Sifted:
    """Copy the whole records of `file` to `clean` (UTF-8, commas, no header)."""
    sifted = Sifted()
    encoding = _encoding(file, header)
    if encoding == "cp1252":
        sifted.notes.append("The file is not UTF-8; it was read as Windows-1252 (Latin-1).")
    blocks = file.blocks()
    say("sifting", blocks.percent)
    with clean.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        for found in records(lines(blocks, encoding), header.delimiter, len(header.names)):
            if isinstance(found, Reject):
                sifted.rejects.append(found)
            else:
                line, fields = found
                sifted.lines.append(line)
                write.writerow(fields)
    if blocks.fault:
        sifted.notes.append(f"Not all of the file could be read: {blocks.fault}.")
    return sifted


Line = tuple[int, str, str | None]
"""Number, text without its line break, and what is wrong with it."""


def records(source: Iterable[Line], delimiter: str, width: int) -> Iterator[tuple[int, list[str]] | Reject]:
    """Records of so many fields behind the header, with their first line; or what is none, line by line."""
    csv.field_size_limit(LONGEST)
    feed = _Feed(source)
    header = True
    while (line := feed.next()) is not None:
        number, text, wrong = line
        if not text and wrong is None:
            continue
        fields, wrong = _record(line, feed, delimiter) if wrong is None else (None, wrong)
        if wrong is None and fields is not None and len(fields) != width:
            wrong = f"{len(fields)} columns instead of {width}"
            feed.back()
        if header:
            header = False
        elif wrong is not None or fields is None:
            yield Reject(number, wrong or "", text)
        else:
            yield number, fields


class _Feed:
    """Lines that can be given back: only the first line of a broken record is given up, what follows may be whole."""

    def __init__(self, source: Iterable[Line]) -> None:
        self.lines = iter(source)
        self.waiting: deque[Line] = deque()
        self.taken: list[Line] = []

    def next(self) -> Line | None:
        """The first line of the next record."""
        self.taken.clear()
        return self.waiting.popleft() if self.waiting else next(self.lines, None)

    def more(self) -> Line | None:
        """A further line of the same record."""
        line = self.waiting.popleft() if self.waiting else next(self.lines, None)
        if line is not None:
            self.taken.append(line)
        return line

    def back(self) -> None:
        """Give back all lines but the first."""
        self.waiting.extendleft(reversed(self.taken))
        self.taken.clear()


OPEN_QUOTE = "a quote is opened and not closed"


def _record(first: Line, feed: _Feed, delimiter: str) -> tuple[list[str] | None, str | None]:
    """The fields of a record that begins with this line, or what is wrong with it."""
    parts = [first[1]]
    fields, wrong = _fields(parts[0], delimiter)
    quotes, size = parts[0].count('"'), len(parts[0])
    while wrong == OPEN_QUOTE and len(parts) < TOGETHER and size < LONGEST:
        line = feed.more()
        if line is None or line[2] is not None:
            break
        parts.append(line[1])
        quotes += line[1].count('"')
        size += len(line[1])
        if quotes % 2 == 0:
            fields, wrong = _fields("\n".join(parts), delimiter)
    if wrong is not None:
        feed.back()
    return fields, wrong


def _fields(text: str, delimiter: str) -> tuple[list[str] | None, str | None]:
    if '"' not in text:
        return text.split(delimiter), None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return None, OPEN_QUOTE if "unexpected end" in str(error) else f"quotes in the wrong place ({error})"
    return (rows[0], None) if len(rows) == 1 else (None, "quotes in the wrong place")


def lines(blocks: Blocks, encoding: str) -> Iterator[Line]:
    """The lines of a file; a last one that is cut off by a damaged end is wrong."""
    split = _split(_utf8(blocks) if encoding == "utf-16" else blocks)
    for number, (raw, length) in enumerate(split, 1):
        wrong = f"a line of {length:,} bytes, more than {LONGEST:,}" if length > LONGEST else None
        if wrong is None and blocks.fault and not raw.endswith(b"\n"):
            wrong = f"cut off: {blocks.fault}"
        raw = raw.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if number == 1 else b"")
        try:
            text = raw.decode("utf-8" if encoding == "utf-16" else encoding)
        except UnicodeDecodeError as error:
            text = raw.decode("latin-1" if encoding == "cp1252" else "utf-8", "replace")
            if encoding != "cp1252":
                wrong = wrong or f"byte {error.start + 1} is not UTF-8"
        yield number, text, wrong


def _split(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Lines with their line break, and their length; of one that is too long only the beginning."""
    rest, dropped = b"", 0
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line[:LONGEST] + b"\n", len(line) + 1 + dropped
            dropped = 0
        if len(rest) > LONGEST:
            dropped += len(rest) - LONGEST
            rest = rest[:LONGEST]
    if rest:
        yield rest, len(rest) + dropped


def _utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for block in blocks:
        yield decoder.decode(block).encode()


def _encoding(file: File, header: Header) -> str:
    """UTF-8 if any line needs it to be, Windows-1252 if some need it not to be and none proves otherwise."""
    if header.encoding == "utf-16":
        return "utf-16"
    broken = False
    for raw, _ in _split(file.blocks()):
        if not raw.isascii():
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                broken = True
            else:
                return "utf-8"
    return "cp1252" if broken else "utf-8"
