"""An idea is rated by others, tried in a cycle, and whoever had it hears each time what became of it."""

import pytest

from definitions.acts import Reopen
from definitions.intake import InboundMessage
from office.errors import ActRefused, NotAllowed, NotFound, Unusable
from tests.workflows.house import House
from tests.workflows.recorded import recorded

KAIZEN = "KZN-0000aaaa"


async def idea(home: House, title: str = "Ask for the version first", text: str = "Saves a call.") -> str:
    """Of rita, about the VPN."""
    opened = await home.desk.ideas.add(title, text, home.person("rita"), service="vpn")
    home.opened.append(opened.id)
    await home.pass_time(seconds=5)
    return opened.id


def cycle(home: House, *, accepted: bool | None = None, ended: bool = False) -> str:
    """A Kaizen as the records have it, on its way, decided or over."""
    return recorded(home, KAIZEN, accepted=accepted, ended=ended)


async def test_an_idea_is_rated_once_by_each_taken_into_a_cycle_and_becomes_the_standard(home: House) -> None:
    given = await idea(home)
    ideas = home.desk.ideas
    await ideas.rate(given, 2, home.person("omar"))
    await ideas.rate(given, 5, home.person("omar"))
    rated = await ideas.rate(given, 4, home.person("jay"))

    taken = await ideas.take(given, cycle(home), home.person("dana"))
    await home.pass_time(seconds=5)
    before = await ideas.follow()
    recorded(home, KAIZEN, accepted=True, settled=False)
    before += await ideas.follow()
    cycle(home, accepted=True)
    told, again = await ideas.follow(), await ideas.follow()
    await home.ends(given)

    assert (rated.score, rated.ratings, rated.rated) == ((5 + 4 + 6) / 4, 2, 4)
    assert (taken.state, taken.cycle) == ("tried", KAIZEN)
    assert (before, told) == (0, 1)
    assert again in (0, 1), "heard twice changes nothing"
    assert (await ideas.show(given, home.person("rita"))).state == "standard"
    assert home.sent(given) == [
        ("idea_received", "rita"),
        ("idea_owner", "dana"),
        ("idea_taken", "rita"),
        ("idea_tried", "rita"),
    ]
    kept_it = [mail.as_string() for mail in home.mails() if "rita@" in mail["To"]][-1]
    assert "this is how we work from now on" in kept_it


async def test_an_idea_that_did_not_help_is_said_so_and_a_cycle_that_stopped_gives_it_back(home: House) -> None:
    given, ideas = await idea(home), home.desk.ideas
    await ideas.take(given, cycle(home), home.person("dana"))
    await home.pass_time(seconds=5)
    cycle(home, ended=True)
    await ideas.follow()
    await home.pass_time(seconds=5)
    back = await ideas.show(given, home.person("dana"))

    cycle(home)
    await ideas.take(given, KAIZEN, home.person("dana"))
    cycle(home, accepted=False)
    await home.pass_time(seconds=5)
    await ideas.follow()
    await home.ends(given)

    assert (back.state, back.cycle) == ("open", KAIZEN)
    assert (await ideas.show(given, home.person("rita"))).state == "did not help"
    assert [template for template, _ in home.sent(given)][-4:] == [
        "idea_taken",
        "idea_tried",
        "idea_taken",
        "idea_tried",
    ]
    said = [mail.as_string() for mail in home.mails() if "rita@" in mail["To"]]
    assert "Your idea is open again" in said[-3].replace("=\n", "")
    assert "We tried it, and it did not help" in said[-1].replace("=\n", "")


async def test_everybody_sees_titles_only_its_giver_and_staff_its_words(home: House) -> None:
    given, ideas = await idea(home), home.desk.ideas

    other, own, staff = [await ideas.show(given, home.person(who)) for who in ("omar", "rita", "jay")]

    assert (other.title, other.words, other.own) == ("Ask for the version first", None, False)
    assert own.words == staff.words == "Ask for the version first\n\nSaves a call."
    assert [row.id for row in ideas.ls(home.person("omar"))] == [given]
    assert ideas.ls(home.person("omar"), mine=True) == []
    assert [row.own for row in ideas.ls(home.person("rita"), mine=True)] == [True]
    with pytest.raises(NotAllowed):
        await home.desk.show(given, actor=home.person("omar"))


