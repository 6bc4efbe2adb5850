"""Tampering: every alteration of the event log is found. Ids and times of storing are not part of the chain."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update

from definitions.facts import Draft, Fact, chained, seal
from records.cases import CASES as ROWS
from records.errors import RecordsError
from records.events import EVENTS, as_fact, as_row
from records.store import Store
from records.texts import TEXTS
from records.values import Flush
from tests.records.chains import OPENED, chain, flush, row
from tests.records.conftest import TickingClock

CASES, FACTS = 3, 6
CASE_IDS = frozenset(f"INC-{n}" for n in range(CASES))
TEXT_FIELDS = ("type", "step", "actor", "channel", "data", "prev_hash", "hash", "case_id")


@pytest.fixture
def filled(store: Store) -> Store:
    """Three cases of six facts each, one of which points to a text, with a checkpoint."""
    for n in range(CASES):
        ref = store.texts.put(f"words {n}", id=f"t{n}")
        first = chained(
            Draft(type="opened", actor="sam", data={"title": ref.model_dump()}),
            case_id=f"INC-{n}", seq=1, step="intake", at=OPENED, prev_hash="0" * 64,
        )  # fmt: skip
        store.events.flush(flush([first, *chain(f"INC-{n}", FACTS - 1, after=first)]))
    store.audit.checkpoint()
    return store


def tampered(store: Store, change: Any, folder: Path | None = None) -> tuple[bool, str]:
    """Whether the audit finds what `change(connection)` does; it is undone afterwards."""
    before = _dump(store)
    with store.db.write() as connection:
        change(connection)
    report = store.audit.verify(folder)
    with store.db.write() as connection:
        connection.execute(delete(EVENTS))
        connection.execute(insert(EVENTS), before)
    return not report.ok, "; ".join(p.what for p in report.problems)


def _dump(store: Store) -> list[dict[str, Any]]:
    with store.db.read() as connection:
        return [dict(r._mapping) for r in connection.execute(select(EVENTS).order_by(EVENTS.c.id))]


def test_an_untouched_log_has_no_problems(filled: Store) -> None:
    report = filled.audit.verify()

    assert report.problems == ()
    assert (report.cases, report.facts, report.texts, report.checkpoints) == (CASES, CASES * FACTS, CASES, 1)


@st.composite
def alterations(draw: st.DrawFn) -> tuple[str, Any]:
    case_id = f"INC-{draw(st.integers(0, CASES - 1))}"
    seq = draw(st.integers(1, FACTS))
    here = (EVENTS.c.case_id == case_id) & (EVENTS.c.seq == seq)
    kind = draw(
        st.sampled_from(["flip", "flip", "at", "visibility", "delete", "insert", "reorder", "truncate", "move"])
    )
    if kind == "flip":
        field = draw(st.sampled_from(TEXT_FIELDS))
        place, by = draw(st.integers(0, 200)), draw(st.integers(1, 30))

        def flip(connection: Connection) -> None:
            old = connection.execute(select(EVENTS).where(here)).one()._mapping[field]
            if field == "data":
                new: Any = {**old, f"k{place}": by}
            else:
                old = old or "none"
                at = place % len(old)
                new = old[:at] + chr((ord(old[at]) - 33 + by) % 94 + 33) + old[at + 1 :]
                if field == "case_id" and new in CASE_IDS:
                    new += "!"  # the database has one place for each fact: it would refuse the other case's
            connection.execute(update(EVENTS).where(here).values({field: new}))

        return f"flip {field}", flip
    if kind == "at":
        micros = draw(st.integers(1, 10**12))
        return "flip at", lambda c: c.execute(
            update(EVENTS).where(here).values(at=OPENED + timedelta(seconds=9, microseconds=micros))
        )
    if kind == "visibility":
        return "flip visibility", lambda c: c.execute(update(EVENTS).where(here).values(visibility="public"))
    if kind == "delete":
        return "delete", lambda c: c.execute(delete(EVENTS).where(here))
    if kind == "truncate":
        return "truncate", lambda c: c.execute(delete(EVENTS).where(EVENTS.c.case_id == case_id, EVENTS.c.seq >= seq))
    if kind == "move":

        def move(connection: Connection) -> None:
            connection.execute(update(EVENTS).where(here).values(seq=FACTS + seq + 1))

        return "move", move
    if kind == "reorder":
        other = draw(st.integers(1, FACTS).filter(lambda n: n != seq))

        def swap(connection: Connection) -> None:
            for old, new in ((seq, 999), (other, seq), (999, other)):
                which = (EVENTS.c.case_id == case_id) & (EVENTS.c.seq == old)
                connection.execute(update(EVENTS).where(which).values(seq=new))

        return "reorder", swap

    def add(connection: Connection) -> None:
        """A forged fact in the middle; the later ones move up, and it even has a hash that holds."""
        facts = [as_fact(r) for r in connection.execute(select(EVENTS).where(EVENTS.c.case_id == case_id))]
        facts.sort(key=lambda f: f.seq)
        forged = facts[seq - 1].model_copy(update={"seq": seq, "actor": "mallory"})
        forged = forged.model_copy(update={"hash": seal(forged)})
        later = [f.model_copy(update={"seq": f.seq + 1}) for f in facts[seq - 1 :]]
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == case_id, EVENTS.c.seq >= seq))
        connection.execute(insert(EVENTS), [as_row(f, OPENED) for f in [forged, *later]])

    return "insert", add


def test_every_alteration_is_found(filled: Store) -> None:
    found: dict[str, int] = {}

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(alteration=alterations())
    def check(alteration: tuple[str, Any]) -> None:
        kind, change = alteration

        detected, _ = tampered(filled, change)

        assert detected, f"{kind} was not found"
        found[kind] = found.get(kind, 0) + 1

    check()

    print(f"alterations found: {sum(found.values())} of {sum(found.values())}: {found}")
    assert {"delete", "insert", "reorder", "truncate", "move", "flip at", "flip visibility"} <= found.keys()
    assert filled.audit.verify().ok


def test_a_flip_in_any_column_of_any_fact_is_found(filled: Store) -> None:
    """The columns of a fact are all that the chain vouches for; row id and time of storing are not among them."""
    other: dict[str, Any] = {
        "case_id": "INC-9", "seq": 99, "type": "x", "step": "x", "at": OPENED + timedelta(days=1), "actor": "mallory",
        "channel": None, "visibility": "public", "data": {}, "prev_hash": "1" * 64, "hash": "2" * 64,
    }  # fmt: skip
    assert set(other) == set(Fact.model_fields)
    missed = []
    for seq in range(1, FACTS + 1):
        for column, value in other.items():
            here = (EVENTS.c.case_id == "INC-1") & (EVENTS.c.seq == seq)
            if column == "channel" and seq == 1:
                value = "phone"

            detected, _ = tampered(filled, lambda c: c.execute(update(EVENTS).where(here).values({column: value})))  # noqa: B023

            if not detected:
                missed.append((seq, column))

    print(f"columns flipped: {FACTS * len(other)}, missed {len(missed)}")
    assert missed == []


@pytest.mark.parametrize(
    "broken", ["data = '{'", "data = '{ }'", "at = 'soon'", "seq = 'two'", "hash = zeroblob(64)", "actor = x'ff'"]
)
def test_a_column_that_cannot_be_read_is_a_problem_not_a_crash(filled: Store, broken: str) -> None:
    if not filled.db.is_sqlite and not broken.startswith("data"):
        broken = "data = 'null'"  # PostgreSQL itself keeps the other columns to their types

    detected, what = tampered(
        filled,
        lambda c: c.execute(text(f"UPDATE events SET {broken} WHERE case_id = 'INC-1' AND seq = 2")),
    )

    assert detected
    assert what


def forge_history(case_id: str, length: int) -> Any:
    """Replaces a whole chain by one that holds in itself, as somebody with the code could."""

    def change(connection: Connection) -> None:
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == case_id))
        forged = chain(case_id, length, word="forged")
        connection.execute(insert(EVENTS), [as_row(f, OPENED) for f in forged])

    return change


def test_a_whole_chain_forged_anew_is_found_by_the_checkpoint(filled: Store) -> None:
    detected, what = tampered(filled, forge_history("INC-1", FACTS))

    assert detected
    assert "it is not the fact that the checkpoint saw" in what


def test_a_cut_tail_and_a_missing_case_are_found_by_the_checkpoint_even_without_case_rows(filled: Store) -> None:
    def change(connection: Connection) -> None:
        connection.execute(delete(ROWS))
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == "INC-0", EVENTS.c.seq > 4))
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == "INC-2"))

    detected, what = tampered(filled, change)

    assert detected
    assert what == (
        "the checkpoint saw fact 6, but the last one is 4; the checkpoint saw fact 6, but the last one is 0"
    )


def test_checkpoints_go_on_from_each_other(filled: Store) -> None:
    facts = filled.events.of("INC-0")
    more = chain("INC-0", 2, after=facts[-1])
    filled.events.flush(flush(more))

    covered = filled.audit.checkpoint()

    assert covered == 1
    assert filled.audit.verify().checkpoints == 2
    detected, _ = tampered(filled, lambda c: c.execute(delete(EVENTS).where(EVENTS.c.case_id == "INC-2")))
    assert detected
    assert filled.audit.verify().ok


@pytest.mark.parametrize("spoil", ["alter", "drop a line", "no key", "garbage"])
def test_a_spoilt_checkpoint_file_is_found(filled: Store, tmp_path: Path, spoil: str) -> None:
    filled.events.flush(flush(chain("INC-9", 1)))
    filled.audit.checkpoint()
    file = tmp_path / "checkpoints" / "checkpoints.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    if spoil == "alter":
        file.write_text(lines[0].replace('"INC-0": [6', '"INC-0": [5') + lines[1])
    elif spoil == "drop a line":
        file.write_text(lines[1])
    elif spoil == "garbage":
        file.write_text(lines[0] + "{")
    else:
        (tmp_path / "checkpoints" / "checkpoints.key").unlink()

    report = filled.audit.verify()

    assert [p.case_id for p in report.problems] == ["*"]


def test_the_key_of_the_checkpoints_is_for_its_owner_only(filled: Store, tmp_path: Path) -> None:
    key = tmp_path / "checkpoints" / "checkpoints.key"
    mode = key.stat().st_mode & 0o777
    key.chmod(0o644)

    with pytest.raises(RecordsError, match="others can read the key"):
        filled.audit.verify()

    assert mode == 0o600


def test_altered_words_are_found_and_erased_ones_are_no_problem(filled: Store) -> None:
    filled.texts.erase("t0")
    after_erasing = filled.audit.verify()
    with filled.db.write() as connection:
        connection.execute(update(TEXTS).where(TEXTS.c.id == "t1").values(content=b"other words"))
        connection.execute(delete(TEXTS).where(TEXTS.c.id == "t2"))

    report = filled.audit.verify()

    assert after_erasing.ok
    assert [(p.case_id, p.seq, p.what) for p in report.problems] == [
        ("INC-1", 1, "text t1 was altered"),
        ("INC-2", 1, "text t2 is missing"),
    ]


def test_facts_stored_after_the_checkpoint_are_no_problem(filled: Store) -> None:
    filled.events.flush(flush(chain("INC-0", 1, after=filled.events.of("INC-0")[-1])))

    assert filled.audit.verify().ok


def test_without_a_folder_there_are_no_checkpoints(url: str, tmp_path: Path, clock: TickingClock) -> None:
    with Store(url, tmp_path, clock) as store:
        store.events.flush(Flush(case_id="INC-1", facts=tuple(chain("INC-1", 2)), row=row("INC-1", 2)))

        with pytest.raises(RecordsError, match="no folder for checkpoints"):
            store.audit.checkpoint()

        assert store.audit.verify().checkpoints == 0
