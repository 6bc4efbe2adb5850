"""What is offered to somebody who asks: only what they may see, only when it is probable that it answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.offering import offer
from definitions.example import organisation
from definitions.people import Actor, Door, Role
from office.identity import SYSTEM, Identity
from office.knowledge import Knowledge
from office.knowledge_files import files_in, take_in
from records.store import Store
from settings import system_clock
from tests.records.conftest import migrated_file  # noqa: F401

SHIPPED = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"
ADA = Actor(person="ada", roles=(Role.ADMIN,), door=Door.CLI, verified=True)
RITA = Actor(person="rita", roles=(Role.REQUESTER,), door=Door.WEB, verified=True)


@pytest.fixture
def store(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:  # noqa: F811
    copy = tmp_path / "records.db"
    copy.write_bytes(migrated_file.read_bytes())
    with Store(f"sqlite:///{copy}", tmp_path / "blobs", system_clock) as opened:
        identity = Identity(opened, lambda: organisation, system_clock)
        take_in(Knowledge(opened, lambda: organisation, system_clock, identity), files_in(SHIPPED), ADA)
        yield opened


def test_a_plain_question_is_offered_its_answer(store: Store) -> None:
    offers = offer(store, "pasword forgotten", RITA, organisation=organisation, now=system_clock())

    assert offers.articles[0].key == "kb-password-forgotten"
    assert offers.confidence >= offers.threshold == 0.8


@pytest.mark.parametrize("words", ["my chair is broken", "", "something with vpn maybe and mail", "coffee"])
def test_what_probably_does_not_answer_is_not_offered(store: Store, words: str) -> None:
    assert offer(store, words, RITA, organisation=organisation, now=system_clock()).articles == ()


def test_the_service_sets_the_threshold(store: Store) -> None:
    services = tuple(s.model_copy(update={"offer_from": 1.0}) for s in organisation.services)
    strict = organisation.model_copy(update={"services": services})

    offers = offer(store, "pasword forgotten", RITA, organisation=strict, now=system_clock())

    assert (offers.articles, offers.threshold) == ((), 1.0)


def test_the_engine_itself_and_unproved_senders_reach_no_hidden_article(store: Store) -> None:
    words = "Mail queue on the relay grows and nothing is delivered"
    unproved = Actor(person="tom", roles=(Role.ANALYST,), teams=("platform",), door=Door.MAIL, verified=False)
    tom = Actor(person="tom", roles=(Role.ANALYST,), teams=("platform",), door=Door.CLI, verified=True)

    def keys(actor: Actor) -> set[str]:
        found = offer(store, words, actor, organisation=organisation, now=system_clock(), limit=50)
        return {hit.key for hit in found.articles}

    assert "kb-mail-queue-stuck" in keys(tom)
    assert "kb-mail-queue-stuck" not in keys(SYSTEM)
    assert keys(unproved) == set()
    password = offer(store, "forgot my password", SYSTEM, organisation=organisation, now=system_clock())
    assert [hit.key for hit in password.articles][:1] == ["kb-password-forgotten"]
