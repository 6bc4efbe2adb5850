"""A log as an XES document (IEEE 1849-2016), written as a stream: the XML of each event is made by one query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from measurement.log.cases import quoted, text
from measurement.log.eventlog import EventLog

EXTENSIONS = {
    "concept": ("Concept", "http://www.xes-standard.org/concept.xesext"),
    "lifecycle": ("Lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "org": ("Organizational", "http://www.xes-standard.org/org.xesext"),
    "time": ("Time", "http://www.xes-standard.org/time.xesext"),
}
SAID = "strftime({}, '%Y-%m-%dT%H:%M:%S.%fZ')"
"""An instant as RFC 3339, to the microsecond."""
BATCH = 20_000
TAGS = {"TIMESTAMP": "date", "BOOLEAN": "boolean", "DOUBLE": "float", "FLOAT": "float"}
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
SPECIAL = '[&<>"\\x00-\\x1F\\x{FFFE}\\x{FFFF}]'
UNFIT = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x{FFFE}\\x{FFFF}]"
"""Characters that XML has no way to write; they become U+FFFD."""
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"} | {chr(c): f"&#{c};" for c in (9, 10, 13)}


@dataclass(frozen=True)
class Column:
    """One column of an export."""

    name: str
    source: str
    """Column of the log."""
    type: str
    """As DuckDB calls it."""

    @property
    def tag(self) -> str:
        """The type of attribute it becomes in XES."""
        return "int" if self.type in INTEGERS else TAGS.get(self.type, "string")


def write_xes(
    log: EventLog, columns: Sequence[Column], activity: Sequence[str], write: Callable[[bytes], object]
) -> None:
    """Hand the document to `write`, piece by piece.

    Columns `case:...` that say one thing in each case are written at its trace. `activity`: keys of the classifier.
    """
    traced = _of_the_trace(log, [column for column in columns if column.name.startswith("case:")])
    special = _special(log, columns)
    own = " || ".join(_attribute(column, column.name.removeprefix("case:"), special) for column in traced)
    rest = " || ".join(_attribute(column, column.name, special) for column in columns if column not in traced)
    write(_head(log.name, columns, activity).encode())
    rows = log.db.sql(
        f"""
        SELECT CASE WHEN case_id IS DISTINCT FROM lag(case_id) OVER (ORDER BY case_id, seq)
            THEN '</trace>' || chr(10) || '<trace>' || {own} || chr(10) ELSE '' END
          || '<event>' || {rest} || '</event>' || chr(10) AS xml
        FROM events ORDER BY case_id, seq
        """
    ).to_arrow_reader(BATCH)
    # The first trace has none before it to end.
    left = "</trace>\n"
    for batch in rows:
        write("".join(batch.column(0).to_pylist()).removeprefix(left).encode())
        left = ""
    write(b"</log>\n" if left else b"</trace>\n</log>\n")


def _head(name: str, columns: Sequence[Column], activity: Sequence[str]) -> str:
    used = {column.name.removeprefix("case:").partition(":")[0] for column in columns}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        *(
            f'<extension name="{title}" prefix="{prefix}" uri="{uri}"/>'
            for prefix, (title, uri) in EXTENSIONS.items()
            if prefix in used
        ),
        '<global scope="trace"><string key="concept:name" value="unknown"/></global>',
        '<global scope="event">',
        *(f'<string key={quoteattr(key)} value="unknown"/>' for key in activity),
        '<date key="time:timestamp" value="1970-01-01T00:00:00.000000Z"/>',
        "</global>",
        f'<classifier name="Activity" scope="event" keys={quoteattr(" ".join(activity))}/>',
        f'<string key="concept:name" value={quoteattr(name)}/>',
    ]
    return "\n".join(lines) + "\n"


def _of_the_trace(log: EventLog, columns: Sequence[Column]) -> list[Column]:
    """Those that say the same on each event of a case."""
    same = ", ".join(f"bool_and(n{i} <= 1) AS n{i}" for i in range(len(columns)))
    counts = ", ".join(
        f"count(DISTINCT {name}) + CAST(count({name}) NOT IN (0, count(*)) AS INTEGER) AS n{i}"
        for i, name in enumerate(quoted(column.source) for column in columns)
    )
    (row,) = log.rows(f"SELECT {same} FROM (SELECT {counts} FROM events GROUP BY case_id)")
    return [column for i, column in enumerate(columns) if row[f"n{i}"]]


def _special(log: EventLog, columns: Sequence[Column]) -> set[str]:
    """Sources in which some value has to be escaped."""
    names = [column.source for column in columns if column.tag == "string"]
    found = ", ".join(f"bool_or(regexp_matches({quoted(n)}, {text(SPECIAL)})) AS n{i}" for i, n in enumerate(names))
    (row,) = log.rows(f"SELECT {found} FROM events")
    return {name for i, name in enumerate(names) if row[f"n{i}"]}


def _attribute(column: Column, key: str, special: set[str]) -> str:
    """SQL that makes the tag of one attribute; nothing where the value is null."""
    value = quoted(column.source)
    if column.tag == "date":
        value = SAID.format(value)
    elif column.source in special:
        value = f"regexp_replace({value}, {text(UNFIT)}, chr(65533), 'g')"
        for plain, escaped in ESCAPES.items():
            value = f"replace({value}, chr({ord(plain)}), {text(escaped)})"
    start = text(f'<{column.tag} key={quoteattr(key)} value="')
    return f"coalesce({start} || {value} || '\"/>', '')"
