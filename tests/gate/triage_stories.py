"""The ways an incident can find its team, one story each, on skipped time."""

from definitions import acts
from definitions.base import OverrideReason
from tests.gate.book import Book
from tests.gate.stories import ORGANISATIONS, resolve_and_confirm, story
from tests.workflows.house import House
from tests.workflows.test_triage import NEVER, knows, learning


@story
async def learned_and_overridden(home: House, book: Book) -> None:
    """Routed by what was learned, against the rules; then handed over against that, with a reason."""
    knows(home)
    case = await home.open(category="access")
    await home.pass_time(minutes=5)
    act = acts.Assign(by="jay", team="service-desk", reason=OverrideReason.KNOWS_MORE)
    await home.desk.act(case, act, actor=home.person("jay"))
    await home.act(case, acts.Start(by="sam"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "learned_and_overridden", case)


ORGANISATIONS["learned_and_overridden"] = NEVER


@story
async def learned_in_pairs(home: House, book: Book) -> None:
    """A case goes to somebody new to its kind; who helps is told."""
    knows(home)
    for _ in range(40):
        case = await home.open(category="access")
        await home.pass_time(minutes=1)
        shown = await home.show(case)
        if shown["paired"]:
            break
    await home.act(case, acts.Start(by="dana"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "learned_in_pairs", case)


ORGANISATIONS["learned_in_pairs"] = learning(learning=0, coaching=0.5)


@story
async def one_outage(home: House, book: Book) -> None:
    """The third who says the same leads to a proposal; a lead is told and links it."""
    await home.open("I need a longer cable", service="workplace")
    await home.pass_time(days=5)
    first = await home.open("VPN drops every minute")
    await home.pass_time(minutes=20)
    await home.open("VPN drops again and again", by="omar@example.org")
    await home.pass_time(minutes=5)
    case = await home.open("My VPN drops", by="chloe@example.org")
    await home.pass_time(minutes=5)
    await home.act(case, acts.Link(by="dana", parent=first))
    await home.act(first, acts.Start(by="jay"))
    await home.act(first, acts.Resolve(by="jay", text=home.words("The gateway runs again.")))
    await home.pass_time(minutes=5)
    await home.act(case, acts.Confirm(by="chloe"))
    await home.ends(case)
    await book.keep(home, "one_outage", case)
