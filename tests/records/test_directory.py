from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from definitions.people import Delegate, Person, Role
from definitions.teams import Swap
from records.directory import API_TOKENS, PERSONS
from records.errors import Conflict, NotStored
from records.store import Store
from tests.records.chains import OPENED
from tests.records.conftest import TickingClock

SAM = Person(
    key="sam", name="Sam", addresses=("sam@example.com", "s@example.com"), roles=(Role.ANALYST, Role.LEAD),
    teams=("network",), delegates=(Delegate(to="kim", from_=OPENED, until=OPENED + timedelta(days=1)),),
)  # fmt: skip
KIM = Person(key="kim", name="Kim", addresses=("kim@example.com",), roles=(Role.ANALYST,))


def test_people_of_the_organisation_are_known_after_a_sync(store: Store) -> None:
    store.directory.sync([SAM, KIM])
    store.directory.sync([SAM, KIM])

    sam = store.directory.get("sam")
    assert sam is not None
    assert (sam.name, sam.addresses, sam.teams) == ("Sam", ("sam@example.com", "s@example.com"), ("network",))
    assert set(sam.roles) == {Role.ANALYST, Role.LEAD}
    assert store.directory.person_of("S@Example.com") == "sam"
    assert store.directory.address_of("sam") == "sam@example.com"
    assert [p.key for p in store.directory.ls()] == ["kim", "sam"]


def test_who_left_the_organisation_can_do_nothing_any_more(store: Store) -> None:
    store.directory.sync([SAM, KIM])
    token = store.directory.issue_api_token("sam")

    store.directory.sync([KIM])

    sam = store.directory.get("sam")
    assert sam is not None
    assert (sam.active, sam.roles, sam.teams) == (False, (), ())
    assert store.directory.person_of_token(token) is None
    assert store.directory.acting_for("kim", OPENED) == ()


@pytest.mark.parametrize(
    ("kim", "reason"),
    [
        (KIM.model_copy(update={"addresses": ("sam@example.com",)}), "sam and kim have the same address"),
        (KIM.model_copy(update={"key": "lee"}), "represented by kim, whom nobody knows"),
    ],
)
def test_people_who_do_not_fit_together_are_refused_and_nothing_changes(store: Store, kim: Person, reason: str) -> None:
    store.directory.sync([KIM])

    with pytest.raises(Conflict, match=reason):
        store.directory.sync([SAM, kim])

    assert [p.key for p in store.directory.ls()] == ["kim"]


def test_an_unknown_sender_becomes_a_requester_with_a_random_key(store: Store) -> None:
    key = store.directory.ensure("Ann@Example.org", "Ann \x00 B")

    again = store.directory.ensure("ann@example.org")

    ann = store.directory.get(key)
    assert again == key
    assert key.startswith("p-")
    assert "ann" not in key
    assert ann is not None
    assert (ann.roles, ann.addresses, ann.origin) == ((Role.REQUESTER,), ("ann@example.org",), "contact")


def test_fifty_first_mails_of_one_sender_at_once_make_one_person(store: Store) -> None:
    barrier = Barrier(50)

    def ensure(_: int) -> str:
        barrier.wait()
        return store.directory.ensure("ann@example.org")

    with ThreadPoolExecutor(50) as pool:
        keys = set(pool.map(ensure, range(50)))

    with store.db.read() as connection:
        stored = connection.execute(select(PERSONS.c.key)).scalars().all()
    assert keys == set(stored)
    assert len(stored) == 1


def test_an_address_moves_from_a_contact_to_the_person_of_the_organisation(store: Store) -> None:
    contact = store.directory.ensure("kim@example.com")

    store.directory.sync([KIM])

    assert store.directory.person_of("kim@example.com") == "kim"
    assert store.directory.address_of(contact) is None


def test_a_delegate_acts_only_within_the_time_given(store: Store) -> None:
    store.directory.sync([SAM, KIM])

    assert store.directory.acting_for("kim", OPENED - timedelta(seconds=1)) == ()
    assert store.directory.acting_for("kim", OPENED) == ("sam",)
    assert store.directory.acting_for("kim", OPENED + timedelta(days=1)) == ()


def test_an_api_token_says_who_acts_until_it_expires_or_is_revoked(store: Store, clock: TickingClock) -> None:
    store.directory.sync([SAM, KIM])
    lasting = store.directory.issue_api_token("sam", "laptop")
    short = store.directory.issue_api_token("sam", expires_at=clock.now + timedelta(seconds=60))

    now = [store.directory.person_of_token(t) for t in (lasting, short, "made-up")]
    clock.now += timedelta(seconds=60)
    later = [store.directory.person_of_token(t) for t in (lasting, short)]
    revoked = store.directory.revoke_api_tokens("sam")

    assert now == ["sam", "sam", None]
    assert later == ["sam", None]
    assert revoked == 2
    assert store.directory.person_of_token(lasting) is None


def test_only_the_hash_of_an_api_token_is_stored_and_only_for_people(store: Store) -> None:
    store.directory.sync([SAM, KIM])
    token = store.directory.issue_api_token("sam")

    with store.db.read() as connection:
        stored = str(connection.execute(select(API_TOKENS)).all())
    assert token not in stored
    with pytest.raises(NotStored, match="nobody active is called bob"):
        store.directory.issue_api_token("bob")


def test_swaps_of_duty_come_back_in_the_order_of_adding(store: Store) -> None:
    one = Swap(team="network", person="kim", instead_of="sam", from_=OPENED, until=OPENED + timedelta(hours=8))
    two = one.model_copy(update={"team": "desk"})
    first, second = store.directory.add_swap(one, by="lee"), store.directory.add_swap(two, by="lee")

    both, network = store.directory.swaps(), store.directory.swaps("network")
    store.directory.drop_swap(first)

    assert both == {first: one, second: two}
    assert network == {first: one}
    assert store.directory.swaps() == {second: two}
    with pytest.raises(NotStored):
        store.directory.drop_swap(first)


def test_a_forgotten_person_keeps_only_the_key(store: Store) -> None:
    key = store.directory.ensure("ann@example.org", "Ann")

    store.directory.forget(key)

    ann = store.directory.get(key)
    assert ann is not None
    assert (ann.name, ann.addresses, ann.active) == ("", (), False)
    assert store.directory.person_of("ann@example.org") is None
    with pytest.raises(NotStored):
        store.directory.forget("nobody")
