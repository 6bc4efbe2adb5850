from datetime import timedelta

import pytest

from records.errors import Conflict, NotStored
from records.outbox import Claim
from records.store import Store
from tests.records.conftest import TickingClock


def claim(n: int = 1, **changes: str) -> Claim:
    values = {"key": f"INC-1/run/{n}/ann", "case_id": "INC-1", "recipient": "ann", "channel": "mail"}
    return Claim.model_validate(values | {"message_id": f"<{n}@example.com>", "template": "opened"} | changes)


def test_a_claim_made_again_gives_the_first_message_id(store: Store) -> None:
    first = store.outbox.claim(claim())

    again = store.outbox.claim(claim(message_id="<other@example.com>"))

    assert (first.created, again.created) == (True, False)
    assert again.message_id == "<1@example.com>"
    assert again.state == "claimed"


def test_a_key_of_another_message_is_refused(store: Store) -> None:
    store.outbox.claim(claim())

    with pytest.raises(Conflict, match="another message"):
        store.outbox.claim(claim(recipient="bob"))


def test_a_message_goes_from_claimed_over_sending_to_sent(store: Store) -> None:
    key = store.outbox.claim(claim()).key

    states = [store.outbox.sending(key).state, store.outbox.sent(key, "queued as 4711").state]

    stored = store.outbox.get(key)
    assert states == ["sending", "sent"]
    assert (stored.attempts, stored.reference, stored.error) == (1, "queued as 4711", None)


def test_what_was_sent_cannot_be_sent_again(store: Store) -> None:
    key = store.outbox.claim(claim()).key
    store.outbox.sending(key)
    store.outbox.sent(key)

    with pytest.raises(Conflict, match="is sent and cannot become sending"):
        store.outbox.sending(key)

    assert store.outbox.get(key).attempts == 1


def test_a_retry_after_a_failure_counts_as_another_attempt(store: Store) -> None:
    key = store.outbox.claim(claim()).key
    store.outbox.sending(key)
    store.outbox.failed(key, "connection refused")

    store.outbox.sending(key)

    assert (store.outbox.get(key).attempts, store.outbox.get(key).error) == (2, None)


def test_what_was_suppressed_never_goes_out(store: Store) -> None:
    key = store.outbox.claim(claim()).key
    store.outbox.suppressed(key, "cap reached")

    with pytest.raises(Conflict):
        store.outbox.sending(key)

    assert store.outbox.get(key).error == "cap reached"


def test_only_what_may_have_arrived_counts_against_the_caps(store: Store, clock: TickingClock) -> None:
    began = clock()
    for n, end in enumerate(("sent", "unknown", "failed", "suppressed", "sending", "claimed")):
        key = store.outbox.claim(claim(n, recipient="ann" if n % 2 else "bob")).key
        if end not in ("suppressed", "claimed"):
            store.outbox.sending(key)
        if end == "sent":
            store.outbox.sent(key)
        elif end in ("unknown", "failed", "suppressed"):
            getattr(store.outbox, end)(key, "why")

    assert store.outbox.sent_since(began, case_id="INC-1") == 3
    assert store.outbox.sent_since(began, recipient="ann") == 1
    assert store.outbox.sent_since(began, case_id="INC-1", recipient="bob") == 2
    assert store.outbox.sent_since(clock() + timedelta(hours=1), case_id="INC-1") == 0


def test_a_reply_finds_its_case_by_the_message_id(store: Store) -> None:
    store.outbox.claim(claim())

    assert store.outbox.case_of_message("<1@example.com>") == "INC-1"
    assert store.outbox.case_of_message("<forged@example.com>") is None


def test_what_stopped_on_the_way_is_found_for_reconciling(store: Store, clock: TickingClock) -> None:
    one, two = store.outbox.claim(claim(1)).key, store.outbox.claim(claim(2)).key
    store.outbox.sending(one)
    store.outbox.sending(two)
    store.outbox.sent(two)

    assert [row.key for row in store.outbox.in_doubt(clock())] == [one]


def test_moving_an_unknown_message_says_so(store: Store) -> None:
    with pytest.raises(NotStored, match="no message nowhere"):
        store.outbox.sending("nowhere")
