"""The ways a review can live, one story each, on skipped time."""

from datetime import timedelta

from definitions import acts
from definitions.base import OverrideReason
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from tests.gate.book import Book
from tests.gate.stories import resolve_and_confirm, story
from tests.workflows.house import House


async def after_a_major_incident(home: House) -> tuple[str, str]:
    """The incident that is over, and its review."""
    case = await home.open("VPN gateway down", category="outage")
    await home.pass_time(seconds=5)
    await home.act(case, acts.Major(by="dana"))
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(minutes=30)
    await resolve_and_confirm(home, case)
    await home.pass_time(seconds=5)
    return case, str((await home.show(case))["reviewed"])


async def to_do(home: House, review: str, **more: object) -> None:
    """Something for kim."""
    given = {"by": "jay", "text": home.words("Alarm on the age of certificates."), "owner": "kim", "watch_days": 30}
    given |= {"due": home.desk.clock() + timedelta(days=7), "service": "vpn", "category": "outage"}
    await home.act(review, AddAction.model_validate(given | more))


@story
async def reviewed(home: House, book: Book) -> None:
    """Held, late, an action dropped; another one done, its trouble came again, done again, proven."""
    case, review = await after_a_major_incident(home)
    await home.act(review, AddFinding(by="jay", what="cause", text=home.words("The certificate had run out.")))
    await to_do(home, review)
    await to_do(home, review, owner="sam")
    await home.pass_time(days=10)
    await home.act(review, DropAction(by="jay", action="a2", text=home.words("The gateway goes."), reason="agreed"))  # type: ignore[arg-type]
    await home.act(review, Conclude(by="jay"))
    await home.act(review, ActionDone(by="kim", action="a1", text=home.words("It rings.")))
    await home.pass_time(days=9)
    again = await home.open("VPN gateway down again", category="outage", by="omar@example.org")
    await home.pass_time(days=6)
    await home.act(again, acts.Cancel(by="omar"))
    await home.act(review, ActionDone(by="kim", action="a1"))
    await home.pass_time(days=31)
    await home.ends(review)
    await book.keep(home, "reviewed", case)
    await book.keep(home, "review_proven", review)


@story
async def review_called_off(home: House, book: Book) -> None:
    """The incident was none."""
    _, review = await after_a_major_incident(home)
    words = home.words("An exercise.")
    await home.act(review, CallOff(by="dana", text=words, reason=OverrideReason.NOT_NEEDED))
    await home.ends(review)
    await book.keep(home, "review_called_off", review)


@story
async def review_long(home: House, book: Book) -> None:
    """Watched for months, in several runs."""
    home.desk.courier.fresh_after = 150
    _, review = await after_a_major_incident(home)
    first = (await home.run(review).describe()).run_id
    await home.act(review, AddFinding(by="jay", what="contributing", text=home.words("Nobody was told before.")))
    await to_do(home, review, watch_days=150)
    await home.act(review, ActionDone(by="kim", action="a1"))
    await home.act(review, Conclude(by="jay"))
    await home.pass_time(days=151)
    await home.ends(review)
    await book.keep(home, "review_long", review, first)
