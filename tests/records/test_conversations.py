import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from records.conversations import TOKENS
from records.errors import Conflict
from records.store import Store
from tests.records.chains import OPENED


def test_a_reply_token_leads_to_its_case_and_person(store: Store) -> None:
    token = store.conversations.issue_token("INC-1", "ann")

    assert store.conversations.check_token(token) == ("INC-1", "ann")
    assert store.conversations.check_token(f" {token.upper()} ") == ("INC-1", "ann")
    assert store.conversations.check_token(token[:-1]) is None
    assert store.conversations.check_token("") is None


def test_a_reply_token_fits_into_an_address_and_has_128_bits(store: Store) -> None:
    tokens = {store.conversations.issue_token("INC-1", "ann") for _ in range(20)}

    assert len(tokens) == 20
    assert all(re.fullmatch(r"[a-z2-7]{26}", token) for token in tokens)


def test_only_the_hash_of_a_token_is_stored(store: Store) -> None:
    token = store.conversations.issue_token("INC-1", "ann")

    with store.db.read() as connection:
        stored = str(connection.execute(select(TOKENS)).all())
    assert token not in stored
    assert store.conversations.check_token(re.findall(r"[0-9a-f]{64}", stored)[0]) is None


def test_a_revoked_token_leads_nowhere_and_the_others_go_on(store: Store) -> None:
    ann = [store.conversations.issue_token("INC-1", "ann") for _ in range(2)]
    bob, elsewhere = store.conversations.issue_token("INC-1", "bob"), store.conversations.issue_token("INC-2", "ann")

    revoked = store.conversations.revoke_tokens("INC-1", "ann")

    assert revoked == 2
    assert [store.conversations.check_token(t) for t in ann] == [None, None]
    assert store.conversations.check_token(bob) == ("INC-1", "bob")
    assert store.conversations.check_token(elsewhere) == ("INC-2", "ann")


def test_one_key_is_open_about_one_case_at_a_time(store: Store) -> None:
    first = store.conversations.bind("thread", "mail", "INC-1")

    assert store.conversations.bind("thread", "mail", "INC-1") == first
    with pytest.raises(Conflict, match="INC-1"):
        store.conversations.bind("thread", "mail", "INC-2")
    assert store.conversations.close("INC-1") == 1
    assert store.conversations.bind("thread", "mail", "INC-2").case_id == "INC-2"


def test_participants_join_once_and_lose_their_tokens_when_they_leave(store: Store) -> None:
    joined = [store.conversations.join("INC-1", person) for person in ("bob", "ann", "bob")]
    token = store.conversations.issue_token("INC-1", "bob")

    before = store.conversations.participants("INC-1")
    store.conversations.leave("INC-1", "bob")

    assert joined == [True, True, False]
    assert before == ("bob", "ann")
    assert store.conversations.participants("INC-1") == ("ann",)
    assert store.conversations.check_token(token) is None


def test_a_muted_conversation_says_until_when(store: Store) -> None:
    store.conversations.bind("thread", "mail", "INC-1")
    never = store.conversations.muted_until("INC-1")

    store.conversations.mute("INC-1", OPENED + timedelta(hours=1))

    assert never is None
    assert store.conversations.muted_until("INC-1") == OPENED + timedelta(hours=1)
