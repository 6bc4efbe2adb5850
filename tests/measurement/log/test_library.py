"""A file is imported whole or not at all, once, and its broken lines are kept aside with their number and reason."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from measurement.log import storage
from measurement.log.files import File
from measurement.log.library import Library
from measurement.values import BadData
from tests.measurement.log.imports import GOOD, NOW, PLAIN, Import, told


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
    assert library.names == ["d"]
    assert not (tmp_path / "datasets" / "new").exists()
    monkeypatch.undo()
    assert bring("case,what,when\nz,open,2026-01-01\n").events == 1


def test_a_dataset_is_taken_away_whole(bring: Import, library: Library, tmp_path: Path) -> None:
    bring(GOOD)

    library.rm("d")

    assert library.names == []
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


def test_a_description_nobody_can_read_is_named_and_hides_no_other(
    bring: Import, library: Library, tmp_path: Path
) -> None:
    bring(GOOD, dataset="good")
    path = tmp_path / "datasets" / "d" / "dataset.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")

    found = library.ls()

    assert [*found] == ["d", "good"]
    assert isinstance(found["d"], BadData)
    assert "d/dataset.json does not describe a dataset" in found["d"].message
    with pytest.raises(BadData, match=r"d/dataset\.json does not describe a dataset"):
        library.open("d")
    with pytest.raises(BadData, match="There is no dataset 'other'") as missing:
        library.open("other")
    assert "d, good" in missing.value.hint


@pytest.mark.parametrize("name", ["", "../d", "/tmp/d", "a/b", ".d", "-d", "D", "d" * 41, "a b", "a\x00"])
def test_a_name_that_could_lead_elsewhere_is_no_name(bring: Import, name: str) -> None:
    with pytest.raises(BadData, match="cannot be the name"):
        bring(GOOD, dataset=name)


def test_the_name_of_our_own_runs_is_taken(bring: Import) -> None:
    with pytest.raises(BadData, match="own runs"):
        bring(GOOD, dataset="live")


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

    assert library.names == []


def test_an_import_reads_no_file_it_was_not_given(bring: Import, library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "o'clock *.csv"
    secret.write_text(GOOD)
    (tmp_path / "o'clock 2.csv").write_text("case,what,when,room\nnot,mine,2026-01-01,1\n")

    done = library.import_(secret, "d", PLAIN, now=NOW)

    assert done.events == 3
    assert os.fspath(secret) not in str(library.get("d").model_dump())