async def test_words_of_an_idea_can_be_erased_and_it_stays_an_idea(home: House) -> None:
    given = await idea(home)

    assert home.store.texts.erase_of(person="rita") >= 2

    erased = await home.desk.ideas.show(given, home.person("rita"))
    assert (erased.title, erased.words) == ("(erased)", "(erased)")
    assert [each.id for each in home.desk.ideas.ls(home.person("omar"))] == [given]


async def test_what_does_not_fit_is_refused_and_a_decline_reaches_who_had_the_idea(home: House) -> None:
    given, ideas = await idea(home), home.desk.ideas
    incident = await home.open()
    with pytest.raises(ActRefused, match="your own idea"):
        await ideas.rate(given, 5, home.person("rita"))
    with pytest.raises(ActRefused, match="nothing one does to an incident"):
        await ideas.rate(incident, 5, home.person("omar"))
    with pytest.raises(NotFound, match="no cycle"):
        await ideas.take(given, incident, home.person("dana"))
    with pytest.raises(NotFound, match="no idea"):
        await ideas.decline(incident, "No.", home.person("dana"))
    with pytest.raises(NotAllowed):
        await ideas.take(given, cycle(home), home.person("omar"))
    with pytest.raises(NotAllowed):
        await ideas.decline(given, "No.", home.person("omar"))
    with pytest.raises(Unusable, match="has ended"):
        await ideas.take(given, cycle(home, ended=True), home.person("dana"))
    with pytest.raises(Unusable, match="needs a title"):
        await ideas.add("  ", "words", home.person("rita"))

    declined = await ideas.decline(given, "The version is in the report already.", home.person("dana"))
    await home.ends(given)

    assert declined.state in ("open", "declined"), "the page is read while the run ends"
    assert (await ideas.show(given, home.person("rita"))).state == "declined"
    assert home.sent(given)[-1] == ("feedback_not_done", "rita")
    with pytest.raises(ActRefused, match=r"has been decided on|has ended"):
        await ideas.rate(given, 5, home.person("omar"))


async def test_an_idea_that_comes_back_after_its_cycle_is_not_closed_by_it_again(home: House) -> None:
    given, ideas = await idea(home), home.desk.ideas
    await ideas.take(given, cycle(home), home.person("dana"))
    cycle(home, accepted=False)
    await home.pass_time(seconds=5)
    await ideas.follow()
    await home.ends(given)

    await home.desk.act(
        given, Reopen(by="rita", text=home.words("It was not tried as I meant it.")), actor=home.person("rita")
    )
    await home.pass_time(seconds=5)
    told = await ideas.follow()

    assert told == 0
    assert (await ideas.show(given, home.person("rita"))).state == "open"


async def test_a_mail_that_says_so_is_an_idea_and_its_sender_reads_that_its_title_is_for_all(home: House) -> None:
    message = InboundMessage(
        source="mail", external_id="<idea@example.org>", at=home.desk.clock(), channel="email",
        sender="rita@example.org", subject="Idea: ask for the version first", text="It saves a call.", verified=True,
    )  # fmt: skip

    received = await home.desk.receive(message)
    assert received.case_id is not None
    home.opened.append(received.case_id)
    await home.pass_time(seconds=5)

    (idea,) = home.desk.ideas.ls(home.person("omar"))
    assert (idea.id, idea.title) == (received.case_id, "Idea: ask for the version first")
    (thanks,) = [mail.as_string().replace("=\n", "") for mail in home.mails() if "rita@" in mail["To"]]
    assert "Everybody can read this title and rate it" in thanks
