"""What is exported is read back equal, by us and by others."""

import gzip
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import r4pm
from lxml import etree  # type: ignore[import-untyped]
from r4pm import bindings

from measurement.flow.follows import follows
from measurement.log.columns import EVENTS
from measurement.log.eventlog import EventLog
from measurement.log.export import export, toml
from measurement.log.library import Library
from measurement.log.mapping import XES, mapping_of
from measurement.log.rules import CaseRules
from office.recorded import golden
from tests.measurement import oracles
from tests.measurement.conftest import NOW
from tests.measurement.log.lives import log_of
from tests.measurement.log.test_live import HISTORIES

NASTY = "a & b < c > d \"e\" 'f' g;h,i\nj\tk\rl =SUM(A1) é 漢 \x0b\x00end "
FORMS = ("csv", "csv.gz", "parquet", "xes", "xes.gz")
OWN = [name for name in EVENTS.names if name not in ("file", "line")]


def small(**rules: Any) -> EventLog:
    """Three cases with all there can be in a log."""
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC).replace(tzinfo=None)
    events = pa.table(
        {
            "case_id": ["b", "a", "a", "b", "c"],
            "activity": ["New", "New", "Done", "Done", "New"],
            "at": pa.array([at + timedelta(minutes=30 * n, microseconds=n) for n in range(5)], pa.timestamp("us")),
            "ended_at": pa.array([None, at + timedelta(hours=4), None, None, None], pa.timestamp("us")),
            "kind": ["waiting", "necessary", "value_adding", "value_adding", None],
            "human": [True, False, None, True, True],
            "team": ["one", None, "two", "one", None],
            "person": ["kim", None, None, "sam", None],
            "priority": ["P1", None, "P2", "P1", None],
            "note": [NASTY, None, "plain", "x", "y"],
            "kind (source)": ["odd", None, None, None, None],
            "case:origin": ["web", "mail", "mail", "web", None],
            "case:mood": ["good", "good", "bad", None, None],
            "due": pa.array([at + timedelta(days=1)] * 5, pa.timestamp("us")),
            "vip": [True, False, None, True, False],
            "cost": [1.5, None, 0.1, 2.0, 1e300],
            "number": pa.array([1, 2, None, -4, 5], pa.int64()),
            "nothing": pa.nulls(5, pa.string()),
        }
    )
    return EventLog.of(events, name="small", rules=CaseRules(**rules))


def again(log: EventLog, form: str, folder: Path) -> EventLog:
    """Exported and imported by the mapping that goes with it."""
    out = folder / f"out.{form}"
    made = export(log, form.partition(".")[0], out)
    (folder / "out.toml").write_text(toml(made.mapping))
    library = Library(folder / "datasets")
    imported = library.import_(out, "again", mapping_of(str(folder / "out.toml")), now=NOW)
    assert (imported.rejected, imported.duplicates) == (0, 0)
    return library.open("again")


def values(log: EventLog, columns: list[str]) -> list[tuple[str, ...]]:
    listed = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in columns)
    rows = log.db.execute(f"SELECT {listed} FROM events ORDER BY case_id, seq").fetchall()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_events_and_cases_come_back_as_they_were(form: str, tmp_path: Path) -> None:
    log = small(kind="incident", done=("Done",), again=("New",))

    back = again(log, form, tmp_path)

    assert values(back, OWN) == values(log, OWN)
    assert back.rows("SELECT * FROM cases") == log.rows("SELECT * FROM cases")
    assert back.rules == log.rules
    attributes = ["case:origin", "case:mood", "number", "vip", "kind (source)"]
    assert values(back, attributes) == values(log, attributes)


@pytest.mark.parametrize("form", FORMS)
def test_every_character_that_can_be_written_comes_back(form: str, tmp_path: Path) -> None:
    back = again(small(), form, tmp_path)

    note = back.rows("SELECT note FROM events WHERE case_id = 'b' ORDER BY seq LIMIT 1")[0]["note"]
    expected = re.sub("[\x00\x0b]", "\ufffd", NASTY) if form.startswith("xes") else NASTY
    assert note == expected


def test_what_differs_between_activities_alone_is_declared_for_them(tmp_path: Path) -> None:
    log = small()
    log.db.register("events", log.table("SELECT * REPLACE (if(activity = 'New', 'waiting', NULL) AS kind) FROM events"))

    back = again(log, "csv", tmp_path)

    assert values(back, OWN) == values(log, OWN)
    assert 'New = "waiting"' in (tmp_path / "out.toml").read_text().replace('"New"', "New")


def test_the_engines_own_runs_come_back_with_every_kind(tmp_path: Path) -> None:
    life = sorted((fact for path in HISTORIES for fact in golden(path).facts), key=lambda fact: fact.seq)
    log = log_of(life, tmp_path)

    back = again(log, "xes.gz", tmp_path)

    assert values(back, [*OWN, "fact", "step", "role"]) == values(log, [*OWN, "fact", "step", "role"])


