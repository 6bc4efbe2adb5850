"""Broken, packed, oddly written files: what can be read is kept, the rest is set aside with its line and reason."""

import gzip
from pathlib import Path

import pytest

from measurement.log.library import Library
from measurement.log.rules import CaseRules
from measurement.values import BadData
from tests.measurement.log.imports import GOOD, NOW, PLAIN, Import, rejected, told


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
