"""People are asked how it went: once in a period, by one mail, answered by a click or a word that touches no case."""

import re
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from activities.voice import AskRound
from definitions import acts
from definitions.example import organisation
from definitions.intake import InboundMessage, Received
from definitions.surveys import Answer
from office.errors import ActRefused, NotAllowed, Unusable
from records.asks import Ask
from tests.workflows.house import QUEUE, House, house
from workflows.survey import SurveyWorkflow

AFTER_CASE, AT_WORK, OVERALL = organisation.surveys


async def solved(home: House, *, by: str = "rita@example.org", worker: str = "jay") -> str:
    """An incident that somebody worked on and its requester confirmed."""
    case = await home.open(by=by)
    await home.act(case, acts.Start(by=worker))
    await home.act(case, acts.Resolve(by=worker, text=home.words("New profile.")))
    await home.act(case, acts.Confirm(by=by.partition("@")[0]))
    await home.ends(case)
    return case


async def asked(home: House) -> AskRound:
    """One round."""
    name = f"surveys-{home.desk.clock().timestamp()}"
    done = await home.env.client.execute_workflow(SurveyWorkflow.run, id=name, task_queue=QUEUE)
    await home.replays(name)
    return done


def of(home: House, case: str, survey: str = "after-case") -> Ask:
    """The question of a survey about a case."""
    return next(ask for ask in home.store.asks.of_case(case) if ask.survey == survey)


def survey_mail(home: House, to: str = "rita@example.org") -> EmailMessage:
    """The last mail of a survey to this address."""
    return [mail for mail in home.mails() if mail["To"] == to and "How did it go" in mail["Subject"]][-1]


def reply(home: House, mail: EmailMessage, words: str, **more: Any) -> InboundMessage:
    """An answer to it."""
    token = re.search(r"\+([a-z0-9]+)@", mail["Reply-To"])
    assert token is not None
    fields = {
        "source": "pipe",
        "external_id": f"m-{len(words)}-{words[:1]}",
        "at": home.desk.clock(),
        "channel": "email",
    }
    fields |= {"sender": "rita@example.org", "subject": "Re: How did it go?", "text": words, "full_text": words}
    return InboundMessage.model_validate(fields | {"reply_token": token[1], "references": (mail["Message-ID"],)} | more)


async def test_after_a_case_its_requester_is_asked_by_one_mail_and_answers_with_a_number(home: House) -> None:
    case = await solved(home)

    round_ = await asked(home)
    answer = await home.desk.receive(reply(home, survey_mail(home), "5 - thank you, Jay"))

    ask = of(home, case)
    words = home.store.texts.get(ask.text.id) if ask.text else None
    assert round_.sent >= 1
    assert answer == Received(outcome="threaded", case_id=case, reason="an answer to a survey")
    assert (ask.person, ask.score, ask.channel, words) == ("rita", 5, "email", "thank you, Jay")
    assert ask.feedback is None


async def test_a_reply_that_says_nothing_or_comes_when_nobody_asks_any_more_is_settled_at_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await solved(home)
    await asked(home)
    mail = survey_mail(home)

    empty = await home.desk.receive(reply(home, mail, ""))
    without = organisation.model_copy(update={"surveys": ()})
    monkeypatch.setattr(home.desk.voice, "_standard", lambda: without)
    gone = await home.desk.receive(reply(home, mail, "5, thank you"))

    rows = [home.store.inbox.find("pipe", name) for name in ("m-0-", "m-12-5")]
    assert (empty.outcome, empty.reason) == ("threaded", "nothing was answered: give a number from 1 to 5")
    assert (gone.outcome, gone.reason) == ("ignored", "this is no longer asked")
    assert [row and row.state for row in rows] == ["done", "done"]
    assert of(home, case).answered_at is None


async def test_what_a_crash_kept_from_its_end_is_settled_by_the_relay(home: House) -> None:
    await solved(home)
    await asked(home)
    await home.desk.receive(reply(home, survey_mail(home), "I am away.", automatic="Auto-Submitted: auto-replied"))
    row = home.store.inbox.find("pipe", "m-10-I")
    assert row is not None

    await home.desk.reception.deliver(home.store.inbox.mark(row.id, "received"))

    again = home.store.inbox.find("pipe", "m-10-I")
    assert again is not None
    assert (again.state, again.error) == ("done", "Auto-Submitted: auto-replied")


async def test_a_number_in_a_reply_touches_no_case_and_a_no_reopens_none(home: House) -> None:
    case = await solved(home)
    await asked(home)
    before = len(home.store.events.of(case))

    for words in ("5", "No, it still does not work"):
        await home.desk.receive(reply(home, survey_mail(home), words))
    await home.pass_time(minutes=1)

    row = home.store.cases.get(case)
    assert row is not None
    assert (row.state, len(home.store.events.of(case))) == ("closed", before)


async def test_a_low_score_becomes_a_complaint_that_the_lead_answers(home: House) -> None:
    case = await solved(home)
    await asked(home)

    await home.desk.receive(reply(home, survey_mail(home), "1\nNobody called me back."))
    await home.pass_time(seconds=10)

    complaint = of(home, case).feedback
    assert complaint is not None
    home.opened.append(complaint)
    shown = await home.show(complaint, "dana")
    assert (shown["tone"], shown["about"], shown["assignee"]) == ("complaint", case, "dana")
    assert shown["words"] == "Nobody called me back.\n\nRated 1 of 5 (How satisfied are you with how we handled this?)"
    await home.desk.receive(reply(home, survey_mail(home), "1\nStill nobody."))
    assert of(home, case).feedback == complaint
    await home.act(complaint, acts.Cancel(by="rita"))
    await home.ends(complaint)


