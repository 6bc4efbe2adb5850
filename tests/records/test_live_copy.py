"""`activities.live` on both databases."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from activities.live import LiveCopy
from records.extract import Extract
from records.store import Store
from tests.records.chains import chain, flush


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> LiveCopy:
    return LiveCopy(Extract(store.db), tmp_path / "live", lambda: ["sam"])


def rows(copy: LiveCopy) -> list[dict[str, Any]]:
    with copy.refreshed() as parts:
        return [row for part in parts for row in pq.read_table(part).to_pylist()]


def facts(copy: LiveCopy) -> list[tuple[str, int, str]]:
    return [(row["case_id"], row["fact"], row["activity"]) for row in rows(copy)]


def test_the_copy_follows_the_records(store: Store, copy: LiveCopy) -> None:
    one = chain("INC-1", 4)
    assert facts(copy) == []
    store.events.flush(flush(one[:2]))
    assert facts(copy) == [("INC-1", 1, "comment"), ("INC-1", 2, "comment")]
    store.events.flush([flush(one[2:]), flush(chain("INC-2", 1))])

    found = facts(copy)

    assert found[2:] == [("INC-1", 3, "comment"), ("INC-1", 4, "comment"), ("INC-2", 1, "comment")]
    assert facts(copy) == found
    assert [row["at"].isoformat() for row in rows(copy)][:1] == ["2026-03-02T08:00:01.000001"]


def test_withdrawn_facts_leave_the_copy(store: Store, copy: LiveCopy) -> None:
    sure = chain("INC-1", 2)
    store.events.flush(flush(sure, settled=0))
    store.events.flush(flush(chain("INC-1", 3, after=sure[-1]), settled=2))
    assert len(facts(copy)) == 5
    store.events.flush(flush(chain("INC-1", 2, after=sure[-1], word="other"), settled=2))

    assert facts(copy) == [
        ("INC-1", 1, "comment"),
        ("INC-1", 2, "comment"),
        ("INC-1", 3, "other"),
        ("INC-1", 4, "other"),
    ]


def test_many_small_refreshes_leave_few_files(store: Store, copy: LiveCopy, tmp_path: Path) -> None:
    for number in range(20):
        store.events.flush(flush(chain(f"INC-{number}", 1)))
        rows(copy)

    found = facts(copy)

    assert [case for case, _, _ in found] == [f"INC-{number}" for number in range(20)]
    assert len(list((tmp_path / "live").glob("*.parquet"))) <= 5


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "copy.json").write_text("{"),
        lambda folder: (folder / "copy.json").write_text((folder / "copy.json").read_text().replace("form", "from")),
        lambda folder: next(folder.glob("*.parquet")).unlink(),
        lambda folder: (folder / "facts-000000000099-left.parquet").write_bytes(b"half"),
    ],
)
def test_a_damaged_copy_is_made_anew(
    store: Store, copy: LiveCopy, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    store.events.flush(flush(chain("INC-1", 3)))
    before = facts(copy)
    harm(tmp_path / "live")

    assert facts(copy) == before
    assert len(list((tmp_path / "live").glob("*.parquet"))) == 1


def test_a_crash_between_file_and_index_changes_nothing(
    store: Store, copy: LiveCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.events.flush(flush(chain("INC-1", 3)))
    before = facts(copy)
    store.events.flush(flush(chain("INC-2", 9)))
    with monkeypatch.context() as crash:
        crash.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rows(copy)

    assert facts(copy) == [*before, *(("INC-2", number, "comment") for number in range(1, 10))]