def test_instants_are_written_in_utc_to_the_microsecond(tmp_path: Path) -> None:
    export(small(), "csv", tmp_path / "out.csv")

    header, first = (tmp_path / "out.csv").read_text().splitlines()[:2]

    assert header.startswith("case:concept:name,concept:name,time:timestamp,time:end,")
    assert first.startswith("a,New,2026-03-29T01:00:00.000001Z,2026-03-29T04:30:00.000000Z,")


def test_columns_without_any_value_and_our_own_bookkeeping_stay_at_home(tmp_path: Path) -> None:
    made = export(small(), "csv", tmp_path / "out.csv")

    names = {column.name for column in made.columns}
    assert not names & {"nothing", "channel", "seq", "file", "line"}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_log_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        export(small(), form.partition(".")[0], tmp_path / name / f"out.{form}")

    assert (tmp_path / "one" / f"out.{form}").read_bytes() == (tmp_path / "two" / f"out.{form}").read_bytes()


def test_an_export_that_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.xes"
    out.write_text("before")
    log = small()
    log.db.execute("ALTER TABLE cases RENAME TO gone")
    broken = EventLog(name="small", db=log.db, as_of=log.as_of, rules=log.rules)
    log.db.execute("CREATE VIEW cases AS SELECT 1/0 AS x")
    log.db.unregister("events")

    with pytest.raises(Exception, match="events"):
        export(broken, "xes", out)

    assert [path.name for path in tmp_path.iterdir()] == ["out.xes"]
    assert out.read_text() == "before"


@pytest.fixture(scope="module")
def volvo_xes(real_logs: Library) -> EventLog:
    real_logs.import_(oracles.data("bpic2013_incidents.xes.gz"), "volvo-xes", XES, now=NOW)
    return real_logs.open("volvo-xes")


@pytest.fixture(scope="module")
def helpdesk_xes(real_logs: Library) -> EventLog:
    real_logs.import_(oracles.data("helpdesk_italian.xes.gz"), "helpdesk-xes", XES, now=NOW)
    return real_logs.open("helpdesk-xes")


def same(one: EventLog, other: EventLog, columns: list[str]) -> None:
    assert len(values(one, columns)) == len(values(other, columns))
    assert values(one, columns) == values(other, columns)
    assert one.rows("SELECT * FROM cases ORDER BY case_id") == other.rows("SELECT * FROM cases ORDER BY case_id")


def test_the_xes_of_the_volvo_log_is_its_csv(volvo_xes: EventLog, volvo_log: EventLog) -> None:
    same(volvo_xes, volvo_log, [*OWN, "concept:name", "lifecycle:transition", "impact", "product", "org:role"])


def test_the_xes_of_the_help_desk_is_its_csv(helpdesk_xes: EventLog, helpdesk_log: EventLog) -> None:
    same(helpdesk_xes, helpdesk_log, [*OWN, "customer", "workgroup", "service_level"])


def test_a_real_log_comes_back_from_xes_with_its_classifier(volvo_log: EventLog, tmp_path: Path) -> None:
    back = again(volvo_log, "xes", tmp_path)

    same(back, volvo_log, [*OWN, "concept:name", "lifecycle:transition", "impact", "resource country"])


@pytest.mark.parametrize("form", ["csv.gz", "parquet"])
def test_the_service_desk_log_comes_back_with_its_rules(form: str, uci_log: EventLog, tmp_path: Path) -> None:
    back = again(uci_log, form, tmp_path)

    same(back, uci_log, [*OWN, "made_sla", "reopen_count", "resolved_at", "closed_at"])
    assert back.rules == uci_log.rules


def test_another_reader_finds_the_same_process_in_our_xes(helpdesk_log: EventLog, tmp_path: Path) -> None:
    export(helpdesk_log, "xes", tmp_path / "out.xes")

    found = bindings.discover_dfg(r4pm.import_item("EventLog", str(tmp_path / "out.xes")))

    counts = helpdesk_log.rows("SELECT activity, count(*) AS n FROM events GROUP BY activity")
    pairs = follows(helpdesk_log).to_pylist()
    assert found["activities"] == {row["activity"]: row["n"] for row in counts}
    assert {(one, two): n for (one, two), n in found["directly_follows_relations"]} == {
        (row["from"], row["to"]): row["count"] for row in pairs
    }


NS = "{http://www.xes-standard.org/}"
ORDER = ("extension", "global", "classifier", "attribute", "trace")
VALUES = {
    "string": r".*",
    "date": r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    "int": r"[+-]?\d+",
    "float": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|INF|-INF|NaN",
    "boolean": r"true|false|1|0",
}
NCNAME, NAME = r"[A-Za-z_][\w.-]*", r"[A-Za-z_:][\w:.-]*"


