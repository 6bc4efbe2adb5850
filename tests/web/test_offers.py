"""The page behind the link of an offer: opening it does nothing, its button ends the case of whoever asked."""

import re
from pathlib import Path

import httpx
import pytest

from definitions.acts import Solved
from definitions.case import CaseState, Stage
from definitions.help import HelpState
from definitions.people import Actor, Door, Role
from office.errors import ActRefused
from office.identity import Identity
from office.knowledge import Knowledge
from office.knowledge_files import files_in, take_in
from tests.records.chains import chain, flush
from tests.web.conftest import NOW, House, standard

ADA = Actor(person="ada", roles=(Role.ADMIN,), door=Door.CLI, verified=True)
SHIPPED = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"
OFFERED = HelpState(arm="help", articles=("kb-vpn-drops", "kb-vpn-client-install"))
CASE = "INC-11111111"


def offered(house: House, person: str = "requester", **changes: object) -> str:
    """A case with an offer, and the token of a mail about it to this person."""
    identity = Identity(house.store, standard, lambda: NOW)
    take_in(Knowledge(house.store, standard, lambda: NOW, identity), files_in(SHIPPED), ADA)
    state = CaseState(id=CASE, requester="requester", help=OFFERED).model_copy(update=changes)
    facts = chain(CASE, 1)
    house.store.events.flush(flush(facts, state_json=state.model_dump(mode="json"), requester="requester"))
    return house.store.conversations.issue_token(CASE, person)


async def test_opening_the_link_does_nothing_and_shows_what_was_offered(
    house: House, client: httpx.AsyncClient
) -> None:
    token = offered(house)

    page = await client.get(f"/solved/{token}")

    assert page.status_code == 200
    assert "VPN disconnects again and again while I work" in page.text
    assert page.text.count('type="radio"') == 2
    assert 'value="kb-vpn-drops" checked' in page.text
    assert house.desk.acts == []


async def test_the_button_says_that_it_is_solved_and_by_what(house: House, client: httpx.AsyncClient) -> None:
    token = offered(house)

    sent = await client.post(f"/solved/{token}", data={"article": "kb-vpn-client-install"})
    again = await client.post(f"/solved/{token}", data={"article": "kb-vpn-client-install"})

    assert (sent.status_code, sent.headers["location"]) == (303, f"/solved/{token}")
    [(case, act, actor, key), second] = house.desk.acts
    assert (case, act) == (CASE, Solved(by="requester", channel="web", article="kb-vpn-client-install"))
    assert (actor.person, actor.door, actor.verified) == ("requester", Door.WEB, True)
    assert second[3] == key, "the run carries it out once"
    assert token not in str(key)
    assert again.status_code == 303


async def test_a_case_that_came_back_can_be_said_to_be_solved_anew(house: House, client: httpx.AsyncClient) -> None:
    token = offered(house, reopened=1)

    await client.post(f"/solved/{token}")

    [(_, _, _, key)] = house.desk.acts
    assert str(key).endswith("-1")


async def test_an_article_that_was_not_offered_is_taken_for_none(house: House, client: httpx.AsyncClient) -> None:
    token = offered(house)

    await client.post(f"/solved/{token}", data={"article": "kb-phishing"})

    [(_, act, _, _)] = house.desk.acts
    assert isinstance(act, Solved)
    assert act.article is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stage": Stage.CLOSED, "outcome": "self_service"}, "Good to hear."),
        ({"stage": Stage.CLOSED, "outcome": "confirmed"}, "the case is closed"),
        ({"stage": Stage.RESOLVED}, "the case is resolved"),
    ],
)
async def test_what_is_over_has_no_button(
    house: House, client: httpx.AsyncClient, changes: dict[str, object], said: str
) -> None:
    token = offered(house, **changes)

    page = await client.get(f"/solved/{token}")

    assert said in page.text
    assert "<button" not in page.text


async def test_a_token_of_somebody_else_or_of_nobody_leads_nowhere(house: House, client: httpx.AsyncClient) -> None:
    worker = offered(house, person="analyst")
    nothing_offered = house.store.conversations.issue_token("INC-22222222", "requester")

    answers = [
        await ask(f"/solved/{token}")
        for token in (worker, nothing_offered, "a" * 26)
        for ask in (client.get, client.post)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert all("leads to no offer" in answer.text for answer in answers)
    assert house.desk.acts == []


async def test_a_refusal_is_said_in_words(house: House, client: httpx.AsyncClient) -> None:
    token = offered(house)
    house.desk.fails = ActRefused(f"{CASE} is a major incident", "Wait for its people.")

    answer = await client.post(f"/solved/{token}")

    assert answer.status_code == 410
    assert "is a major incident" in answer.text


async def test_the_page_loads_nothing_runs_nothing_and_sends_only_here(house: House, client: httpx.AsyncClient) -> None:
    token = offered(house)

    page = await client.get(f"/solved/{token}")

    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert not re.search(r"<script|\ssrc=|\son[a-z]+=|https?://|url\(|@import|style=", page.text)
