"""The growth benchmark fills the records with what a real life leaves."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.growth import fill
from records.migrate import upgrade
from records.outbox import Claim
from records.store import Store
from records.values import CaseQuery
from settings import system_clock
from tests.records.chains import chain, flush

LIFE = "INC-life"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    with Store(url, tmp_path / "blobs", system_clock) as ours:
        now = system_clock()
        ours.events.flush(flush(chain(LIFE, 3), state="closed", opened_at=now, closed_at=now))
        claim = {"key": "k", "case_id": LIFE, "recipient": "ada", "channel": "email", "message_id": "<m@x>"}
        ours.briefings.begin(Claim.model_validate(claim), answerable=True)
        yield ours


def test_each_copy_has_all_that_the_life_left_under_an_id_of_its_own(store: Store) -> None:
    fill(store, LIFE, 1, 4)
    fill(store, LIFE, 5, 10)

    assert store.cases.count(CaseQuery(state="closed")) == 11
    assert [fact.type for fact in store.events.of("INC-c0000010")] == [fact.type for fact in store.events.of(LIFE)]
    assert len(store.outbox.of("INC-c0000003")) == 1


def test_copies_lie_a_minute_apart_behind_the_life_they_were_made_of(store: Store) -> None:
    fill(store, LIFE, 1, 2)

    rows = store.cases.ls(CaseQuery()).rows

    assert [row.id for row in rows] == [LIFE, "INC-c0000001", "INC-c0000002"]
    gaps = [(one.opened_at - other.opened_at) for one, other in itertools.pairwise(rows)]
    assert all(abs(gap - timedelta(minutes=1)) < timedelta(milliseconds=2) for gap in gaps)
