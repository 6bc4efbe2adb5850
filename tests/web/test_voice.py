"""The page behind a survey's link: opening it does nothing, a button sends the answer, and the last one counts."""

import re
from datetime import timedelta

import httpx
import pytest

from records.asks import Ask, NewAsk
from tests.web.conftest import NOW, House

WEEK = timedelta(days=7)


def asked(house: House, survey: str = "after-case") -> tuple[Ask, str]:
    """A question to the requester, and the token in its mail."""
    new = NewAsk(survey=survey, measures="csat", person="requester", case_id="INC-11111111", service="vpn", turn=1)
    ask = house.store.asks.draw(new, every=WEEK, apart=WEEK)
    assert ask is not None
    house.store.asks.asked(ask.id)
    return ask, house.store.conversations.issue_token(ask.id, "requester")


async def test_opening_the_link_of_a_number_does_nothing_and_shows_it_chosen(
    house: House, client: httpx.AsyncClient
) -> None:
    ask, token = asked(house)

    page = await client.get(f"/voice/{token}/4")

    assert page.status_code == 200
    assert 'value="4" checked' in page.text
    assert house.store.asks.get(ask.id).answered_at is None


async def test_the_button_sends_the_answer_and_the_last_word_counts(house: House, client: httpx.AsyncClient) -> None:
    ask, token = asked(house)

    sent = await client.post(f"/voice/{token}", data={"score": "4", "effort": "6", "minutes": "30", "text": "Quick!"})
    thanks = await client.get(sent.headers["location"])
    await client.post(f"/voice/{token}", data={"score": "5"})

    kept = house.store.asks.get(ask.id)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/voice/{token}")
    assert "You said 4." in thanks.text
    assert "Quick!" not in thanks.text
    assert (kept.score, kept.effort, kept.minutes, kept.channel) == (5, 6, 30, "web")
    assert kept.text is not None
    assert house.store.texts.get(kept.text.id) == "Quick!"


async def test_a_bad_answer_opens_a_complaint(house: House, client: httpx.AsyncClient) -> None:
    ask, token = asked(house, "overall")
    house.store.asks._change(_is(ask), case_id=None)

    await client.post(f"/voice/{token}", data={"score": "1"})

    assert house.desk.started == [house.store.asks.get(ask.id).feedback]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "nothing was answered"),
        ({"score": "9"}, "not on the scale"),
        ({"score": "four"}, "look at score again"),
        ({"score": "4", "effort": "8"}, "look at effort again"),
        ({"score": "4", "minutes": "-5"}, "look at minutes again"),
    ],
)
async def test_what_is_no_answer_is_said_and_nothing_is_kept(
    house: House, client: httpx.AsyncClient, fields: dict[str, str], said: str
) -> None:
    ask, token = asked(house)

    answer = await client.post(f"/voice/{token}", data=fields | {"text": ""})

    assert answer.status_code == 422
    assert said in answer.text
    assert house.store.asks.get(ask.id).answered_at is None


async def test_a_token_that_is_none_shows_nothing_and_one_of_a_case_neither(
    house: House, client: httpx.AsyncClient
) -> None:
    of_a_case = house.store.conversations.issue_token("INC-22222222", "requester")

    answers = [await client.get(f"/voice/{token}") for token in ("a" * 26, of_a_case)]
    sent = await client.post(f"/voice/{of_a_case}", data={"score": "5"})

    assert {a.status_code for a in (*answers, sent)} == {404}
    assert all("leads to no question" in a.text for a in answers)


async def test_a_question_that_is_over_says_until_when_it_was_open(house: House, client: httpx.AsyncClient) -> None:
    ask, token = asked(house)
    house.store.asks._change(_is(ask), asked_at=NOW - timedelta(days=15))

    late = await client.post(f"/voice/{token}", data={"score": "5"})

    assert late.status_code == 410
    assert "Answers were taken until 2026-03-01" in late.text
    assert house.store.asks.get(ask.id).score is None


async def test_the_page_loads_nothing_runs_nothing_and_sends_only_here(house: House, client: httpx.AsyncClient) -> None:
    _, token = asked(house)

    page = await client.get(f"/voice/{token}")

    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert not re.search(r"<script|\ssrc=|\son[a-z]+=|https?://|url\(|@import|style=", page.text)
    assert page.text.count("<label") == 5 + 7 + 2


async def test_hostile_words_stay_words(house: House, client: httpx.AsyncClient) -> None:
    _, token = asked(house)
    evil = '</textarea><script>alert(1)</script>"'

    page = await client.post(f"/voice/{token}", data={"score": "99", "text": evil})

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_a_form_of_a_thousand_fields_is_no_form(house: House, client: httpx.AsyncClient) -> None:
    ask, token = asked(house)

    answer = await client.post(f"/voice/{token}", content="&".join(f"score=4&x{n}=1" for n in range(1000)))

    assert answer.status_code == 422
    assert house.store.asks.get(ask.id).answered_at is None


async def test_feedback_by_the_api_and_without_a_name_keeps_none(house: House, client: httpx.AsyncClient) -> None:
    headers = house.bearer("requester") | {"Idempotency-Key": "k1"}

    first = await client.post("/api/feedback", json={"text": "Nice.", "tone": "compliment"}, headers=headers)
    second = await client.post("/api/feedback", json={"text": "Hm.", "anonymous": True}, headers=headers)
    wrong = await client.post("/api/feedback", json={"text": "", "tone": "rage"}, headers=headers)
    blank = await client.post("/api/feedback", json={"text": " \n "}, headers=headers)

    assert (first.status_code, first.json()) == (201, {"id": "FBK-00000001", "created": True})
    assert second.status_code == 200
    assert wrong.status_code == 422
    assert blank.status_code == 422
    assert "there are no words in it" in blank.json()["error"]["message"]
    assert [given.source for given in house.desk.given] == ["api:requester", "api:"]


def _is(ask: Ask) -> object:
    from records.asks import ASKS

    return ASKS.c.id == ask.id
