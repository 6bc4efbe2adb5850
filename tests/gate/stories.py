"""The ways an incident can live, one story each, on skipped time: fixed words, ids and instants of the day."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from activities.automation.code import Automation, Report, Run, automation
from definitions import acts
from definitions.automations import AutomationDefinition, Match, Risk
from definitions.base import Value
from definitions.example import organisation
from definitions.intake import Alert
from definitions.organisation import Organisation
from tests.gate.book import Book
from tests.workflows.house import House

Story = Callable[[House, Book], Awaitable[None]]
STORIES: dict[str, Story] = {}
ORGANISATIONS: dict[str, Organisation] = {}
"""Stories that are not lived in the example organisation."""


def story(tell: Story) -> Story:
    """Its name is that of the recorded run."""
    STORIES[tell.__name__] = tell
    return tell


class Nowhere(Value):
    """No input."""


@automation("story-look", title="Look", risk=Risk.READS)
class Look(Automation[Nowhere, Report]):
    """Finds the same each time."""

    async def run(self, given: Nowhere, run: Run) -> Report:
        return Report(result="The disk is full.", checked="df", at=run.now, good=False, next_step="Make room.")


def looked_at() -> Organisation:
    """Two automations look at each VPN case."""
    uses = (
        AutomationDefinition(
            key=key, title="Look", does="story-look", owner="network", risk=Risk.READS,
            diagnoses=(Match(services=("vpn",)),),
        )
        for key in ("disk", "gateway")
    )  # fmt: skip
    return organisation.model_copy(update={"automations": tuple(uses)})


def alert(home: House, number: int) -> Alert:
    """One of a storm about the VPN gateway."""
    now = home.desk.clock()
    labels = {"service": "vpn", "alertname": "GatewayDown", "severity": "critical"}
    return Alert.model_validate(
        {
            "source": "alertmanager", "fingerprint": f"f{number:04}", "status": "firing",
            "starts_at": now - timedelta(minutes=1), "labels": labels, "annotations": {"summary": "No answer."},
            "group": "vpn/GatewayDown", "at": now,
        }
    )  # fmt: skip


async def resolve_and_confirm(home: House, case: str) -> None:
    """The end that one hopes for."""
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile installed.")))
    await home.pass_time(minutes=5)
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)


@story
async def plain(home: House, book: Book) -> None:
    """Opened, answered, worked on, solved, confirmed."""
    case = await home.open(description="Since this morning.")
    await home.pass_time(minutes=5)
    await home.act(case, acts.Acknowledge(by="jay"))
    await home.act(case, acts.Start(by="jay"), key="the-start")
    await home.act(case, acts.Start(by="jay"), key="the-start")
    await home.act(case, acts.Comment(by="jay", text=home.words("I look at the gateway.")))
    await home.act(case, acts.Comment(by="jay", text=home.words("Certificate?"), internal=True))
    await home.act(case, acts.SetPriority(by="jay", impact="high", urgency="medium"))  # type: ignore[arg-type]
    await home.act(case, acts.Hear(by="rita", channel="email", text=home.words("Any news?"), verified=True))
    await resolve_and_confirm(home, case)
    await book.keep(home, "plain", case)


@story
async def diagnosed(home: House, book: Book) -> None:
    """One automation finds something before anybody looks, another one is paused."""
    home.store.automations.pause("gateway", "olga", "it moves")
    case = await home.open(description="Since this morning.")
    await home.pass_time(minutes=5)
    await home.act(case, acts.Start(by="jay"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "diagnosed", case)


ORGANISATIONS["diagnosed"] = looked_at()


@story
async def neglected(home: House, book: Book) -> None:
    """Warned, breached, every step paged, promises broken and given anew, cancelled at last."""
    case = await home.open(impact="high", urgency="high")
    await home.pass_time(days=3)
    await home.act(case, acts.Cancel(by="rita", text=home.words("Found another way.")))
    await home.ends(case)
    await book.keep(home, "neglected", case)


@story
async def paused(home: House, book: Book) -> None:
    """Waits for the requester, who answers; for a supplier; is resumed; solved."""
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Pause(by="jay", reason="requester", text=home.words("Which version?")))  # type: ignore[arg-type]
    await home.pass_time(hours=3)
    await home.act(case, acts.Hear(by="rita", channel="email", text=home.words("Version 3."), verified=True))
    await home.act(case, acts.Pause(by="jay", reason="vendor", text=home.words("Supplier asked.")))  # type: ignore[arg-type]
    await home.pass_time(days=2)
    await home.act(case, acts.Resume(by="jay"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "paused", case)


@story
async def handed_over(home: House, book: Book) -> None:
    """To another team, which is paged anew, and to a person of it."""
    case = await home.open(impact="high", urgency="high")
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Assign(by="jay", team="platform", text=home.words("It is the identity provider.")))
    await home.pass_time(minutes=12)
    await home.act(case, acts.Assign(by="kim", to="kim"))
    await home.act(case, acts.Start(by="kim"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "handed_over", case)


@story
async def merged(home: House, book: Book) -> None:
    """One case goes into another, one comes out again; what they hear is forwarded."""
    target, source = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")
    stray = await home.open("No Wi-Fi", by="chloe@example.org")
    for case in (source, stray):
        await home.act(case, acts.Merge(by="jay", into=target))
    await home.act(source, acts.Hear(by="omar", channel="email", text=home.words("It drops here too.")))
    await home.pass_time(minutes=10)
    await home.act(stray, acts.Unmerge(by="jay"))
    await home.act(stray, acts.Cancel(by="chloe"))
    await resolve_and_confirm(home, target)
    await home.ends(source)
    for name, case in (("merged_target", target), ("merged_source", source), ("unmerged", stray)):
        await book.keep(home, name, case)


@story
async def refused_merge(home: House, book: Book) -> None:
    """Into a case that has ended: it comes back by itself."""
    target, source = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")
    await home.act(target, acts.Cancel(by="rita"))
    await home.ends(target)
    await home.act(source, acts.Merge(by="jay", into=target))
    await home.pass_time(minutes=1)
    await home.act(source, acts.Cancel(by="omar"))
    await home.ends(source)
    await book.keep(home, "refused_merge", source)


@story
async def parent(home: House, book: Book) -> None:
    """A major incident with children; what it says reaches their people, its end is theirs."""
    case, child = await home.open("VPN gateway down"), await home.open("No VPN", by="omar@example.org")
    await home.act(child, acts.Link(by="jay", parent=case))
    await home.pass_time(seconds=5)
    await home.act(case, acts.Major(by="dana"))
    await home.act(case, acts.Start(by="dana"))
    await home.act(case, acts.Comment(by="dana", text=home.words("The gateway restarts."), broadcast=True))
    await home.pass_time(minutes=30)
    await home.act(case, acts.Major(by="dana", declare=False))
    await resolve_and_confirm(home, case)
    await home.pass_time(seconds=5)
    await home.act(child, acts.Confirm(by="omar"))
    await home.ends(child)
    await book.keep(home, "parent", case)
    await book.keep(home, "child", child)


@story
async def storm(home: House, book: Book) -> None:
    """Twenty alerts make one case; it ends by itself when they are over."""
    firing = [alert(home, number) for number in range(20)]
    case = str((await home.desk.alerts(firing))[0].case_id)
    await home.pass_time(minutes=3)
    await home.desk.alerts([one.model_copy(update={"status": "resolved"}) for one in firing])
    await home.pass_time(seconds=5)
    await home.ends(case)
    await book.keep(home, "storm", case)


@story
async def reopened(home: House, book: Book) -> None:
    """A no brings it back within the run; words after its end bring it back in a new one."""
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
    await home.act(case, acts.Reopen(by="rita", text=home.words("Still drops.")))
    await home.act(case, acts.Start(by="jay"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "reopened_before", case)
    await home.act(case, acts.Reopen(by="rita", text=home.words("It is back.")))
    await home.pass_time(minutes=10)
    await home.act(case, acts.Start(by="jay"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "reopened_after", case)


@story
async def long_life(home: House, book: Book) -> None:
    """Goes on as a new run, and knows the acts it has seen."""
    case = await home.open()
    first = (await home.run(case).describe()).run_id
    await home.act(case, acts.Start(by="jay"), key="the-start")
    number = 0
    while (await home.run(case).describe()).run_id == first:
        number += 1
        await home.act(case, acts.Comment(by="jay", text=home.words(f"word {number}"), internal=True))
        await home.pass_time(seconds=2)
    await home.act(case, acts.Start(by="jay"), key="the-start")
    await resolve_and_confirm(home, case)
    await book.keep(home, "long_life", case, first)


@story
async def silent(home: House, book: Book) -> None:
    """Nobody answers the question whether it is solved: reminded, then closed."""
    case = await home.open()
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
    await home.pass_time(days=12)
    await home.ends(case)
    await book.keep(home, "silent", case)


@story
async def redefined(home: House, book: Book) -> None:
    """It turns out to be about another service."""
    case = await home.open()
    await home.act(case, acts.Redefine(by="jay", definition=home.desk.definition("erp"), category="posting"))
    await home.pass_time(hours=1)
    await home.act(case, acts.Acknowledge(by="lena"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "redefined", case)