def problems(document: bytes) -> list[str]:
    """Where a document breaks the rules of the schema of IEEE 1849-2016 (restated here: the schema is not ours)."""
    log = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    found = []
    if log.tag != f"{NS}log" or not re.fullmatch(r"[+-]?\d+(\.\d+)?", log.get("xes.version", "")):
        found.append("no log with a decimal xes.version")
    kinds = [_kind(child) for child in log]
    if kinds != sorted(kinds, key=ORDER.index):
        found.append("the parts of the log stand in another order")
    prefixes = set()
    declared: dict[str, set[str]] = {}
    for child in log:
        kind = _kind(child)
        if kind == "extension":
            prefixes.add(child.get("prefix"))
            found += [f"extension {n}" for n in ("name", "prefix") if not re.fullmatch(NCNAME, child.get(n, ""))]
        elif kind == "global":
            declared[child.get("scope", "event")] = {attribute.get("key") for attribute in child}
            found += _attributes(child, prefixes)
        elif kind == "classifier":
            missing = {*child.get("keys", "").split()} - declared.get("event", set())
            if not re.fullmatch(NCNAME, child.get("name", "")) or missing:
                found.append(f"classifier {child.get('name')!r} with undeclared {missing}")
        elif kind == "attribute":
            found += _attribute(child, prefixes)
        else:
            events = [event for event in child if _kind(event) == "event"]
            found += _attributes(child, prefixes, declared.get("trace", set()))
            for event in events:
                found += _attributes(event, prefixes, declared.get("event", set()))
    return found


def _kind(element: Any) -> str:
    name = str(element.tag).removeprefix(NS)
    return "attribute" if name in VALUES else name


def _attributes(element: Any, prefixes: set[str], declared: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    own = [child for child in element if _kind(child) == "attribute"]
    keys = Counter(child.get("key") for child in own)
    found = [f"{key} stands {n} times" for key, n in keys.items() if n > 1]
    found += [f"{key} is missing, though it is global" for key in declared - keys.keys()]
    return found + [problem for child in own for problem in _attribute(child, prefixes)]


def _attribute(element: Any, prefixes: set[str]) -> list[str]:
    key, name = element.get("key", ""), _kind_name(element)
    found = [] if re.fullmatch(NAME, key) else [f"{key!r} is no name"]
    if not re.fullmatch(VALUES[name], element.get("value", "\0"), re.DOTALL):
        found.append(f"{element.get('value')!r} is no {name}")
    if (
        ":" in key
        and key.partition(":")[0] in ("concept", "time", "org", "lifecycle")
        and key.partition(":")[0] not in prefixes
    ):
        found.append(f"{key} without its extension")
    return found


def _kind_name(element: Any) -> str:
    return str(element.tag).removeprefix(NS)


def test_our_xes_keeps_the_rules_of_its_schema(tmp_path: Path, helpdesk_log: EventLog) -> None:
    export(helpdesk_log, "xes", tmp_path / "out.xes")

    assert problems((tmp_path / "out.xes").read_bytes()) == []


def test_typed_attributes_and_attributes_of_a_case_keep_the_rules_too(tmp_path: Path) -> None:
    export(small(), "xes", tmp_path / "out.xes.gz")

    document = gzip.decompress((tmp_path / "out.xes.gz").read_bytes())
    first = etree.fromstring(document).find(f"{NS}trace")
    assert first is not None
    assert {(_kind_name(a), a.get("key")) for a in first if _kind(a) == "attribute"} == {
        ("string", "concept:name"), ("string", "origin"),
    }  # fmt: skip
    # A key with a space is kept as its source has it; a strict schema takes names only.
    assert [p for p in problems(document) if "is no name" not in p] == []
    assert b'<boolean key="vip" value="true"/>' in document
    assert b'<date key="due" value="2026-03-30T00:30:00.000000Z"/>' in document


def test_the_check_of_the_schema_can_fail() -> None:
    wrong = b'<log xes.version="new" xmlns="http://www.xes-standard.org/"><trace><event><date key="a b" value="now"/>'
    wrong += b'<string key="org:group" value="x"/><string key="org:group" value="x"/></event></trace>'
    wrong += b'<extension name="1"/></log>'

    assert len(problems(wrong)) >= 7


def test_a_log_as_read_by_mapping_xes_needs_no_mapping_of_its_own(tmp_path: Path) -> None:
    export(small(), "csv", tmp_path / "out.csv")
    library = Library(tmp_path / "datasets")

    library.import_(tmp_path / "out.csv", "again", XES, now=datetime.now(UTC))

    assert values(library.open("again"), ["case_id", "seq", "activity", "at", "team", "person"]) == values(
        small(), ["case_id", "seq", "activity", "at", "team", "person"]
    )
