import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from measurement.log.xes import XesReader, flattened
from measurement.values import BadData

TWO = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<global scope="event"><string key="org:group" value="nobody"/><date key="time:timestamp" value="1970-01-01"/></global>
<classifier name="Activity classifier" keys="concept:name 'sub status'"/>
<string key="concept:name" value="the log"><string key="nested" value="no row"/></string>
<trace><string key="concept:name" value="c1"/><int key="weight" value="3"/>
<event><string key="concept:name" value="open"/><date key="time:timestamp" value="2026-01-01T10:00:00Z"/></event>
<event>
  <string key="concept:name" value="close"/><string key="org:group" value="desk"/>
  <string key="who" value="kim"><string key="mood" value="good"/></string>
  <list key="tags"><values><string key="t" value="a"/><string key="t" value="b"/></values></list>
</event>
</trace>
<trace><string key="concept:name" value="c2"/>
<event><string value="later" key="concept:name"/></event>
</trace>
</log>
"""


def read(tmp_path: Path, text: str | bytes, batch: int = 50_000) -> tuple[list[dict[str, object]], XesReader]:
    path = tmp_path / "some.xes"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reader = XesReader(path, batch)
    tables = list(reader.tables())
    rows = pa.concat_tables(tables, promote_options="default").to_pylist() if tables else []
    return [{name: value for name, value in row.items() if value is not None} for row in rows], reader


def test_an_event_is_a_row_with_the_attributes_of_its_trace_and_its_line(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO)

    assert [(row["case:concept:name"], row["concept:name"], row["@line"]) for row in rows] == [
        *(("c1", "open", 7), ("c1", "close", 8), ("c2", "later", 15)),
    ]
    assert rows[0]["case:weight"] == "3"
    assert rows[0]["time:timestamp"] == "2026-01-01T10:00:00Z"
    assert (reader.unread, reader.cut) == ([], None)


def test_nested_attributes_and_lists_are_kept_under_their_path(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, TWO)

    assert rows[1]["who"] == "kim"
    assert rows[1]["who/mood"] == "good"
    assert rows[1]["tags/t"] == "a; b"


def test_defaults_of_globals_fill_what_is_missing_but_invent_no_time(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO)

    assert [row["org:group"] for row in rows] == ["nobody", "desk", "nobody"]
    assert "time:timestamp" not in rows[1]
    assert reader.head.activity == ("concept:name", "sub status")


def test_a_default_that_says_nothing_is_no_value(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, TWO.replace('value="nobody"', 'value="UNKNOWN"'))

    assert [row.get("org:group") for row in rows] == [None, "desk", None]


def test_small_batches_give_the_same_rows(tmp_path: Path) -> None:
    one, _ = read(tmp_path, TWO)
    many, _ = read(tmp_path, TWO, batch=1)

    assert one == many


def test_a_gzip_and_another_encoding_are_read_alike(tmp_path: Path) -> None:
    plain, _ = read(tmp_path, TWO.replace("desk", "Büro"))
    latin, _ = read(tmp_path, TWO.replace("desk", "Büro").replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    zipped, _ = read(tmp_path, gzip.compress(TWO.replace("desk", "Büro").encode()))

    assert plain == latin == zipped


@pytest.mark.parametrize("last", ["c1", "close", "</trace>\n<trace>", "c2", "later", "</log"])
def test_a_file_that_breaks_off_keeps_the_whole_traces_and_says_so(tmp_path: Path, last: str) -> None:
    whole = TWO.index(last) + len(last)
    events = TWO[:whole].count("</trace>") * 2 - (last == "</log")

    rows, reader = read(tmp_path, TWO[:whole])

    assert len(rows) == events
    assert "the XML is broken" in str(reader.cut)
    assert "what follows is left out" in reader.unread[-1].reason


def test_events_of_a_case_that_breaks_off_are_counted_as_left_out(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO[: TWO.index("</event>\n</trace>\n<trace>") + 8])

    assert rows == []
    assert "the 2 events of the trace begun there with it" in reader.unread[-1].reason


def test_a_truncated_gzip_keeps_the_whole_traces(tmp_path: Path) -> None:
    many = TWO.replace(
        "</log>", "".join(f'<trace><string key="n" value="{n}"/></trace>' for n in range(9999)) + "</log>"
    )
    zipped = gzip.compress(many.encode())

    rows, reader = read(tmp_path, zipped[: len(zipped) // 2])

    assert len(rows) == 3
    assert "compressed data ends too early" in str(reader.cut)


def test_broken_xml_in_the_middle_names_the_line_and_what_is_lost(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO.replace('value="later" key', "value=<later key"))

    assert [row["case:concept:name"] for row in rows] == ["c1", "c1"]
    assert reader.unread[-1].line == 15
    assert "line 15" in str(reader.cut)


BOMB = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB + ']><log><string key="x" value="&m;"/></log>',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><string key="x" value="&x;"/></log>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1/log.dtd"><log></log>',
    ],
)
def test_a_file_with_entities_is_refused_before_any_is_read(tmp_path: Path, head: str) -> None:
    with pytest.raises(BadData, match="DOCTYPE"):
        read(tmp_path, head)


def test_an_event_with_a_huge_attribute_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO.replace('value="close"', f'value="{"x" * 10_000_000}"'))

    assert [row["concept:name"] for row in rows] == ["open", "later"]
    assert reader.unread[0].line == 8
    assert "10,000,000 characters" in reader.unread[0].reason


def test_a_tag_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO.replace('value="later"', f'value="{"x" * 40_000_000}"'))

    assert [row["concept:name"] for row in rows] == ["open", "close"]
    assert "longer than 16 MB" in str(reader.cut)


def test_too_deep_nesting_ends_the_reading_there(tmp_path: Path) -> None:
    deep = '<string key="d" value="1">' * 100 + "</string>" * 100

    rows, reader = read(tmp_path, TWO.replace('<event><string value="later"', f'<event>{deep}<string value="later"'))

    assert len(rows) == 2
    assert reader.cut == "tags are nested more than 32 deep"


def test_a_file_with_endless_different_attributes_is_refused(tmp_path: Path) -> None:
    many = "".join(f'<string key="k{n}" value="1"/>' for n in range(2_001))

    with pytest.raises(BadData, match="2,000 different attributes"):
        read(tmp_path, TWO.replace("<event><string value", f"<event>{many}<string value"))


def test_an_event_outside_of_every_trace_is_told(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, TWO.replace("</log>", '<event><string key="concept:name" value="x"/></event></log>'))

    assert len(rows) == 3
    assert "outside of every trace" in reader.unread[0].reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no element found"),
        (b"a,b\n1,2\n", "syntax error"),
        (b"<html></html>", "the root is <html>"),
        (b"\x1f\x8bno", "is damaged"),
        (b'<?xml version="1.0" encoding="foo-8"?><log/>', "unknown encoding: foo-8"),
        (b'<?xml version="1.0" encoding="utf-7"?><log/>', "multi-byte encodings"),
    ],
)
def test_what_is_no_xes_is_refused_with_the_reason(tmp_path: Path, text: bytes, why: str) -> None:
    with pytest.raises(BadData, match=why):
        read(tmp_path, text)


def test_an_attribute_without_a_key_is_kept_under_a_name_a_column_can_have(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, '<log><trace><event><string key="" value="x"/></event></trace></log>')

    assert rows == [{"(no key)": "x", "@line": 1}]


def test_a_log_without_traces_has_no_rows(tmp_path: Path) -> None:
    rows, reader = read(tmp_path, "<log/>")

    assert (rows, reader.unread, reader.cut) == ([], [], None)


def test_a_file_is_laid_flat_with_a_line_for_each_row(tmp_path: Path) -> None:
    (tmp_path / "some.xes").write_text(TWO)

    flat = flattened(tmp_path / "some.xes", tmp_path)

    rows = (
        duckdb.connect().execute(f'SELECT "case:concept:name", "concept:name", "org:group" FROM {flat.sql}').fetchall()
    )
    assert rows == [("c1", "open", "nobody"), ("c1", "close", "desk"), ("c2", "later", "nobody")]
    assert list(flat.lines) == [7, 8, 15]
    assert set(flat.columns) >= {"who/mood", "tags/t", "case:weight", "time:timestamp"}


def test_keys_that_differ_only_in_case_stay_apart(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path, TWO.replace('key="weight"', 'key="CONCEPT:NAME"').replace('key="who"', 'key="Concept:Name"')
    )

    assert (rows[1]["concept:name"], rows[1]["Concept:Name 2"]) == ("close", "kim")
    assert {rows[0]["case:CONCEPT:NAME 2"], rows[0]["case:concept:name"]} == {"3", "c1"}


@pytest.mark.parametrize("text", ["<log/>", "<log><trace/></log>", "<log><trace><event>"])
def test_a_file_without_one_whole_case_cannot_be_laid_flat(tmp_path: Path, text: str) -> None:
    (tmp_path / "some.xes").write_text(text)

    with pytest.raises(BadData, match="has no events"):
        flattened(tmp_path / "some.xes", tmp_path)
