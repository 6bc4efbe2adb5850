"""From XML tags to rows: the state machine behind the XES reader, called by expat once per tag."""

from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import pyarrow as pa

from measurement.values import BadData

LONGEST_VALUE = 1 << 20
"""Characters of one attribute; an event with a longer one is left out."""
MOST_KEYS = 2_000
DEEPEST = 32
NO_DEFAULT = ("time:timestamp", "concept:name", "case:concept:name")
"""A default for these would invent an instant, an activity or a case."""
SAYS_NOTHING = ("", "unknown", "__invalid__")
"""What tools write as a default because there has to be one; it is no value."""


class Broken(Exception):
    """The rest of the file cannot be read."""


@dataclass(frozen=True)
class Unread:
    """Something in the file that made no row: where it begins and why."""

    line: int
    reason: str


class Rows:
    """Rows of whole traces. A trace whose end is missing makes none."""

    def __init__(self, batch: int) -> None:
        self.classifiers: dict[str, tuple[str, ...]] = {}
        self.defaults: dict[str, str] = {}
        self.unread: list[Unread] = []
        self.cut: str | None = None
        self.seen_log = False
        self._batch = batch
        self._columns: dict[str, str] = {}
        self._taken = {"@line"}
        self._done: list[dict[str, str]] = []
        self._lines: list[int] = []
        self._trace: dict[str, str] = {}
        self._traced: list[dict[str, str]] = []
        self._traced_lines: list[int] = []
        self._row: dict[str, str] = {}
        self._path: list[str] = []
        self._wrong = ""
        self._line = 0

    def attach(self, parser: expat.XMLParserType) -> None:
        """Be called by this parser."""
        self._parser = parser
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = _no_doctype
        self._in_log()

    @property
    def any(self) -> bool:
        """Whether rows wait to be taken."""
        return bool(self._done)

    @property
    def full(self) -> bool:
        """Whether enough rows wait to be taken."""
        return len(self._done) >= self._batch

    def take(self) -> pa.Table:
        """The rows so far, as columns of text in the order of their first appearance, and `@line`."""
        self._learn(self.defaults)
        columns: dict[str, Any] = {
            name: pa.array([row.get(key, default) for row in self._done], pa.string())
            for key, name, default in ((key, name, self.defaults.get(key)) for key, name in self._columns.items())
        }
        columns["@line"] = pa.array(self._lines, pa.int64())
        self._done, self._lines = [], []
        return pa.table(columns)

    def stop(self, why: str) -> None:
        """No more can be read; the trace at hand has no end and is left out."""
        self.cut = why
        begun = f", the {len(self._traced)} events of the trace begun there with it" if self._traced else ""
        self.unread.append(Unread(self._parser.CurrentLineNumber, f"{why}; what follows is left out{begun}"))
        self._traced, self._traced_lines = [], []

    # One pair of handlers per level, so that the inner ones, called most, have least to decide.

    def _in_log(self) -> None:
        self._parser.StartElementHandler = self._log_start
        self._parser.EndElementHandler = self._log_end

    def _log_start(self, tag: str, given: list[str]) -> None:
        name, said = _local(tag), dict(zip(given[::2], given[1::2], strict=True))
        if not self.seen_log:
            if name != "log":
                raise Broken(f"the root is <{name[:40]}>, not <log>")
            self.seen_log = True
        elif name == "trace" and len(self._path) == 1:
            self._trace = {}
            self._parser.StartElementHandler = self._trace_start
            self._parser.EndElementHandler = self._trace_end
            self._path = []
            return
        elif name == "event" and len(self._path) == 1:
            self.unread.append(Unread(self._parser.CurrentLineNumber, "the event stands outside of every trace"))
        elif name == "classifier" and said.get("scope", "event") == "event":
            self.classifiers[said.get("name", "")] = _keys(said.get("keys", ""))
        elif len(self._path) == 2 and self._path[1] in ("global event", "global trace") and "value" in said:
            key = said.get("key", "") if self._path[1] == "global event" else f"case:{said.get('key', '')}"
            if key not in NO_DEFAULT and said["value"].casefold() not in SAYS_NOTHING:
                self.defaults[key] = said["value"]
        self._deeper(f"global {said.get('scope', 'event')}" if name == "global" else name)

    def _log_end(self, tag: str) -> None:
        self._path.pop()

    def _trace_start(self, tag: str, given: list[str]) -> None:
        if not self._path and _local(tag) == "event":
            self._row, self._wrong, self._line = {}, "", self._parser.CurrentLineNumber
            self._parser.StartElementHandler = self._event_start
            self._parser.EndElementHandler = self._event_end
            return
        self._attribute(self._trace, given)

    def _trace_end(self, tag: str) -> None:
        if self._path:
            self._path.pop()
            return
        own = {f"case:{key}": value for key, value in self._trace.items()}
        self._learn(own)
        self._done += [own | row for row in self._traced]
        self._lines += self._traced_lines
        self._traced, self._traced_lines = [], []
        self._path = ["log"]
        self._in_log()

    def _event_start(self, tag: str, given: list[str]) -> None:
        if len(given) == 4 and given[0] == "key" and not self._path and len(given[3]) <= LONGEST_VALUE:
            # Nearly every tag of a log is one of these.
            self._row[given[1]] = given[3]
            self._path.append(given[1])
            return
        self._attribute(self._row, given)

    def _event_end(self, tag: str) -> None:
        if self._path:
            self._path.pop()
            return
        if self._wrong:
            self.unread.append(Unread(self._line, self._wrong))
        else:
            self._traced.append(self._row)
            self._traced_lines.append(self._line)
            self._learn(self._row)
        self._parser.StartElementHandler = self._trace_start
        self._parser.EndElementHandler = self._trace_end

    def _attribute(self, into: dict[str, str], given: list[str]) -> None:
        """An attribute that is nested, in a list, long or written in another order; `a/b` is b within a."""
        said = dict(zip(given[::2], given[1::2], strict=True))
        self._deeper(said.get("key", ""))
        value = said.get("value")
        if value is None:
            return
        if len(value) > LONGEST_VALUE:
            self._wrong = f"the attribute {said.get('key', '')[:80]!r} has {len(value):,} characters"
            value = value[:LONGEST_VALUE]
        key = "/".join(part for part in self._path if part)
        into[key] = f"{into[key]}; {value}" if key in into and len(self._path) > 1 else value

    def _learn(self, row: dict[str, str]) -> None:
        """A column for each key; where two differ only in case, which SQL does not see, the later one is numbered."""
        if row.keys() <= self._columns.keys():
            return
        for key in row:
            name, more = key or "(no key)", 2
            while key not in self._columns and name.casefold() in self._taken:
                name, more = f"{key or '(no key)'} {more}", more + 1
            self._taken.add(self._columns.setdefault(key, name).casefold())
        if len(self._columns) > MOST_KEYS:
            raise BadData(
                f"The file has more than {MOST_KEYS:,} different attributes.", "Export it without nested ones."
            )

    def _deeper(self, name: str) -> None:
        if len(self._path) >= DEEPEST:
            raise Broken(f"tags are nested more than {DEEPEST} deep")
        self._path.append(name)


def _no_doctype(*_: object) -> None:
    raise BadData(
        "The file has a DOCTYPE, which XES has no use for and which can hide an entity bomb.",
        "Take it out, or export the log anew.",
    )


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _keys(words: str) -> tuple[str, ...]:
    """Keys between spaces; one with a space in it stands in single quotes."""
    found: list[str] = []
    for place, part in enumerate(words.split("'")):
        found += [part] if place % 2 else part.split()
    return tuple(found)
