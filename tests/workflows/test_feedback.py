"""Feedback is owned, answered, and open until something was done about it; a compliment reaches those it is about."""

import pytest

from definitions import acts
from definitions.feedback.acts import AnswerGiver, CloseFeedback, ShareWith
from definitions.feedback.giving import GiveFeedback
from definitions.feedback.state import Tone
from definitions.intake import InboundMessage
from office.errors import ActRefused, NotAllowed, NotFound, Unusable
from tests.workflows.house import House


async def give(home: House, text: str = "Nobody called me back.", *, by: str = "rita", **more: object) -> str:
    """Feedback of somebody at the command line."""
    given = GiveFeedback.model_validate({"text": text, "service": "vpn"} | more)
    opened = await home.desk.feedback.give(given, home.person(by))
    home.opened.append(opened.id)
    await home.pass_time(seconds=5)
    return opened.id


async def solved(home: House) -> str:
    """An incident that jay worked on and rita confirmed."""
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile.")))
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)
    return case


async def test_a_complaint_goes_to_the_lead_who_answers_and_says_what_was_done(home: House) -> None:
    case = await give(home, tone="complaint")
    opened = await home.show(case, "dana")
    await home.act(case, AnswerGiver(by="dana", text=home.words("I am sorry. I look into it.")))
    await home.pass_time(days=2)

    await home.act(case, CloseFeedback(by="dana", text=home.words("Calls are now on the team's wall.")))
    await home.ends(case)

    closed = await home.show(case, "dana")
    assert (opened["team"], opened["assignee"], opened["tone"], opened["priority"]) == (
        "network",
        "dana",
        "complaint",
        "P3",
    )
    assert (closed["state"], closed["outcome"]) == ("closed", "acted_on")
    assert [t["state"] for t in closed["targets"]] == ["met", "met"]
    to = {"feedback_received": "rita", "feedback_owner": "dana", "feedback_answer": "rita", "feedback_done": "rita"}
    assert home.sent(case) == list(to.items())
    assert [promise["state"] for promise in closed["promises"]] == ["kept"]


async def test_it_stays_open_for_months_and_the_manager_hears_that_nothing_was_done(home: House) -> None:
    case = await give(home, "The portal could be in French.")

    await home.pass_time(days=90)

    late = await home.show(case, "dana")
    assert late["state"] == "queued"
    assert {t["state"] for t in late["targets"]} == {"breached"}
    assert {("page", "dana"), ("page", "max")} <= set(home.sent(case))
    assert "promise_broken" in [template for template, _ in home.sent(case)]
    await home.act(case, CloseFeedback(by="dana", text=home.words("Too few of us read French."), done=False))
    await home.ends(case)
    assert (await home.show(case, "dana"))["outcome"] == "not_acted_on"


async def test_a_compliment_about_a_case_reaches_who_worked_on_it_and_their_lead(home: House) -> None:
    about = await solved(home)

    case = await give(home, "Jay was kind and quick!", tone="compliment", case=about, service=None)
    await home.ends(case)

    closed = await home.show(case, "dana")
    assert (closed["outcome"], closed["shared_with"], closed["about"]) == ("shared", ["jay"], about)
    assert home.sent(case) == [("compliment", "jay"), ("compliment", "dana"), ("compliment_passed", "rita")]
    to_jay = [mail.as_string() for mail in home.mails() if "jay@" in mail["To"]]
    assert "Jay was kind and quick!" in to_jay[-1]


async def test_a_compliment_about_nobody_in_particular_is_passed_on_by_its_owner(home: House) -> None:
    case = await give(home, "Your Wi-Fi is great.", tone="compliment")
    waiting = await home.show(case, "dana")

    await home.act(case, ShareWith(by="dana", people=("maria", "jay")))
    await home.ends(case)

    assert waiting["state"] == "queued"
    assert (await home.show(case, "dana"))["shared_with"] == ["maria", "jay"]
    assert {("compliment", "maria"), ("compliment", "jay")} <= set(home.sent(case))


async def test_what_is_given_without_a_name_leads_back_to_nobody(home: House) -> None:
    case = await give(home, "The lead shouts.", tone="complaint", anonymous=True, external_id="my-key")

    shown = await home.show(case, "dana")
    with pytest.raises(ActRefused, match="without a name"):
        await home.act(case, AnswerGiver(by="dana", text=home.words("Who are you?")))

    facts = home.store.events.of(case)
    arrival = home.store.inbox.start_of(case)
    assert (shown["requester"], facts[0].actor) == (None, "anonymous")
    assert arrival is not None
    assert "rita" not in arrival.model_dump_json()
    assert "my-key" not in arrival.model_dump_json()
    assert [target["clock"] for target in shown["targets"]] == ["resolution"]
    assert home.sent(case) == [("feedback_owner", "dana")]
    await home.act(case, CloseFeedback(by="dana", text=home.words("We talked.")))
    await home.ends(case)


async def test_a_case_of_ones_own_would_say_who_gave_it_without_a_name(home: House) -> None:
    about = await home.open()
    await home.pass_time(seconds=5)

    with pytest.raises(Unusable, match="would say who you are"):
        await give(home, "Too slow.", case=about, anonymous=True)
    theirs = await give(home, "Too slow for Rita.", by="lena", case=about, anonymous=True)

    assert (await home.show(theirs, "dana"))["requester"] is None


