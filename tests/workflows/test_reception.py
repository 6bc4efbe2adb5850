"""Mail finds its case, or opens one, or is put aside; nothing is read by who may not, nothing is answered in a loop."""

import re
from datetime import timedelta

import pytest

from definitions import acts
from definitions.intake import InboundMessage
from office.reception import answer_in
from tests.workflows.house import House


def mail(home: House, number: int = 1, **more: object) -> InboundMessage:
    """A mail from Rita."""
    given = {
        "source": "pipe",
        "external_id": f"<m{number}@example.org>",
        "message_id": f"<m{number}@example.org>",
        "at": home.desk.clock(),
        "channel": "email",
        "sender": "rita@example.org",
        "recipients": ("help@example.com",),
        "subject": "VPN drops every hour",
        "text": "Since this morning the VPN drops.",
    }
    return InboundMessage.model_validate(given | more)


def token_of(home: House, index: int = -1) -> str:
    """The reply token of a mail we sent."""
    found = re.search(r"\+([a-z2-7]{26})@", str(home.mails()[index]["Reply-To"]))
    assert found is not None
    return found.group(1)


async def test_a_mail_opens_an_incident_of_the_service_it_speaks_of(home: House) -> None:
    received = await home.desk.receive(mail(home))

    assert received.outcome == "opened"
    shown = await home.show(str(received.case_id))
    assert (shown["service"], shown["requester"], shown["channel"]) == ("vpn", "rita@example.org", "email")
    assert shown["title"] == "VPN drops every hour"


async def test_a_mail_that_names_no_service_goes_to_the_default_one_and_says_so(home: House) -> None:
    received = await home.desk.receive(mail(home, subject="Help", text="Something is odd."))

    shown = await home.show(str(received.case_id))
    assert shown["service"] == "workplace"
    assert received.reason


async def test_the_same_mail_again_is_known_by_whichever_door_it_comes(home: House) -> None:
    first = await home.desk.receive(mail(home))

    again = await home.desk.receive(mail(home))
    elsewhere = await home.desk.receive(mail(home, source="imap:help", external_id="7/1"))

    assert [again.outcome, elsewhere.outcome] == ["duplicate", "duplicate"]
    assert {again.case_id, elsewhere.case_id} == {first.case_id}


async def test_a_reply_with_our_token_lands_on_its_case_and_a_yes_closes_it(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile.")))
    await home.pass_time(seconds=3)

    received = await home.desk.receive(mail(home, 2, text="Yes, thank you!", reply_token=token_of(home)))
    await home.ends(case)

    shown = await home.show(case)
    assert (received.outcome, received.case_id) == ("threaded", case)
    assert shown["outcome"] == "confirmed"


async def test_forged_references_from_a_stranger_open_a_case_of_their_own(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.pass_time(seconds=3)
    reference = str(home.mails()[-1]["Message-ID"])

    forged = await home.desk.receive(mail(home, 2, sender="mallory@evil.example", references=(reference,)))
    honest = await home.desk.receive(mail(home, 3, references=(reference,)))

    assert (forged.outcome, honest.outcome) == ("opened", "threaded")
    assert forged.case_id != case
    assert honest.case_id == case


async def test_an_unproven_yes_is_heard_but_confirms_nothing(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile.")))
    await home.pass_time(seconds=3)
    reference = str(home.mails()[-1]["Message-ID"])

    received = await home.desk.receive(mail(home, 2, text="Yes", references=(reference,)))

    assert received.outcome == "threaded"
    assert (await home.show(case))["state"] == "resolved"


async def test_a_token_in_a_strangers_hand_lets_them_speak_unproven(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile.")))
    await home.pass_time(seconds=3)

    await home.desk.receive(mail(home, 2, sender="other@example.net", text="Yes", reply_token=token_of(home)))

    shown = await home.show(case)
    assert shown["state"] == "resolved"
    assert [m["verified"] for m in shown["messages"] if m["kind"] == "heard"] == [False]


async def test_an_out_of_office_answer_loops_nowhere(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.pass_time(seconds=3)
    before = len(home.mails())
    away = mail(home, 2, text="I am away.", automatic="Auto-Submitted: auto-replied", reply_token=token_of(home))

    received = await home.desk.receive(away)
    await home.pass_time(seconds=30)

    assert (received.outcome, received.case_id) == ("ignored", case)
    assert len(home.mails()) == before


async def test_a_machine_that_reports_opens_a_case_and_gets_no_answer(home: House) -> None:
    received = await home.desk.receive(mail(home, automatic="Auto-Submitted: auto-generated"))
    await home.pass_time(seconds=30)

    assert received.outcome == "opened"
    assert home.mails() == []


async def test_words_to_a_closed_case_bring_it_back_and_thanks_do_not(home: House) -> None:
    case = str((await home.desk.receive(mail(home))).case_id)
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile.")))
    await home.pass_time(seconds=3)
    token = token_of(home)
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)

    thanks = await home.desk.receive(mail(home, 2, text="Thanks a lot!", reply_token=token))
    after_thanks = (await home.show(case))["state"]
    await home.desk.receive(mail(home, 3, text="It drops again.", reply_token=token))

    assert thanks.outcome == "threaded"
    assert after_thanks == "closed"
    assert (await home.show(case))["state"] == "queued"


async def test_a_case_accepted_while_nothing_ran_is_started_by_the_relay(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from office.errors import Unreachable
    from office.relay import Relay

    start = home.desk.courier.start

    async def away(row: object) -> None:
        raise Unreachable("the server is away")

    monkeypatch.setattr(home.desk.courier, "start", away)
    stored = await home.desk.receive(mail(home))
    monkeypatch.setattr(home.desk.courier, "start", start)
    await home.pass_time(**{"seconds": timedelta(seconds=30).total_seconds()})

    delivered = await Relay(home.desk).once()

    again = await home.desk.receive(mail(home))
    assert stored.reason.startswith("stored")
    assert delivered == 1
    assert again.outcome == "duplicate"
    assert (await home.show(str(again.case_id)))["state"] == "queued"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Yes, thank you", True),
        ("No problem, it works now", True),
        ("Danke!", True),
        ("no", False),
        ("Still the same", False),
        ("It doesn't help.", False),
        ("Thanks, but it still does not work", False),
        ("Does it work on Linux too?", None),
        ("Which button?", None),
        ("Solved? No.", None),
        ("Danke, geht aber nicht", None),
        ("Thanks, I will test it tomorrow.", None),
        ("Thank you for your mail. I am away until Monday.", None),
        ("Thanks, it works now", True),
        ("Thanks", True),
        ("Works only on wifi, not on cable", None),
        ("Fixed? I don't think so", None),
        ("No, thanks, it works now", True),
        ("No, it is the same", False),
        ("", None),
    ],
)
def test_the_first_words_answer_or_do_not(words: str, answer: bool | None) -> None:
    assert answer_in(words) is answer
