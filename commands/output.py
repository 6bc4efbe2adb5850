"""Answers as JSON for programs and as columns for people."""

import dataclasses
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """JSON data of any answer: instants in UTC with `Z`, durations in seconds, models as objects."""
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str | Path):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if hasattr(type(value), "model_fields"):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON text; a NaN would not be JSON and is an error."""
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)


def rendered(value: Any) -> str:
    """Plain data for people: rows as a table, an object as one line per field."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            return table(value)
        return "\n".join(cell(item) for item in value)
    if isinstance(value, dict):
        width = max((len(name) for name in value), default=0)
        return "\n".join(f"{name:<{width}}  {cell(item)}" for name, item in value.items())
    return cell(value)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    """Columns, fitted to the terminal; whole and unfitted when the reader is a pipe."""
    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    if fancy():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=None, pad_edge=False, header_style="bold")
        for name in names:
            drawn.add_column(name.upper(), overflow="fold")
        for line in cells:
            drawn.add_row(*(Text(part) for part in line))
        console = Console()
        with console.capture() as captured:
            console.print(drawn)
        return captured.get().rstrip("\n")
    widths = [max(len(name), *(len(line[i]) for line in cells)) if cells else len(name) for i, name in enumerate(names)]
    lines = [[name.upper() for name in names], *cells]
    return "\n".join("  ".join(part.ljust(w) for part, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def fancy() -> bool:
    """Whether a person looks at a terminal that can show more than text."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ


WIDEST_LABEL = 26
"""Columns; what follows a longer beginning is no column of its own."""


def fitted(text: str) -> str:
    """Lines broken between words where the terminal ends, the rest below the last column; whole for a pipe."""
    if not sys.stdout.isatty():
        return text
    width = max(40, shutil.get_terminal_size().columns)
    return "\n".join(part for line in text.split("\n") for part in folded(line, width))


def folded(line: str, width: int) -> list[str]:
    """One line as lines of at most `width`, but for a word that is wider; one with colours was fitted before."""
    if len(line) <= width or "\x1b" in line:
        return [line]
    label = LABELLED.match(line)
    indent = len(label[0]) if label and len(label[0]) <= WIDEST_LABEL else len(line) - len(line.lstrip())
    first, rest = line[:indent], line[indent:]
    parts = textwrap.wrap(rest, width - indent, break_long_words=False, break_on_hyphens=False)
    return [first + parts[0], *(" " * indent + part for part in parts[1:])] if parts else [line]


LABELLED = re.compile(r"\s*(\S+ )*\S+\s{2,}|\s{3,}")


def cell(value: Any) -> str:
    """One value on one line; control characters cannot reach the terminal."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        return dumps(value)
    return "".join(c if c.isprintable() else " " for c in str(value))
