"""The page of a cycle goes to those concerned, once, also when its run is long over."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from definitions.cycle import acts
from definitions.feedback.giving import GiveFeedback
from definitions.feedback.state import Tone
from office.cycle_publishing import Reader
from office.errors import NotAllowed, NotFound
from tests.workflows.cycles import FigureDesk, begun
from tests.workflows.house import House, house


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path) -> AsyncIterator[House]:
    figures = FigureDesk()
    async with house(tmp_path, empty_database, cycles=figures) as ours:
        figures.desk = ours.desk
        yield ours


def page_of(mail: EmailMessage) -> str | None:
    """The page that is enclosed."""
    (enclosed,) = list(mail.iter_attachments()) or [None]
    return None if enclosed is None else str(enclosed.get_content())


async def test_those_in_it_get_the_page_and_whoever_gave_an_idea_its_gist(home: House) -> None:
    case = await begun(home)
    idea = (await home.desk.ideas.add("Ask first", "Saves a call.", home.person("omar"), service="vpn")).id
    home.opened.append(idea)
    await home.desk.ideas.take(idea, case, home.person("dana"))
    await home.pass_time(seconds=5)
    publishing, lead = home.desk.publishing, home.person("ravi")

    found = publishing.readers(case, lead, ["lucy"])
    readers = {each.person: (each.why, each.whole) for each in found}
    sent = await publishing.send(case, lead, found, home.words("Please look at the third box."), key="k1")
    again = await publishing.send(case, lead, found, home.words("Please look at the third box."), key="k1")

    assert readers["dana"] == ("stands for it", True)
    assert readers["kim"] == ("is in its team", True)
    assert readers["omar"] == ("gave an idea for it", False)
    assert "ravi" not in readers
    assert {each.to: each.outcome for each in sent} == dict.fromkeys(readers, "sent")
    assert again == sent
    letters = [row for row in home.sent(case) if row[0] in ("cycle_report", "cycle_news")]
    assert sorted(person for _, person in letters) == sorted(readers)
    mails = {str(mail["To"]): mail for mail in home.mails() if "How it stands" in str(mail["Subject"])}
    whole = next(mail for to, mail in mails.items() if "dana@" in to)
    gist = next(mail for to, mail in mails.items() if "omar@" in to)
    assert "<h2>9 Gates</h2>" in (page_of(whole) or "")
    assert page_of(gist) is None
    for mail in (whole, gist):
        words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "It is in the phase problem." in words
        assert "Please look at the third box." in words
        assert "Ravi" not in words.split("Please", 1)[1], "the gist names nobody"


async def test_those_who_complained_about_its_services_hear_of_it_where_the_lead_wants_that(home: House) -> None:
    case = await begun(home)
    given = (
        ("omar", "vpn", Tone.COMPLAINT),
        ("vera@example.org", "vpn", Tone.COMPLIMENT),
        ("lucy", "email", Tone.COMPLAINT),
    )
    for who, service, tone in given:
        feedback = GiveFeedback(text="It drops all day.", tone=tone, service=service)
        home.opened.append((await home.desk.feedback.give(feedback, home.person(who))).id)
    await home.pass_time(seconds=5)

    publishing, lead = home.desk.publishing, home.person("ravi")
    usual, more = publishing.readers(case, lead), publishing.readers(case, lead, complained=True)

    assert [each for each in more if each not in usual] == [
        Reader(person="omar", why="complained about it", whole=False)
    ]


async def test_the_page_of_a_cycle_that_is_over_goes_out_too(home: House) -> None:
    case = await begun(home)
    await home.act(case, acts.StopCycle(by="dana", text=home.words("Nobody has time.")))
    await home.ends(case)

    publishing, lead = home.desk.publishing, home.person("ravi")
    sent = await publishing.send(case, lead, publishing.readers(case, lead))

    assert {each.outcome for each in sent} == {"sent"}
    assert "Stopped." in home.mails()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_only_who_takes_part_in_improvement_sends_and_only_to_people_there_are(home: House) -> None:
    case = await begun(home)
    publishing = home.desk.publishing

    with pytest.raises(NotAllowed):
        publishing.readers(case, home.person("omar"))
    with pytest.raises(NotAllowed):
        await publishing.send(case, home.person("omar"), publishing.readers(case, home.person("ravi")))
    customer = home.person("rita@example.org")
    assert customer.person in {each.person for each in publishing.readers(case, home.person("ravi"))}
    with pytest.raises(NotAllowed, match="show_internal"):
        publishing.readers(case, customer, complained=True)
    with pytest.raises(NotAllowed, match="show_internal"):
        await publishing.send(case, customer, publishing.readers(case, home.person("ravi")))
    with pytest.raises(NotFound, match="nobody-there"):
        publishing.readers(case, home.person("ravi"), ["nobody-there"])
    with pytest.raises(NotFound, match="there is no cycle"):
        publishing.readers("KZN-0", home.person("ravi"))