async def test_nobody_is_asked_twice_in_a_month_nor_after_another_week_of_silence_about_the_same(home: House) -> None:
    await solved(home)
    first = await asked(home)
    again = await asked(home)
    await home.pass_time(days=10)
    second = await solved(home)

    soon = await asked(home)

    to_rita = [ask for ask in home.store.asks.heard() if ask.person == "rita"]
    assert first.sent >= 1
    assert (again.drawn, again.sent) == (0, 0)
    assert [ask for ask in home.store.asks.of_case(second) if ask.person == "rita"] == []
    assert len(to_rita) == 1
    assert soon.skipped == 0


async def test_a_round_that_died_half_way_goes_on_where_it_stopped(home: House) -> None:
    case = await solved(home)
    await asked(home)
    ask = of(home, case)
    sent = len(home.mails())
    home.store.asks._change(_is(ask), asked_at=None)  # as a worker leaves it that dies between mail and note

    await asked(home)

    assert of(home, case).asked_at is not None
    assert len(home.mails()) == sent


async def test_machines_and_what_nobody_saw_are_not_asked_about(home: House) -> None:
    silent = await home.open()
    await home.act(silent, acts.Cancel(by="rita"))
    await home.ends(silent)

    await asked(home)

    assert home.store.asks.of_case(silent) == []


async def test_automatic_replies_strangers_and_forged_references_are_no_answers(home: House) -> None:
    case = await solved(home)
    await asked(home)
    mail = survey_mail(home)

    away = await home.desk.receive(reply(home, mail, "5 away", automatic="a vacation note", external_id="a"))
    stranger = await home.desk.receive(reply(home, mail, "5", sender="omar@example.org", external_id="b"))
    forged = await home.desk.receive(reply(home, mail, "5", reply_token=None, external_id="c"))

    assert {away.outcome, stranger.outcome, forged.outcome} == {"ignored"}
    assert of(home, case).answered_at is None
    proven = await home.desk.receive(reply(home, mail, "4", reply_token=None, verified=True, external_id="d"))
    assert (proven.outcome, of(home, case).score) == ("threaded", 4)


async def test_the_same_mail_twice_is_one_answer(home: House) -> None:
    await solved(home)
    await asked(home)
    message = reply(home, survey_mail(home), "4")

    once, twice = await home.desk.receive(message), await home.desk.receive(message)

    assert (once.outcome, twice.outcome) == ("threaded", "duplicate")


async def test_answers_are_taken_for_two_weeks(home: House) -> None:
    case = await solved(home)
    await asked(home)
    mail = survey_mail(home)
    await home.pass_time(days=15)

    late = await home.desk.receive(reply(home, mail, "5"))

    assert "answers were taken until" in late.reason
    assert of(home, case).score is None
    with pytest.raises(ActRefused, match="taken until"):
        await home.desk.voice.take(of(home, case), Answer(score=5), channel="web")


async def test_whoever_asked_for_it_can_say_how_it_went_unasked_and_nobody_else(home: House) -> None:
    case = await solved(home)

    said = await home.desk.voice.rate(case, Answer(score=4, effort=6, minutes=30, text="Fine."), home.person("rita"))

    assert (said.score, said.effort, said.minutes, said.turn) == (4, 6, 30, None)
    with pytest.raises(NotAllowed):
        await home.desk.voice.rate(case, Answer(score=1), home.person("omar"))
    with pytest.raises(NotAllowed):
        await home.desk.voice.rate(case, Answer(score=5), home.person("jay"))
    with pytest.raises(Unusable, match="9 is not on the scale"):
        await home.desk.voice.rate(case, Answer(score=9), home.person("rita"))
    await asked(home)
    assert of(home, case).asked_at is None


async def test_employees_are_asked_about_what_they_worked_on_and_no_complaint_comes_of_it(
    tmp_path: Path, empty_database: Path
) -> None:
    all_of_them = AT_WORK.model_copy(update={"share": 1.0})
    async with house(tmp_path, empty_database, organisation.model_copy(update={"surveys": (all_of_them,)})) as home:
        case = await solved(home)

        round_ = await asked(home)
        ask = of(home, case, "at-work")
        kept = await home.desk.voice.take(
            ask, Answer(score=0, text="It does not work without a test system."), channel="web"
        )

        assert (round_.sent, ask.person, ask.role, ask.measures) == (1, "jay", "staff", "happiness")
        assert (kept.score, kept.feedback) == (0, None)


async def test_everybody_is_asked_in_turn_about_the_service_as_a_whole(tmp_path: Path, empty_database: Path) -> None:
    all_of_them = OVERALL.model_copy(update={"share": 1.0, "every_days": 28})
    async with house(tmp_path, empty_database, organisation.model_copy(update={"surveys": (all_of_them,)})) as home:
        for _ in range(57):
            await asked(home)
            await home.pass_time(days=1)

        times: dict[str, list[Any]] = {}
        for ask in home.store.asks.heard():
            times.setdefault(ask.person, []).append(ask.drawn_at)
        gaps = [b - a for drawn in times.values() for a, b in pairwise(drawn)]
        assert set(times) == {"rita", "omar", "chloe", "hugo", "yuki"}
        assert {len(drawn) for drawn in times.values()} <= {2, 3}
        assert min(gaps) >= timedelta(days=28)


def _is(ask: Ask) -> Any:
    from records.asks import ASKS

    return ASKS.c.id == ask.id
