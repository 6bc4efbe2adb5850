"""What a new case is like, by the records: it follows the log, forgets what is erased, tells of an outage once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities import similar
from activities.similar import SimilarCases
from definitions.example import organisation
from definitions.facts import GENESIS, Draft, chained
from definitions.organisation import Organisation
from definitions.runs import AutomationCall
from definitions.similar import SimilarFound
from office.identity import Identity
from office.knowledge import Knowledge
from office.knowledge_files import files_in, take_in
from records.knowledge_links import ArticleLink, link
from records.migrate import upgrade
from records.store import Store
from records.values import Allocation, Arrival, Flush
from tests.activities.test_offering import ADA, SHIPPED
from tests.records.chains import flush

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'jidoka.db'}"
    upgrade(url)
    with Store(url, tmp_path / "blobs", lambda: NOW) as store:
        store.directory.sync(organisation.people)
        yield store


def standard() -> Organisation:
    return organisation


@pytest.fixture
def look(store: Store) -> SimilarCases:
    return SimilarCases(store, standard, lambda: NOW)


def told(
    store: Store, number: int, words: str, *, state: str = "queued", ago: timedelta = timedelta(0), **row: Any
) -> str:
    """An incident in the records."""
    case, at = f"INC-s{number:04}", NOW - ago
    ref = store.texts.put(words, person=f"p-{number}")
    data = {"title": ref.model_dump(), "text": None, "service": "vpn", "requester": f"p-{number}"}
    fact = chained(
        Draft(type="opened", actor="rita", step="triage", data=data),
        case_id=case, seq=1, step="triage", at=at, prev_hash=GENESIS,
    )  # fmt: skip
    known = {"title": ref, "requester": f"p-{number}", "opened_at": at, "state": state} | row
    store.events.flush(flush([fact], **known))
    return case


def asks(store: Store, look: SimilarCases, words: str, case: str = "INC-new0") -> SimilarFound:
    ref = store.texts.put(words)
    arrival = Arrival(
        source="test", external_id=case, at=NOW, channel="email", kind="open",
        payload={"title": ref.model_dump(), "text": None},
    )  # fmt: skip
    store.inbox.receive(arrival, lambda: Allocation(case_id=case, definition_version="abc"))
    seen = look(AutomationCall(automation="x", case_id=case, inputs={"service": "vpn", "requester": "p-new"}))
    return SimilarFound.model_validate(seen.data) if seen else SimilarFound()


def moved(store: Store, case: str, type_: str = "noted", **row: Any) -> None:
    """Something happens to a case."""
    before = store.events.of(case)[-1]
    fact = chained(
        Draft(type=type_, actor="sam"), case_id=case, seq=before.seq + 1, step="x", at=NOW, prev_hash=before.hash
    )
    stored = store.cases.get(case)
    assert stored is not None
    store.events.flush(Flush(case_id=case, facts=(fact,), row=stored.model_copy(update=row | {"seq": fact.seq})))


def test_open_and_past_cases_that_say_the_same_are_found_with_what_helped(store: Store, look: SimilarCases) -> None:
    open_ = told(store, 1, "VPN drops every few minutes", ago=timedelta(hours=3))
    past = told(store, 2, "My tunnel drops all the time", state="closed", closed_at=NOW, ago=timedelta(days=9))
    told(store, 3, "Printer jams")
    articles = files_in(SHIPPED)
    take_in(Knowledge(store, standard, lambda: NOW, Identity(store, standard, lambda: NOW)), articles, ADA)
    with store.db.write() as connection:
        links = [ArticleLink(key, past, "resolved", "jay", NOW) for key in ("kb-vpn-drops", "kb-gone")]
        link(store.db, connection, links)

    found = asks(store, look, "the vpn drops all the time")

    assert [each.case for each in found.open] == [open_]
    assert [each.case for each in found.past] == [past]
    assert found.articles == ("kb-vpn-drops",), "an article that is not there is not named"
    assert found.outage is None


def test_it_follows_what_happens_after_the_first_question(store: Store, look: SimilarCases) -> None:
    one = told(store, 1, "VPN drops every few minutes")
    assert [each.case for each in asks(store, look, "vpn drops", "INC-new1").open] == [one]

    two = told(store, 2, "VPN drops again")
    moved(store, one, state="resolved", resolved_at=NOW)
    found = asks(store, look, "vpn drops", "INC-new2")

    assert ([each.case for each in found.open], [each.case for each in found.past]) == ([two], [one])


@pytest.mark.parametrize("gone", [{"state": "merged", "merged_into": "INC-x"}, {"state": "cancelled"}])
def test_what_was_merged_or_cancelled_is_no_case_of_its_own(
    store: Store, look: SimilarCases, gone: dict[str, str]
) -> None:
    one = told(store, 1, "VPN drops every few minutes")
    assert asks(store, look, "vpn drops", "INC-new1").open

    moved(store, one, **gone)

    assert asks(store, look, "vpn drops", "INC-new2").open == ()


def test_words_that_were_erased_are_found_no_more(store: Store, look: SimilarCases) -> None:
    told(store, 1, "VPN drops every few minutes")
    two = told(store, 2, "VPN drops again")
    assert len(asks(store, look, "vpn drops", "INC-new1").open) == 2

    store.texts.erase_of(person="p-1")

    assert [each.case for each in asks(store, look, "vpn drops", "INC-new2").open] == [two]


def test_several_people_at_once_are_proposed_as_one_outage_and_the_lead_is_told_once(
    store: Store, look: SimilarCases
) -> None:
    told(store, 9, "Printer jams", ago=timedelta(days=60))
    first = told(store, 1, "VPN drops", ago=timedelta(minutes=20))
    told(store, 2, "VPN drops again", ago=timedelta(minutes=10))

    found = asks(store, look, "vpn drops here too", "INC-new1").outage

    assert found is not None
    assert (found.parent, found.tell) == (first, "dana")
    assert found.line.startswith("3 people report the same within 20 minutes")
    moved(store, first, "parent_proposed")
    again = asks(store, look, "vpn drops", "INC-new2").outage
    assert again is not None
    assert (again.parent, again.tell) == (first, None)


def test_a_case_alone_is_like_nothing(store: Store, look: SimilarCases) -> None:
    assert asks(store, look, "vpn drops") == SimilarFound()


def test_an_old_stock_is_read_in_parts_and_only_the_newest_are_kept(
    store: Store, look: SimilarCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "AT_ONCE", 4)
    monkeypatch.setattr(similar, "KEPT", 6)
    for number in range(12):
        told(store, number, "VPN drops", ago=timedelta(hours=number))

    counts = []
    for number in range(4):
        asks(store, look, "vpn drops", f"INC-new{number}")
        counts.append(len(look._index.cases))

    assert counts == [4, 8, 8, 8]
    for number in range(100, 104):
        told(store, number, "VPN drops")
    asks(store, look, "vpn drops", "INC-newz")
    assert len(look._index.cases) == 6
    assert {f"INC-s{number:04}" for number in range(100, 104)} < look._index.cases.keys()


def test_words_that_come_to_mean_the_same_count_from_the_next_question_on(store: Store) -> None:
    standing = [organisation.model_copy(update={"synonyms": ()})]
    look = SimilarCases(store, lambda: standing[-1], lambda: NOW)
    past = told(store, 1, "The contraption rattles", state="closed", closed_at=NOW, ago=timedelta(days=2))

    before = asks(store, look, "The widget rattles", "INC-new0")
    standing.append(organisation.model_copy(update={"synonyms": (("contraption", "widget"),)}))
    after = asks(store, look, "The widget rattles", "INC-new1")

    assert 1 not in [each.likeness for each in before.past]
    assert [(each.case, each.likeness) for each in after.past] == [(past, 1)]
