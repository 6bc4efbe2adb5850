"""Parquet files keep their own times; what is broken inside is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from measurement.log.library import Library
from measurement.values import BadData
from tests.measurement.log.imports import NOW, PLAIN, Import, rejected


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


def test_a_parquet_file_that_is_broken_inside_is_refused(bring: Import, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    column = [f"{n * 7919 % 10007}" for n in range(50_000)]
    pq.write_table(pa.table({"case": column, "what": column, "when": column}), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[20_000:60_000] = bytes(40_000)

    with pytest.raises(BadData, match="could not be read"):
        bring(bytes(content), name="broken.parquet")
    assert library.names == []