async def test_praise_without_a_name_reaches_nobody_before_its_owner_has_read_it(home: House) -> None:
    case = await give(home, "So kind, for once.", tone="compliment", anonymous=True, about=("maria",))

    assert home.sent(case) == [("feedback_owner", "dana")]
    await home.act(case, ShareWith(by="dana", people=("maria",)))
    await home.ends(case)
    assert home.sent(case)[1:] == [("compliment", "maria"), ("compliment", "dana")]


@pytest.mark.parametrize("tone", ["complaint", "suggestion"])
async def test_whom_it_is_about_neither_ends_it_nor_gives_it_away_nor_gets_it(home: House, tone: str) -> None:
    case = await give(home, "Jay did not listen.", tone=tone, about=("jay",))
    words = home.words("It is nothing.")
    for act in (
        AnswerGiver(by="jay", text=words),
        CloseFeedback(by="jay", text=words),
        acts.Cancel(by="jay", text=words),
        acts.Assign(by="jay", to="maria"),
        acts.Assign(by="dana", to="jay"),
    ):
        with pytest.raises(ActRefused, match="is about jay"):
            await home.act(case, act)

    await home.act(case, acts.Comment(by="jay", text=home.words("I remember it otherwise."), internal=True))
    await home.act(case, acts.Assign(by="dana", to="maria"))
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)


async def test_words_of_the_giver_after_the_end_bring_it_back(home: House) -> None:
    case = await give(home, tone="complaint")
    await home.act(case, CloseFeedback(by="dana", text=home.words("It was a holiday."), done=False))
    await home.ends(case)

    await home.act(case, acts.Reopen(by="rita", text=home.words("It was not.")))
    await home.pass_time(seconds=5)

    assert (await home.show(case, "dana"))["state"] == "queued"
    await home.act(case, CloseFeedback(by="dana", text=home.words("We call back on holidays too.")))
    await home.ends(case)


async def test_what_does_not_fit_is_refused_with_the_next_step(home: House) -> None:
    case = await give(home, tone="complaint")

    with pytest.raises(ActRefused, match="only a compliment"):
        await home.act(case, ShareWith(by="dana", people=("jay",)))
    with pytest.raises(ActRefused, match="nothing one does to a feedback"):
        await home.act(case, acts.Start(by="dana"))
    with pytest.raises(NotFound, match="no case"):
        await give(home, case="INC-none0000")
    about = await home.open(by="omar@example.org")
    with pytest.raises(NotAllowed):
        await give(home, case=about)
    with pytest.raises(NotFound, match="service"):
        await give(home, service="fax")
    await home.act(case, acts.Cancel(by="rita"))
    await home.act(about, acts.Cancel(by="omar"))
    await home.ends(case)


async def test_the_same_key_gives_the_same_case(home: House) -> None:
    one = await give(home, external_id="k1")
    two = await give(home, external_id="k1")

    assert one == two
    await home.act(one, acts.Cancel(by="rita"))
    await home.ends(one)


@pytest.mark.parametrize(
    ("subject", "tone"),
    [
        *(("Complaint: nobody answers", Tone.COMPLAINT), ("Lob: danke an Jay", Tone.COMPLIMENT)),
        *(("Feedback - the portal", Tone.SUGGESTION), ("Suggestion: in French", Tone.SUGGESTION)),
        *(("Feedback form does not open", None), ("Dank VPN kein Mail", None), ("Complaint", None)),
    ],
)
def test_a_subject_says_that_a_mail_is_feedback(subject: str, tone: Tone | None) -> None:
    from definitions.feedback.giving import tone_of

    assert tone_of(subject) is tone


async def test_nobody_owns_what_they_gave_or_what_is_said_of_them(home: House) -> None:
    own = await give(home, "My team needs a quiet room.", by="dana")
    about = await give(home, "She shouts.", tone="complaint", about=("dana",))

    owners = [(await home.show(case, "max"))["assignee"] for case in (own, about)]

    assert owners == ["max", "max"]
    for case, by in ((own, "dana"), (about, "rita")):
        await home.act(case, acts.Cancel(by=by))
        await home.ends(case)


async def test_who_is_paged_is_told_what_one_does_to_feedback(home: House) -> None:
    case = await give(home, tone="complaint")
    await home.pass_time(days=10)

    pages = [mail.as_string() for mail in home.mails() if case in mail["Subject"] and "max@" in mail["To"]]

    assert f"jidoka feedback answer {case}" in pages[0]
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)


async def test_a_mail_that_says_so_is_feedback_and_opens_no_incident(home: House) -> None:
    fields = {"source": "pipe", "external_id": "m1", "at": home.desk.clock(), "channel": "email"}
    fields |= {"sender": "rita@example.org", "subject": "Complaint: the VPN hotline", "text": "Nobody answers."}
    message = InboundMessage.model_validate(fields)

    once, twice = await home.desk.receive(message), await home.desk.receive(message)

    case = str(once.case_id)
    home.opened.append(case)
    shown = await home.show(case, "dana")
    assert (once.outcome, once.reason, twice.outcome, twice.case_id) == ("opened", "complaint", "duplicate", case)
    assert (shown["kind"], shown["service"], shown["tone"]) == ("feedback", "vpn", "complaint")
    assert shown["words"] == "Complaint: the VPN hotline\n\nNobody answers."
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)


async def test_whoever_owns_it_may_act_before_its_first_facts_are_in_the_records(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await give(home)
    monkeypatch.setattr(home.store.cases, "get", lambda case_id: None)

    await home.desk.ask(case, CloseFeedback, actor=home.person("jay"))

    with pytest.raises(NotAllowed, match="only for what their teams hold"):
        await home.desk.ask(case, CloseFeedback, actor=home.person("sam"))
