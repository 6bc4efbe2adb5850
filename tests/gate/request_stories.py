"""The ways a request can live, one story each, on skipped time."""

from definitions import acts
from definitions.request.acts import Approve, ClaimTask, Reject, ReleaseTask, TaskDone
from tests.gate.book import Book
from tests.gate.stories import ORGANISATIONS, story
from tests.workflows.house import House
from tests.workflows.requests import STARTER, VPN, switched


async def tasks(home: House, case: str) -> list[str]:
    """What waits for people."""
    rows = home.store.tasks.of(case)
    return [row.id.partition("/")[2] for row in rows if row.state in ("open", "claimed")]


async def finish(home: House, case: str) -> None:
    """Every task, in the order in which they open."""
    while waiting := await tasks(home, case):
        await home.act(case, ClaimTask(by="sam", task=waiting[0]))
        await home.pass_time(minutes=20)
        await home.act(case, TaskDone(by="sam", task=waiting[0], text=home.words("Done.")))
        await home.pass_time(minutes=1)


@story
async def request_served(home: House, book: Book) -> None:
    """Approved by a delegate, twelve tasks of four teams, confirmed."""
    case = await home.request("new-starter", STARTER, by="omar@example.org")
    await home.pass_time(hours=1)
    await home.act(case, Approve(by="nina", for_whom=home.store.tasks.of(case)[0].people[0]))
    await home.pass_time(minutes=1)
    await home.act(case, ClaimTask(by="jay", task="badge"))
    await home.act(case, ReleaseTask(by="jay", task="badge"))
    await finish(home, case)
    await home.act(case, acts.Confirm(by="omar"))
    await home.ends(case)
    await book.keep(home, "request_served", case)


@story
async def request_touchless(home: House, book: Book) -> None:
    """An automation does all of it; the requester says yes."""
    case = await home.request("light")
    await home.pass_time(minutes=1)
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)
    await book.keep(home, "request_touchless", case)


@story
async def request_rejected(home: House, book: Book) -> None:
    """Reminded, escalated, with those who triage at last, and refused."""
    case = await home.request("vpn-access", VPN)
    await home.pass_time(days=8)
    await home.act(case, ClaimTask(by="sam", task="approve-manager"))
    await home.act(case, Reject(by="max", text=home.words("Ask again in spring.")))
    await home.pass_time(minutes=1)
    await home.act(case, acts.Comment(by="sam", text=home.words("I ask chloe."), internal=True))
    await home.act(case, Reject(by="sam", text=home.words("Chloe says no as well.")))
    await home.pass_time(minutes=1)
    await home.act(case, Reject(by="chloe", text=home.words("No.")))
    await home.ends(case)
    await book.keep(home, "request_rejected", case)


@story
async def request_taken_back(home: House, book: Book) -> None:
    """Cancelled half way: a person takes back, then the automation, and something stays."""
    case = await home.request("hall")
    await home.pass_time(minutes=1)
    for key in ("wire", "tell"):
        await home.act(case, TaskDone(by="jay", task=key))
    await home.pass_time(minutes=1)
    await home.act(case, ClaimTask(by="jay", task="look"))
    await home.act(case, acts.Cancel(by="rita", text=home.words("It is day.")))
    await home.pass_time(minutes=1)
    await finish(home, case)
    await home.ends(case)
    await book.keep(home, "request_taken_back", case)


@story
async def request_by_hand(home: House, book: Book) -> None:
    """The automation cannot, nobody takes it until it is late; done, not good, done again, closed in silence."""
    case = await home.request("light")
    await home.pass_time(days=3)
    await finish(home, case)
    await home.act(case, acts.Reopen(by="rita", text=home.words("It is dark.")))
    await home.pass_time(hours=1)
    await finish(home, case)
    await home.pass_time(days=20)
    await home.ends(case)
    await book.keep(home, "request_by_hand", case)


@story
async def request_long_life(home: House, book: Book) -> None:
    """Goes on as a new run while people decide, and as another one while they work."""
    home.desk.courier.fresh_after = 40
    case = await home.request("vpn-access", VPN)
    first = (await home.run(case).describe()).run_id
    for number in range(12):
        await home.act(case, acts.Comment(by="jay", text=home.words(f"word {number}"), internal=True))
        await home.pass_time(seconds=2)
    await home.act(case, Approve(by="chloe"))
    await home.pass_time(minutes=1)
    await finish(home, case)
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)
    await book.keep(home, "request_long_life", case, first)


ORGANISATIONS |= {
    "request_touchless": switched(),
    "request_taken_back": switched(),
    "request_by_hand": switched("nobody-wrote-this"),
}
