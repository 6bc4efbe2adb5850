"""A file is imported whole or not at all, once, and its broken lines are kept aside with their number and reason."""

import csv
import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from measurement.log import storage
from measurement.log.dataset import Imported
from measurement.log.files import File
from measurement.log.library import Library
from measurement.log.mapping import Mapping, checked
from measurement.log.rules import CaseRules
from measurement.values import BadData

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAIN = Mapping(case="case", activity=("what",), time="when")

Import = Callable[..., Imported]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "datasets")


@pytest.fixture
def bring(library: Library, tmp_path: Path) -> Import:
    """Imports bytes or text as a file into `d`."""

    def run(content: str | bytes, mapping: Mapping = PLAIN, name: str = "file.csv", **more: Any) -> Imported:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return library.import_(path, more.pop("dataset", "d"), mapping, now=NOW, **more)

    return run


def rejected(done: Imported) -> list[tuple[int, str, str]]:
    """Line, reason and raw text of what was kept aside."""
    assert done.rejects is not None
    with done.rejects.open(newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["line", "reason", "raw"]
    return [(int(line), reason, raw) for line, reason, raw in rows[1:]]


def told(library: Library) -> list[tuple[str, int, str]]:
    """Case, seq and activity of what stands in `d`."""
    rows = library.open("d").rows("SELECT case_id, seq, activity FROM events ORDER BY case_id, seq")
    return [(row["case_id"], row["seq"], row["activity"]) for row in rows]


GOOD = "case,what,when,room\na,open,2026-01-01T09:00,1\nb,open,2026-01-01T08:00,2\na,solve,2026-01-01T10:00,1\n"


def test_a_file_becomes_events_in_the_order_of_their_time_with_their_lines(bring: Import, library: Library) -> None:
    done = bring(GOOD)

    assert (done.events, done.cases, done.rejected, done.duplicates, done.rejects) == (3, 2, 0, 0, None)
    log = library.open("d")
    rows = log.rows("SELECT case_id, seq, line, file, room FROM events ORDER BY case_id, seq")
    assert [tuple(row.values()) for row in rows] == [("a", 1, 2, 1, "1"), ("a", 2, 4, 1, "1"), ("b", 1, 3, 1, "2")]
    assert log.as_of == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert log.source == "file.csv"


def test_only_times_of_rows_that_are_kept_are_said_to_lack_a_zone(bring: Import) -> None:
    done = bring("case,what,when\na,open,2026-01-01T09:00Z\nb,open,05/01/2026 10:00\n")
    other = bring("case,what,when\na,open,2026-01-01T09:00\nb,open,05/01/2026 10:00\n", dataset="other")

    assert (done.rejected, done.notes) == (1, ())
    assert (other.rejected, other.notes) == (1, ("1 times carry no zone; they were taken as UTC.",))


def test_the_same_file_again_adds_nothing_even_under_another_name(bring: Import, library: Library) -> None:
    bring(GOOD)

    again = bring(GOOD, name="copy.csv")

    assert (again.events, again.cases, again.duplicates, again.total_events) == (0, 0, 3, 3)
    assert len(told(library)) == 3


def test_identical_rows_of_one_file_are_real_events(bring: Import) -> None:
    done = bring("case,what,when\na,open,2026-01-01\na,open,2026-01-01\n")

    assert (done.events, done.duplicates) == (2, 0)


def test_a_longer_export_adds_only_what_is_new(bring: Import, library: Library) -> None:
    bring("case,what,when\na,open,2026-01-01\na,open,2026-01-01\n")

    more = bring("case,what,when\na,open,2026-01-01\na,open,2026-01-01\na,open,2026-01-01\na,early,2025-12-31\n")

    assert (more.events, more.duplicates, more.cases, more.total_events) == (2, 2, 1, 4)
    assert told(library) == [("a", 1, "early"), ("a", 2, "open"), ("a", 3, "open"), ("a", 4, "open")]
    rows = library.open("d").rows("SELECT seq, file, line FROM events ORDER BY seq")
    assert [tuple(row.values()) for row in rows] == [(1, 2, 5), (2, 1, 2), (3, 1, 3), (4, 2, 4)]


def test_a_file_with_nothing_new_is_remembered_and_changes_nothing(bring: Import, library: Library) -> None:
    bring(GOOD)

    done = bring(GOOD + "\n", name="blank line.csv")

    assert (done.events, done.duplicates) == (0, 3)
    assert [source.events for source in library.get("d").sources] == [3, 0]
    assert len(told(library)) == 3


def test_further_columns_of_a_later_file_are_kept(bring: Import, library: Library) -> None:
    bring(GOOD)

    bring("when,what,case,colour\n2026-01-02,open,c,red\n")

    rows = library.open("d").rows("SELECT DISTINCT room, colour FROM events ORDER BY ALL")
    assert [tuple(row.values()) for row in rows] == [("1", None), ("2", None), (None, "red")]


def test_another_mapping_for_a_dataset_is_refused(bring: Import, library: Library) -> None:
    bring(GOOD)

    with pytest.raises(BadData, match="another mapping") as refused:
        bring(GOOD, PLAIN.model_copy(update={"zone": "Europe/Rome"}))
    assert "rm" in refused.value.hint


def test_a_crash_leaves_the_old_dataset(
    bring: Import, library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bring(GOOD)
    before = told(library)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(storage, "write_cases", broken)
    for dataset in ("d", "new"):
        with pytest.raises(OSError, match="disk full"):
            bring("case,what,when\nz,open,2026-01-01\n", dataset=dataset)

    assert told(library) == before
    assert [one.name for one in library.ls()] == ["d"]
    assert not (tmp_path / "datasets" / "new").exists()
    monkeypatch.undo()
    assert bring("case,what,when\nz,open,2026-01-01\n").events == 1


def test_a_dataset_is_taken_away_whole(bring: Import, library: Library, tmp_path: Path) -> None:
    bring(GOOD)

    library.rm("d")

    assert library.ls() == []
    assert list((tmp_path / "datasets").iterdir()) == []
    with pytest.raises(BadData, match="no dataset 'd'") as missing:
        library.open("d")
    assert missing.value.code == "not_found"


def test_a_log_that_is_open_can_be_read_while_a_further_file_comes_in(bring: Import, library: Library) -> None:
    bring(GOOD)
    log = library.open("d")

    bring("case,what,when\nz,open,2026-01-01\n")

    assert log.rows("SELECT count(*) AS n, max(seq) AS seq FROM events") == [{"n": 3, "seq": 2}]
    assert library.open("d").rows("SELECT count(*) AS n FROM events") == [{"n": 4}]


def test_a_description_nobody_can_read_is_named(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "datasets" / "d" / "dataset.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")

    with pytest.raises(BadData, match=r"d/dataset\.json does not describe a dataset"):
        library.ls()


@pytest.mark.parametrize("name", ["", "../d", "/tmp/d", "a/b", ".d", "-d", "D", "d" * 41, "a b", "a\x00"])
def test_a_name_that_could_lead_elsewhere_is_no_name(bring: Import, name: str) -> None:
    with pytest.raises(BadData, match="cannot be the name"):
        bring(GOOD, dataset=name)


def test_the_name_of_our_own_runs_is_taken(bring: Import) -> None:
    with pytest.raises(BadData, match="own runs"):
        bring(GOOD, dataset="live")


# What is broken.


def test_a_missing_column_is_named_with_those_that_are_there(bring: Import, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no column 'when' for the time") as missing:
        bring("case,what,date\na,open,2026-01-01\n")

    assert missing.value.hint == "It has: case, what, date."
    assert not (tmp_path / "datasets" / "d").exists()


def test_a_wrong_delimiter_is_suspected(bring: Import) -> None:
    with pytest.raises(BadData, match="no column 'case'") as missing:
        bring(GOOD, delimiter=";")

    assert "--delimiter" in missing.value.hint


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_out(bring: Import, delimiter: str) -> None:
    assert bring(GOOD.replace(",", delimiter)).events == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"case,what,when\n", "has a header and no rows"),
        (b"case,what,when", "has a header and no rows"),
        (b"PK\x03\x04zip", "zip archive or an Excel"),
        (b"PAR1 and no more", "not readable as Parquet"),
    ],
)
def test_a_file_without_events_is_refused_and_leaves_nothing(
    bring: Import, content: bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(BadData, match=message):
        bring(content)

    assert not (tmp_path / "datasets" / "d").exists()


def test_a_file_that_is_not_there_is_said(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no file"):
        library.import_(tmp_path / "nowhere.csv", "d", PLAIN, now=NOW)


def test_rows_without_case_activity_or_time_are_kept_aside(bring: Import, library: Library) -> None:
    done = bring(
        "case,what,when\na,open,2026-01-01\n,open,2026-01-01\nb,,2026-01-01\nc,open,\nd,open,soon\na,solve,2026-01-02\n"
    )

    assert (done.events, done.rejected) == (2, 4)
    assert rejected(done) == [
        (3, "no case in case", ",open,2026-01-01"),
        (4, "no activity in what", "b,,2026-01-01"),
        (5, "no time in when", "c,open,"),
        (6, "when is no time as iso", "d,open,soon"),
    ]
    assert done.reasons == {
        "no case in case": 1,
        "no activity in what": 1,
        "no time in when": 1,
        "when is no time as iso": 1,
    }
    rows = library.open("d").rows("SELECT line FROM events ORDER BY seq")
    assert [row["line"] for row in rows] == [2, 7]


def test_lines_with_too_few_or_too_many_columns_are_kept_aside(bring: Import) -> None:
    done = bring("case,what,when\na,open,2026-01-01\na,open\na,solve,2026-01-02,and more\nb,open,2026-01-03\n")

    assert done.events == 2
    assert rejected(done) == [
        (3, "2 columns instead of 3", "a,open"),
        (4, "4 columns instead of 3", "a,solve,2026-01-02,and more"),
    ]


def test_line_numbers_are_true_behind_line_breaks_in_quotes(bring: Import, library: Library) -> None:
    done = bring('case,what,when,note\na,open,2026-01-01,"one\ntwo\n\nfour"\n\nb,open,never,x\nc,open,2026-01-02,"y"\n')

    assert rejected(done) == [(7, "when is no time as iso", "b,open,never,x")]
    rows = library.open("d").rows("SELECT line, note FROM events ORDER BY line")
    assert [tuple(row.values()) for row in rows] == [(2, "one\ntwo\n\nfour"), (8, "y")]


def test_a_stray_quote_costs_its_own_line_only(bring: Import) -> None:
    done = bring('case,what,when\na,"open,2026-01-01\nb,open,2026-01-02\nc,"op"en,2026-01-03\nd,open,2026-01-04\n')

    assert done.events == 2
    assert [(line, raw) for line, _, raw in rejected(done)] == [(2, 'a,"open,2026-01-01'), (4, 'c,"op"en,2026-01-03')]


def test_a_line_of_ten_megabytes_is_kept_aside(bring: Import) -> None:
    done = bring("case,what,when\na,open,2026-01-01\nb," + "x" * 10_000_000 + ",2026-01-02\nc,open,2026-01-03\n")

    assert done.events == 2
    [(line, reason, raw)] = rejected(done)
    assert (line, reason) == (3, "a line of 10,000,014 bytes, more than 2,000,000")
    assert raw.startswith("b,xxx")
    assert len(raw) == 2_000


def many(n: int) -> str:
    # Digits that do not repeat, so that the compressed file is long enough to be cut inside.
    rows = (f"{i * 7919 % 10007},step {i * i % 97},2026-01-01T00:00:{i % 60:02}" for i in range(n))
    return "case,what,when\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("cut", [0.5, 0.999])
def test_of_a_truncated_gzip_the_good_rows_are_kept_and_it_is_said(bring: Import, cut: float, library: Library) -> None:
    whole = gzip.compress(many(20_000).encode())

    done = bring(whole[: int(len(whole) * cut)], name="file.csv.gz")

    assert 1_000 < done.events < 20_001
    assert any("ends too early" in note for note in done.notes)
    expected = many(20_000).splitlines()[1 : done.events + 1]
    rows = library.open("d").rows("SELECT case_id, activity FROM events ORDER BY line")
    assert [f"{r['case_id']},{r['activity']}" for r in rows] == [line.rpartition(",")[0] for line in expected]
    for line, reason, raw in rejected(done) if done.rejects else []:
        assert line == done.events + 2
        assert "cut off" in reason
        assert many(20_000).splitlines()[line - 1].startswith(raw)


def test_a_gzip_that_is_damaged_inside_is_refused_because_nobody_knows_where(bring: Import, tmp_path: Path) -> None:
    whole = gzip.compress(many(50_000).encode())
    half = len(whole) // 2

    for damaged in (whole[:half] + b"\xff" * 50 + whole[half + 50 :], whole[:-8] + b"\x00" * 4 + whole[-4:]):
        with pytest.raises(BadData, match=r"file\.csv\.gz is damaged: incorrect data check"):
            bring(damaged, name="file.csv.gz")
    assert not (tmp_path / "datasets" / "d").exists()


def test_a_gzip_of_several_members_and_one_with_junk_behind_it_are_read(bring: Import, library: Library) -> None:
    one, two = gzip.compress(b"case,what,when\na,open,2026-01-01\n"), gzip.compress(b"b,open,2026-01-02\n")

    assert bring(one + two, name="two.csv.gz").events == 2
    library.rm("d")
    assert bring(one + b"junk", name="junk.csv.gz").events == 1


def test_latin_1_is_found_out_and_said(bring: Import, library: Library) -> None:
    done = bring("case,what,when\na,geöffnet – neu,2026-01-01\n".encode("cp1252"))

    assert told(library) == [("a", 1, "geöffnet – neu")]
    assert any("Windows-1252" in note for note in done.notes)


def test_one_broken_byte_in_a_file_of_utf_8_costs_one_line(bring: Import) -> None:
    done = bring("case,what,when\na,geöffnet,2026-01-01\n".encode() + b"b,\xff,2026-01-01\n")

    assert done.events == 1
    assert [(line, reason) for line, reason, _ in rejected(done)] == [(3, "byte 3 is not UTF-8")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(bring: Import, encoding: str, library: Library) -> None:
    done = bring("case,what,when\r\nä,open,2026-01-01\r\n".encode(encoding))

    assert done.events == 1
    assert told(library) == [("ä", 1, "open")]


def test_line_ends_may_be_mixed(bring: Import) -> None:
    assert bring("case,what,when\r\na,open,2026-01-01\nb,open,2026-01-01\r\nc,open,2026-01-02").events == 3


def test_columns_of_one_name_stay_apart_and_ours_are_not_overwritten(bring: Import, library: Library) -> None:
    bring("case,what,when,Team,x,X,\na,open,2026-01-01,blue,1,2,3\n")

    log = library.open("d")
    assert log.columns[-4:] == ("Team (source)", "x", "X 2", "column 7")
    assert log.rows('SELECT team, "Team (source)", x, "X 2" FROM events')[0] == {
        "team": None,
        "Team (source)": "blue",
        "x": "1",
        "X 2": "2",
    }


def test_no_header_takes_the_place_of_another_whatever_it_is_called(bring: Import, library: Library) -> None:
    working = ["file_row_number", "flags", "row", "wanted", "dropped", "place"]
    names = [*working, "seq", "seq (source)", "SEQ (Source)", '"at"', "at"]
    header = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)
    row = ",".join(f"v{number}" for number in range(len(names)))

    done = bring(f"case,what,when,{header}\na,open,2026-01-01,{row}\na,done,nonsense,{row}\n")

    assert [line for line, _, _ in rejected(done)] == [3]
    [event] = library.open("d").rows("SELECT * FROM events")
    assert {event[name] for name in library.get("d").attributes} == {f"v{number}" for number in range(len(names))}
    assert (event["seq"], event["at"].isoformat()) == (1, "2026-01-01T00:00:00")


def test_an_instant_of_the_source_that_is_called_as_one_of_ours_is_refused(bring: Import) -> None:
    mapping = PLAIN.model_copy(update={"rules": CaseRules(closed="ended_at")})

    with pytest.raises(BadData, match="'ended_at' cannot say when cases were opened, resolved or closed"):
        bring("case,what,when,ended_at\na,open,2026-01-01,2026-01-02\n", mapping)


@pytest.mark.parametrize("word", ['"', "n,a", '"n/a"', ","])
def test_any_word_may_stand_where_nothing_is_known(bring: Import, library: Library, word: str) -> None:
    mapping = PLAIN.model_copy(update={"team": "team", "missing": (word, "")})
    written = '"' + word.replace('"', '""') + '"'

    bring(f"case,what,when,team\na,open,2026-01-01,{written}\na,done,2026-01-02,net\na,end,2026-01-03,\n", mapping)

    assert [row["team"] for row in library.open("d").rows("SELECT team FROM events ORDER BY seq")] == [
        None,
        "net",
        None,
    ]


@pytest.mark.parametrize("format", ["%Q", "%"])
def test_a_format_of_times_that_is_none_is_named(bring: Import, format: str) -> None:
    with pytest.raises(BadData, match=f"'{format}' is no format of times"):
        bring(GOOD, PLAIN.model_copy(update={"time_formats": (format,)}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.encode("utf-16-le"), "is no text"),
        (GOOD.encode("utf-32"), "is no text"),
        (b"SQLite format 3\x00", "is no text"),
        (gzip.compress(gzip.compress(GOOD.encode())), "gzip twice"),
        (b"\xfd7zXZ\x00\x00", "packed with xz"),
    ],
)
def test_what_holds_a_log_only_one_step_further_in_is_named(bring: Import, content: bytes, said: str) -> None:
    with pytest.raises(BadData, match=said):
        bring(content)


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_last_line_without_end_is_kept_aside(bring: Import, end: str, packed: bool) -> None:
    """Beyond 32 MB the fast reader passes over it."""
    text = f"{GOOD}{'x' * 40_000_000}{end}".encode()

    done = bring(gzip.compress(text, 1) if packed else text)

    assert (done.events, done.rejected) == (3, 1)
    assert "more than 2,000,000" in next(iter(done.reasons))


def test_of_a_long_header_only_the_beginning_is_quoted(bring: Import) -> None:
    with pytest.raises(BadData, match="no column 'case'") as refused:
        bring(",".join(["x" * 5_000, *(f"c{number}" for number in range(3_000))]) + "\n")

    assert len(refused.value.hint) < 500
    assert "and 2,961 more" in refused.value.hint


def test_a_case_of_a_hundred_thousand_events_is_a_case(bring: Import, library: Library) -> None:
    rows = "".join(f"big,step {i % 7},2026-01-01T00:00:00\n" for i in range(100_000))

    done = bring("case,what,when\n" + rows + "small,open,2026-01-01\n")

    assert (done.cases, done.events) == (2, 100_001)
    [last] = library.open("d").rows("SELECT max(seq) AS seq, max(line) AS line FROM events WHERE case_id = 'big'")
    assert last == {"seq": 100_000, "line": 100_001}


def test_when_no_row_is_an_event_the_first_one_is_shown_with_the_next_step(bring: Import, tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"None of its 2 rows.*Line 2 is: a,open,29/2/2016 01:23") as refused:
        bring("case,what,when\na,open,29/2/2016 01:23\nb,open,1/3/2016 01:23\n")

    assert "--time-format" in refused.value.hint
    assert not (tmp_path / "datasets" / "d").exists()


def test_an_event_that_ends_before_it_starts_is_kept_aside(bring: Import, library: Library) -> None:
    mapping = PLAIN.model_copy(update={"ended": "until"})

    done = bring(
        "case,what,when,until\na,talk,2026-01-02,2026-01-01\na,work,2026-01-02,2026-01-03\na,wait,2026-01-03,\n"
        "a,look,2026-01-04,later\n",
        mapping,
    )

    assert [(line, reason) for line, reason, _ in rejected(done)] == [
        (2, "it ends before it starts"),
        (5, "until is no time as iso"),
    ]
    assert told(library) == [("a", 1, "work"), ("a", 2, "wait")]


def test_two_imports_into_one_dataset_do_not_run_at_once(bring: Import, library: Library, tmp_path: Path) -> None:
    import fcntl

    bring(GOOD)
    with (tmp_path / "datasets" / "d" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BadData, match="Another import"):
            bring("case,what,when\nz,open,2026-01-01\n")


def test_whoever_comes_second_builds_on_what_the_first_one_wrote(
    bring: Import, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = File.of

    def slow(path: Path) -> File:
        """Between looking at its file and writing, the other import begins and ends."""
        monkeypatch.setattr(File, "of", first)
        (tmp_path / "other.csv").write_text("case,what,when\nz,open,2026-01-01\n")
        library.import_(tmp_path / "other.csv", "d", PLAIN, now=NOW)
        return first(path)

    monkeypatch.setattr(File, "of", slow)
    bring(GOOD)

    assert [source.name for source in library.get("d").sources] == ["other.csv", "file.csv"]
    assert library.get("d").events == 4


def test_whoever_is_turned_away_takes_nothing_of_the_other_away(
    bring: Import, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the dataset is new and nothing describes it yet."""
    write = storage.write_cases

    def meanwhile(*given: Any) -> None:
        with pytest.raises(BadData, match="Another import"):
            bring("case,what,when\nz,open,2026-01-01\n", name="other.csv")
        write(*given)

    monkeypatch.setattr(storage, "write_cases", meanwhile)

    assert bring(GOOD).total_events == 3
    assert len(told(library)) == 3


def test_what_a_killed_import_left_is_taken_away_by_the_next_one(bring: Import, tmp_path: Path) -> None:
    bring(GOOD)
    place = tmp_path / "datasets" / "d"
    (place / "reading-x").mkdir()
    (place / "reading-x" / "flat-000000.parquet").write_bytes(b"PAR1")
    for name in ("reading.parquet", "reading.csv", "events-2.parquet", "order-2.parquet", "rejects-2.csv"):
        (place / name).write_bytes(b"half")
    before = {path.name for path in place.iterdir()} - {"rejects-2.csv"}

    assert bring("case,what,when\nz,open,2026-01-01\n").total_events == 4
    assert {path.name for path in place.iterdir()} == (before - {"reading-x", "reading.parquet", "reading.csv"}) | {
        "cases-2.parquet"
    }


def test_a_file_that_changes_while_it_is_read_is_refused(
    bring: Import, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grown(done: str, _: object) -> None:
        if done == "reading":
            with (tmp_path / "file.csv").open("a") as file:
                file.write("9,late,2026-01-01\n")

    with pytest.raises(BadData, match="changed while it was read"):
        bring(GOOD, progress=grown)

    assert library.ls() == []


# Parquet.


def test_parquet_is_read_with_its_own_times(bring: Import, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    whens = [datetime(2026, 1, 1, 9, tzinfo=UTC), None]
    table = {"case": ["a", "b"], "what": ["open", "open"], "when": pa.array(whens, pa.timestamp("ms", "Europe/Rome"))}
    pq.write_table(pa.table({**table, "size": [1, 2], "empty": ["", "x"]}), path)

    done = library.import_(path, "d", PLAIN, now=NOW)

    assert (done.events, done.rejected, done.notes) == (1, 1, ())
    assert [(line, reason) for line, reason, _ in rejected(done)] == [(2, "no time in when")]
    [event] = library.open("d").rows("FROM events")
    assert (event["at"], event["line"], event["size"], event["empty"]) == (datetime(2026, 1, 1, 9), 1, "1", None)  # noqa: DTZ001


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_times_of_any_unit_are_read(library: Library, tmp_path: Path, unit: str, zone: str | None) -> None:
    path = tmp_path / "log.parquet"
    whens = pa.array([datetime(2026, 1, 1, 9, tzinfo=UTC)], pa.timestamp(unit, zone or "UTC"))
    pq.write_table(pa.table({"case": ["a"], "what": ["open"], "when": whens.cast(pa.timestamp(unit, zone))}), path)

    library.import_(path, "d", PLAIN, now=NOW)

    [event] = library.open("d").rows("FROM events")
    assert event["at"].isoformat() == "2026-01-01T09:00:00"


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("far", [2**62, -(2**62)])
def test_a_parquet_time_beyond_the_calendar_is_no_time(
    library: Library, tmp_path: Path, far: int, zone: str | None
) -> None:
    path = tmp_path / "log.parquet"
    whens = pa.array([1, far], pa.timestamp("us", zone))
    pq.write_table(pa.table({"case": ["a", "a"], "what": ["open", "done"], "when": whens}), path)

    done = library.import_(path, "d", PLAIN, now=NOW)

    assert [line for line, _, _ in rejected(done)] == [2]


def test_the_zone_of_the_mapping_counts_for_naive_parquet_times(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    when = pa.array([datetime(2026, 7, 1, 9)], pa.timestamp("us"))  # noqa: DTZ001
    pq.write_table(pa.table({"case": [17], "what": ["open"], "when": when}), path)

    library.import_(path, "d", PLAIN.model_copy(update={"zone": "Europe/Rome"}), now=NOW)

    assert library.open("d").rows('SELECT case_id, hour("at") AS hour FROM events') == [{"case_id": "17", "hour": 7}]


# Mapping.


def test_a_real_servicenow_export_is_read_by_its_labels(bring: Import, library: Library) -> None:
    from measurement.log.mapping import SERVICENOW

    done = bring(
        "Number,State,Updated,Assignment group,Assigned to,Opened,Resolved,Channel\n"
        "INC1,New,2026-01-01 09:00:00,Desk,,2026-01-01 08:59:00,,Phone\n"
        "INC1,Resolved,2026-01-01 11:00:00,Desk,Sam,2026-01-01 08:59:00,2026-01-01 10:58:00,Phone\n"
        "INC2,New,2026-01-02 09:00:00,Desk,,2026-01-02 08:59:00,,Email\n",
        SERVICENOW,
    )

    assert done.columns["case_id"] == "Number"
    assert done.columns["team"] == "Assignment group"
    log = library.open("d")
    rows = log.rows("SELECT case_id, ended_as, hour(resolved_at) AS hour, channel FROM cases ORDER BY case_id")
    assert [tuple(row.values()) for row in rows] == [("INC1", "resolved", 10, "Phone"), ("INC2", None, None, "Email")]
    assert log.rows(log.field_sql("Assignment group"))[0] == {"case_id": "INC1", "value": "Desk"}


def test_a_record_whose_resolution_was_taken_back_is_open(bring: Import, library: Library) -> None:
    rows = (
        "case,what,when,resolved\na,new,2026-01-01,\na,resolved,2026-01-02,2026-01-02\na,new,2026-01-03,\n"
        "b,new,2026-01-01,\nb,resolved,2026-01-02,2026-01-02\n"
    )
    for snapshots, ends in ((True, [None, "resolved"]), (False, ["resolved", "resolved"])):
        rules = CaseRules(resolved=("resolved",), snapshots=snapshots)

        bring(rows, PLAIN.model_copy(update={"rules": rules}), dataset=f"d{snapshots:d}")

        found = library.open(f"d{snapshots:d}").rows("SELECT ended_as FROM cases ORDER BY case_id")
        assert [row["ended_as"] for row in found] == ends


def test_a_parquet_file_that_is_broken_inside_is_refused(bring: Import, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    column = [f"{n * 7919 % 10007}" for n in range(50_000)]
    pq.write_table(pa.table({"case": column, "what": column, "when": column}), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[20_000:60_000] = bytes(40_000)

    with pytest.raises(BadData, match="could not be read"):
        bring(bytes(content), name="broken.parquet")
    assert library.ls() == []


def test_columns_a_strict_mapping_names_must_be_there(bring: Import) -> None:
    with pytest.raises(BadData, match="no column 'group' for the mapping"):
        bring(GOOD, PLAIN.model_copy(update={"team": "group"}))


def test_kinds_and_machines_are_declared_by_value(bring: Import, library: Library) -> None:
    mapping = checked(
        {
            "case": "case",
            "activity": ["what", "state"],
            "time": "when",
            "person": "who",
            "machines": ["robot"],
            "kinds": {"open+new": "waiting"},
        },
        "here",
    )

    bring(
        "case,what,state,when,who\na,open,new,2026-01-01,robot\na,work,on,2026-01-02,sam\na,x,,2026-01-03,\na,,y,2026-01-04,\n",
        mapping,
    )

    rows = library.open("d").rows("SELECT activity, kind, human, state FROM events ORDER BY seq")
    assert [tuple(row.values()) for row in rows] == [
        ("open+new", "waiting", False, "new"),
        ("work+on", None, True, "on"),
        ("x", None, None, None),
    ]


def test_a_column_joins_the_activity_where_it_varies_and_the_first_file_decides(
    bring: Import, library: Library
) -> None:
    mapping = PLAIN.model_copy(update={"activity_varies": ("state",), "optional": True})

    bring("case,what,when,state\na,open,2026-01-01,complete\na,close,2026-01-02,complete\n", mapping)
    bring("case,what,when,state\nb,open,2026-01-01,start\nb,open,2026-01-02,complete\n", mapping)

    assert {row[2] for row in told(library)} == {"open", "close"}


def test_an_import_reads_no_file_it_was_not_given(bring: Import, library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "o'clock *.csv"
    secret.write_text(GOOD)
    (tmp_path / "o'clock 2.csv").write_text("case,what,when,room\nnot,mine,2026-01-01,1\n")

    done = library.import_(secret, "d", PLAIN, now=NOW)

    assert done.events == 3
    assert os.fspath(secret) not in str(library.get("d").model_dump())
