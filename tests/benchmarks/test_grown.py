"""A grown log has the shape of the one it was grown from."""

import gzip
from pathlib import Path

import duckdb
import pytest

from benchmarks.grown import grow
from tests.measurement.oracles import data


def test_a_grown_log_has_the_size_and_shape_of_the_original_and_is_the_same_each_time(tmp_path: Path) -> None:
    source = data("uci_incident_event_log.csv.gz")

    made = grow(source, 20_000, tmp_path / "one.csv")
    grow(source, 20_000, tmp_path / "two.csv")

    text = (tmp_path / "one.csv").read_text()
    assert text == (tmp_path / "two.csv").read_text()
    assert text.splitlines()[0] == gzip.decompress(source.read_bytes()).splitlines()[0].decode()
    assert 20_000 <= made == len(text.splitlines()) - 1 < 20_100
    original, grown = (shape(path) for path in (source, tmp_path / "one.csv"))
    assert grown == pytest.approx(original, abs=0.03)


def shape(path: Path) -> tuple[float, ...]:
    """Cases by event; shares of rows that are active, whose opener is unknown, that were opened at a weekend."""
    query = """
        SELECT count(DISTINCT number) / count(*), avg(CAST(incident_state = 'Active' AS INT)),
          avg(CAST(sys_created_at = '?' AS INT)),
          avg(CAST(dayofweek(strptime(opened_at, '%d/%m/%Y %H:%M')) IN (0, 6) AS INT))
        FROM read_csv(?, all_varchar = true)
    """
    [row] = duckdb.connect().execute(query, [str(path)]).fetchall()
    return tuple(row)
