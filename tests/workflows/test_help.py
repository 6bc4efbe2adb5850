"""Help before a person: articles with the first answer, remedies that run first, and the cases that get neither."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from activities.automation.code import Automation, Failed, Report, Run, automation
from definitions import acts
from definitions.automations import AutomationDefinition, Match, Risk
from definitions.base import Value
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.people import Actor, Door, Role
from office.errors import ActRefused
from office.knowledge_files import files_in, take_in
from tests.workflows.house import House, house
from tests.workflows.test_reception import mail, token_of

SHIPPED = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"
ADA = Actor(person="ada", roles=(Role.ADMIN,), door=Door.CLI, verified=True)
RAN: list[str] = []


class Whose(Value):
    """Whose account; `trouble` is what stands in the way."""

    person: str
    trouble: str = ""
    holds: bool | None = True


@automation("test-unlock", title="Unlock", risk=Risk.CHANGES)
class Unlock(Automation[Whose, Report]):
    """Unlocks, or cannot."""

    async def run(self, given: Whose, run: Run) -> Report:
        if given.trouble:
            raise Failed(given.trouble, "Unlock it by hand.")
        RAN.append(run.key)
        return Report(result=f"The account {given.person} is open.", checked="accounts", at=run.now, next_step="None.")

    async def dry_run(self, given: Whose, run: Run) -> Report:
        return Report(result="It would be unlocked.", checked="accounts", at=run.now, next_step="Run it.")

    async def holds(self, given: Whose, run: Run) -> bool | None:
        return given.holds


def unlocking(*, hold_out: float = 0.0, consent: bool = True, **inputs: Any) -> Organisation:
    """Accounts that are locked are unlocked by an automation."""
    use = AutomationDefinition(
        key="unlock", title="Unlock", does="test-unlock", owner="service-desk", risk=Risk.CHANGES, consent=consent,
        remedies=(Match(services=("identity",), categories=("account",)),), gives="Your account, open again.",
        from_case={"person": "requester"}, inputs=inputs,
    )  # fmt: skip
    services = tuple(each.model_copy(update={"hold_out": hold_out}) for each in organisation.services)
    return organisation.model_copy(update={"automations": (use,), "services": services})


@asynccontextmanager
async def helping(tmp_path: Path, empty: Path, org: Organisation = organisation) -> AsyncIterator[House]:
    """A house with all the articles."""
    async with house(tmp_path, empty, org) as home:
        take_in(home.desk.knowledge, files_in(SHIPPED), ADA)
        yield home


async def locked(home: House, **more: Any) -> str:
    """Rita cannot get in."""
    return await home.open("Account locked after too many attempts", service="identity", category="account", **more)


async def of_type(home: House, case: str, type_: str) -> list[dict[str, Any]]:
    return [event["data"] for event in (await home.show(case))["events"] if event["type"] == type_]


async def test_the_first_answer_carries_the_articles_that_probably_answer(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("VPN disconnects again and again")
        await home.pass_time(minutes=1)

        [first] = home.mails()
        words = first.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert home.sent(case) == [("offer", "rita")]
        assert "VPN disconnects again and again while I work" in words
        assert "In the VPN client under Preferences choose Protocol: TCP." in words
        assert 'Answer "solved", and we close the case' in " ".join(words.split())
        assert "By: " in words, "the promise is the same as without an offer"
        [offered] = await of_type(home, case, "offered")
        assert offered["articles"][0] == "kb-vpn-drops"
        [drawn] = await of_type(home, case, "help_drawn")
        assert drawn == {"layer": "help", "arm": "help", "share": 0.0, "remedy": None}


async def test_what_no_article_answers_gets_the_usual_first_answer(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("The chair in room 4 is broken")
        await home.pass_time(minutes=1)

        assert home.sent(case) == [("received", "rita")]
        assert not {"help_drawn", "offered"} & set(await home.types(case))


async def test_solved_by_an_article_ends_without_a_person_and_one_reply_brings_it_back(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = str((await home.desk.receive(mail(home, subject="I forgot my password", text="Help"))).case_id)
        await home.pass_time(minutes=5)
        token = token_of(home)

        await home.desk.receive(mail(home, 2, text="This solved it, thanks!", reply_token=token))
        await home.ends(case)

        shown = await home.show(case)
        assert (shown["state"], shown["outcome"], shown["touchless"]) == ("closed", "self_service", True)
        assert shown["articles"] == ["kb-password-forgotten"]
        assert {t["state"] for t in shown["targets"]} == {"met"}
        assert [t["counted_s"] for t in shown["targets"] if t["clock"] == "customer"] == [pytest.approx(300, abs=30)]
        assert [template for template, _ in home.sent(case)] == ["answer", "offer_taken"]
        links = home.store.articles.cases("kb-password-forgotten")
        assert [(link.case_id, link.how) for link in links] == [(case, "resolved")]

        await home.desk.receive(mail(home, 3, text="No, it asks again.", reply_token=token))
        await home.pass_time(minutes=1)

        again = await home.show(case)
        assert (again["state"], again["outcome"]) == ("queued", None)
        assert (await home.types(case)).count("help_drawn") == 1, "nothing is offered a second time"


@pytest.mark.parametrize("words", ["Yes", "Thanks!", "Yes please, somebody call me"])
async def test_a_mere_yes_or_thanks_ends_nothing(tmp_path: Path, empty_database: Path, words: str) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = str((await home.desk.receive(mail(home, subject="I forgot my password", text="Help"))).case_id)
        await home.pass_time(minutes=1)

        await home.desk.receive(mail(home, 2, text=words, reply_token=token_of(home)))
        await home.pass_time(minutes=1)

        assert (await home.show(case))["state"] == "queued"


async def test_a_no_is_remembered_and_the_case_waits_for_its_person(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = str((await home.desk.receive(mail(home, subject="I forgot my password", text="Help"))).case_id)
        await home.pass_time(minutes=1)

        for number in (2, 3):
            await home.desk.receive(mail(home, number, text="No, that did not help.", reply_token=token_of(home)))

        assert (await home.types(case)).count("offer_declined") == 1
        assert (await home.show(case))["state"] == "queued"


async def test_the_word_of_an_unproven_sender_or_of_another_person_ends_nothing(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = str((await home.desk.receive(mail(home, subject="I forgot my password", text="Help"))).case_id)
        await home.pass_time(minutes=1)
        reference = str(home.mails()[-1]["Message-ID"])

        await home.desk.receive(mail(home, 2, text="Solved", references=(reference,)))
        await home.desk.receive(mail(home, 3, text="Solved", reply_token=token_of(home), sender="mallory@example.org"))

        assert (await home.show(case))["state"] == "queued"


async def test_it_still_ends_when_a_person_has_begun_and_that_person_is_told(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("I forgot my password", service="identity")
        await home.pass_time(minutes=1)
        await home.act(case, acts.Start(by="sam"))

        await home.act(case, acts.Solved(by="rita", article="kb-password-forgotten"))
        await home.ends(case)

        shown = await home.show(case)
        assert (shown["outcome"], shown["touchless"]) == ("self_service", False)
        assert home.sent(case)[-2:] == [("offer_taken", "rita"), ("offer_taken_meanwhile", "sam")]


async def test_once_a_person_has_written_it_works_now_is_not_taken_for_the_article(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("VPN disconnects again and again")
        await home.pass_time(minutes=1)
        await home.act(case, acts.Comment(by="jay", text=home.words("I gave you a new profile. Better?")))

        await home.desk.receive(mail(home, 2, text="It works now!", reply_token=token_of(home)))

        assert (await home.show(case))["state"] == "queued"
        await home.act(case, acts.Solved(by="rita", article="kb-vpn-drops"))
        assert (await home.show(case))["outcome"] == "self_service"


async def test_the_word_of_one_requester_does_not_end_the_cases_of_others(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("VPN disconnects again and again")
        other = await home.open("No VPN", by="omar@example.org")
        await home.act(other, acts.Link(by="jay", parent=case))
        await home.pass_time(minutes=1)

        with pytest.raises(ActRefused, match="stands for other cases too"):
            await home.act(case, acts.Solved(by="rita"))
        await home.desk.receive(mail(home, 2, text="Solved", sender="rita@example.org", reply_token=token_of(home, 0)))

        assert {(await home.show(each))["state"] for each in (case, other)} == {"queued"}


async def test_another_service_withdraws_what_the_first_one_proposed(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        case = await locked(home)
        await home.pass_time(minutes=1)

        await home.act(case, acts.Redefine(by="sam", definition=home.desk.definition("email"), category="mailbox"))

        assert [q["state"] for q in (await home.show(case))["questions"]] == ["withdrawn"]


async def test_where_nothing_was_offered_the_article_must_be_named(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        case = await home.open("The chair in room 4 is broken")

        with pytest.raises(ActRefused, match="no article was offered"):
            await home.act(case, acts.Solved(by="rita"))
        await home.act(case, acts.Solved(by="rita", article="kb-vpn-drops"))

        assert (await home.show(case))["outcome"] == "self_service"


async def test_what_a_machine_reports_is_offered_nothing(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database) as home:
        robot = mail(home, subject="I forgot my password", automatic="Auto-Submitted: auto-generated")
        case = str((await home.desk.receive(robot)).case_id)
        await home.pass_time(minutes=1)

        assert not {"help_drawn", "offered", "told"} & set(await home.types(case))


async def test_the_articles_tell_what_a_mail_is_about_so_that_its_remedy_is_proposed(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database) as home:
        text = "I am back from holiday."
        case = str((await home.desk.receive(mail(home, subject="I forgot my password", text=text))).case_id)
        await home.pass_time(minutes=1)

        words = home.mails()[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert (await home.show(case))["category"] is None
        assert "Choose Forgot my password and prove who you are" in " ".join(words.split())
        assert "We can also do this for you" in words
        assert "A temporary password for your account, sent to your recovery address." in words


# -- remedies --------------------------------------------------------------------------------------------------------


async def test_a_remedy_runs_with_the_requesters_yes_and_ends_as_automated(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        RAN.clear()
        case = await locked(home)
        await home.pass_time(minutes=1)
        asked = home.mails()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        before = list(RAN)

        await home.desk.receive(mail(home, 2, text="Yes", reply_token=token_of(home)))
        await home.pass_time(minutes=1)
        told = home.mails()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        await home.desk.receive(mail(home, 3, text="Yes, thank you", reply_token=token_of(home)))
        await home.ends(case)

        assert "Your account, open again." in asked
        assert 'Answer "yes", and it is done.' in " ".join(asked.split())
        assert (before, RAN) == ([], [f"{case}/unlock/remedy/run"])
        assert "This was done for you" in told
        assert "Your account, open again." in told
        shown = await home.show(case)
        assert (shown["outcome"], shown["touchless"]) == ("automated", True)
        [tried] = await of_type(home, case, "remedy_tried")
        assert tried == {"automation": "unlock", "outcome": "done", "verified": True}


async def test_silence_is_no_consent(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        RAN.clear()
        case = await locked(home)
        await home.pass_time(days=5)

        shown = await home.show(case)
        assert RAN == []
        assert [q["state"] for q in shown["questions"]] == ["lapsed"]
        assert shown["state"] == "queued"


@pytest.mark.parametrize("by", ["sam", "ada"])
async def test_nobody_agrees_for_somebody_else(tmp_path: Path, empty_database: Path, by: str) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        case = await locked(home)
        await home.pass_time(minutes=1)

        with pytest.raises(ActRefused, match="only rita can agree"):
            await home.desk.act(case, acts.Answer(by=by, question="consent", value="yes"), actor=home.person(by))


async def test_a_person_who_begins_ends_the_question(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        RAN.clear()
        case = await locked(home)
        await home.pass_time(minutes=1)
        await home.act(case, acts.Start(by="sam"))

        with pytest.raises(ActRefused, match="withdrawn"):
            await home.act(case, acts.Answer(by="rita", question="consent", value="yes"))

        assert RAN == []


async def test_a_remedy_that_needs_no_consent_runs_at_once(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database, unlocking(consent=False)) as home:
        case = await locked(home)
        await home.pass_time(minutes=1)

        assert (await home.show(case))["state"] == "resolved"
        assert [template for template, _ in home.sent(case)] == ["offer", "offer_remedied"]


@pytest.mark.parametrize(
    ("inputs", "outcome", "verified"),
    [({"trouble": "the directory is away"}, "failed", None), ({"holds": False}, "done", False)],
)
async def test_what_a_remedy_could_not_do_a_person_gets_with_all_findings(
    tmp_path: Path, empty_database: Path, inputs: dict[str, Any], outcome: str, verified: bool | None
) -> None:
    async with helping(tmp_path, empty_database, unlocking(consent=False, **inputs)) as home:
        case = await locked(home)
        await home.pass_time(minutes=1)

        shown = await home.show(case)
        assert shown["state"] == "queued"
        assert await of_type(home, case, "remedy_tried") == [
            {"automation": "unlock", "outcome": outcome, "verified": verified}
        ]
        [found] = [f for f in await of_type(home, case, "automated") if f["automation"] == "unlock"]
        assert "Next: " in found["finding"]


async def test_reopened_after_a_remedy_a_person_gets_it_and_nothing_runs_again(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database, unlocking(consent=False)) as home:
        RAN.clear()
        case = await locked(home)
        await home.pass_time(minutes=1)

        await home.act(case, acts.Reopen(by="rita", text=home.words("It is locked again.")))
        await home.pass_time(minutes=10)
        await home.act(case, acts.Start(by="sam"))
        await home.act(case, acts.Resolve(by="sam", text=home.words("A phone had the old password.")))
        await home.act(case, acts.Confirm(by="rita"))
        await home.ends(case)

        assert len(RAN) == 1
        assert (await home.show(case))["outcome"] == "confirmed"


# -- hold-out --------------------------------------------------------------------------------------------------------


async def test_those_held_out_get_neither_and_what_they_would_have_got_is_remembered(
    tmp_path: Path, empty_database: Path
) -> None:
    async with helping(tmp_path, empty_database, unlocking(hold_out=0.5, consent=False)) as home:
        RAN.clear()
        cases = [await locked(home) for _ in range(12)]
        await home.pass_time(minutes=2)

        arms = {case: (await of_type(home, case, "opened"))[0]["help"] for case in cases}
        held = [case for case in cases if arms[case] == "hold_out"]
        assert 0 < len(held) < 12, "half of them, by lot"
        for case in cases:
            [drawn] = await of_type(home, case, "help_drawn")
            assert drawn == {"layer": "help", "arm": arms[case], "share": 0.5, "remedy": "unlock"}
        assert {case for case in cases for template, _ in home.sent(case) if "offer" in template} == {*cases} - {*held}
        assert {key.partition("/")[0] for key in RAN} == {*cases} - {*held}
        assert {(await home.show(case))["state"] for case in held} == {"queued"}
        assert all(home.sent(case) == [("received", "rita")] for case in held)


async def test_a_case_that_becomes_a_major_incident_leaves(tmp_path: Path, empty_database: Path) -> None:
    async with helping(tmp_path, empty_database, unlocking()) as home:
        RAN.clear()
        case = await locked(home)
        await home.pass_time(minutes=1)

        await home.act(case, acts.Major(by="dana"))

        assert await of_type(home, case, "help_left") == [{"why": "major"}]
        with pytest.raises(ActRefused, match="major incident"):
            await home.act(case, acts.Solved(by="rita", article="kb-account-locked"))
        with pytest.raises(ActRefused, match="withdrawn"):
            await home.act(case, acts.Answer(by="rita", question="consent", value="yes"))
        assert RAN == []
