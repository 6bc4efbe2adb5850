from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from pydantic import ValidationError

from records.errors import NotStored
from records.store import Store
from records.values import Allocation, Arrival, Flush
from tests.records.chains import OPENED, chain, flush

THREADS = 50


def arrival(external_id: str = "m1", **changes: object) -> Arrival:
    values = {"source": "mail", "external_id": external_id, "at": OPENED, "channel": "mail", "kind": "message"}
    return Arrival.model_validate(values | {"payload": {"text": "ref"}} | changes)


def new(case_id: str = "INC-1") -> Allocation:
    return Allocation(case_id=case_id, definition_version="v1", definition={"targets": [1]}, arm="a")


def test_an_arrival_that_starts_a_case_keeps_all_that_its_start_needs(store: Store) -> None:
    stored = store.inbox.receive(arrival(), new)

    assert stored.created
    assert stored.starts
    assert (stored.case_id, stored.definition_version, stored.definition, stored.arm) == (
        "INC-1",
        "v1",
        {"targets": [1]},
        "a",
    )
    assert stored.state == "received"
    assert store.inbox.start_of("INC-1") == stored.model_copy(update={"created": False})


def test_the_same_arrival_again_gives_the_stored_row_and_draws_nothing_anew(store: Store) -> None:
    first = store.inbox.receive(arrival(), new)

    again = store.inbox.receive(arrival(payload={"text": "other"}), lambda: pytest.fail("allocated again"))

    assert again == first.model_copy(update={"created": False})


def test_an_arrival_in_an_open_conversation_goes_to_its_case(store: Store) -> None:
    first = store.inbox.receive(arrival("m1", conversation="thread-1"), new)

    second = store.inbox.receive(arrival("m2", conversation="thread-1"), lambda: new("INC-2"))

    assert (second.case_id, second.starts) == (first.case_id, False)


def test_an_arrival_after_the_conversation_closed_starts_a_new_case(store: Store) -> None:
    store.inbox.receive(arrival("m1", conversation="thread-1"), new)
    facts = chain("INC-1", 1)
    store.events.flush(Flush(case_id="INC-1", facts=tuple(facts), close_conversations=True))

    second = store.inbox.receive(arrival("m2", conversation="thread-1"), lambda: new("INC-2"))

    assert (second.case_id, second.starts) == ("INC-2", True)


def test_an_arrival_that_names_its_case_goes_there_whatever_its_conversation(store: Store) -> None:
    store.inbox.receive(arrival("m1", conversation="thread-1"), new)

    second = store.inbox.receive(arrival("m2", conversation="thread-1", case_id="INC-9"), lambda: new("INC-2"))

    assert (second.case_id, second.starts) == ("INC-9", False)


def test_an_arrival_for_no_case_is_kept_without_one(store: Store) -> None:
    stored = store.inbox.receive(arrival(), None)

    assert (stored.case_id, stored.starts, stored.created) == (None, False, True)


def test_a_case_id_that_is_taken_is_drawn_again(store: Store) -> None:
    store.inbox.receive(arrival("m1"), new)
    store.events.flush(flush(chain("INC-2", 1)))
    draws = count(1)

    stored = store.inbox.receive(arrival("m2"), lambda: new(f"INC-{next(draws)}"))

    assert stored.case_id == "INC-3"


def test_fifty_at_once_in_one_conversation_make_one_case(store: Store) -> None:
    barrier = Barrier(THREADS)

    def receive(n: int) -> tuple[str | None, bool]:
        barrier.wait()
        row = store.inbox.receive(arrival(f"m{n}", conversation="storm"), lambda: new(f"INC-{n}"))
        return row.case_id, row.starts

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(receive, range(THREADS)))

    print(f"{THREADS} threads, {len({case_id for case_id, _ in results})} case")
    assert len({case_id for case_id, _ in results}) == 1
    assert [starts for _, starts in results].count(True) == 1
    assert len(store.conversations.of(str(results[0][0]))) == 1


def test_fifty_times_the_same_arrival_at_once_are_one(store: Store) -> None:
    barrier = Barrier(THREADS)

    def receive(n: int) -> tuple[int, str | None, bool]:
        barrier.wait()
        row = store.inbox.receive(arrival("same", conversation=f"c{n}"), lambda: new(f"INC-{n}"))
        return row.id, row.case_id, row.created

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(receive, range(THREADS)))

    winner = results[0][1]
    assert len({(id, case_id) for id, case_id, _ in results}) == 1
    assert [created for _, _, created in results].count(True) == 1
    opened = [n for n in range(THREADS) if store.conversations.open_of(f"c{n}")]
    assert [f"INC-{n}" for n in opened] == [winner]


def test_what_waits_is_given_to_the_relay_oldest_first_and_attempts_are_counted(store: Store) -> None:
    one, two, three = (store.inbox.receive(arrival(f"m{n}"), lambda n=n: new(f"INC-{n}")) for n in range(3))  # type: ignore[misc]
    store.inbox.mark(one.id, "received", "no connection\x00")
    store.inbox.mark(two.id, "started")

    waiting = store.inbox.pending(older_than=OPENED + timedelta(days=1))

    assert [row.id for row in waiting] == [three.id, one.id]
    assert (waiting[1].attempts, waiting[1].error) == (1, "no connection\N{REPLACEMENT CHARACTER}")
    assert store.inbox.pending(older_than=OPENED) == []
    assert store.inbox.get(two.id).state == "started"


def test_mail_that_refers_to_earlier_mail_finds_its_case(store: Store) -> None:
    store.inbox.receive(arrival(message_id="<a@example.org>"), new)

    found = store.inbox.find_message("<a@example.org>")
    assert found is not None
    assert found.external_id == "m1"
    assert store.inbox.case_of_message("<a@example.org>") == "INC-1"
    assert store.inbox.case_of_message("<b@example.org>") is None


def test_marking_what_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NotStored, match="no arrival 7"):
        store.inbox.mark(7, "done")


@pytest.mark.parametrize(
    "bad", [{"external_id": ""}, {"external_id": "a\x00b"}, {"at": "2026-03-02T08:00:00"}, {"extra": 1}]
)
def test_an_arrival_that_no_database_could_hold_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        arrival(**{"external_id": "m1"} | bad)  # type: ignore[arg-type]


def test_a_payload_may_hold_any_character(store: Store) -> None:
    payload = {"subject": "a\x00b", "emoji": "\N{BUG}"}

    stored = store.inbox.receive(arrival(payload=payload), new)

    assert store.inbox.get(stored.id).payload == payload
