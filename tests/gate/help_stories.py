"""Incidents that are helped before a person: an article offered, a remedy tried, a case held out."""

from pathlib import Path

from activities.automation.code import Automation, Failed, Report, Run, automation
from definitions import acts
from definitions.automations import AutomationDefinition, Match, Risk
from definitions.base import Value
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.people import Actor, Door, Role
from office.knowledge_files import files_in, take_in
from tests.gate.book import Book
from tests.gate.stories import ORGANISATIONS, resolve_and_confirm, story
from tests.workflows.house import House

ARTICLES = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"
ADA = Actor(person="ada", roles=(Role.ADMIN,), door=Door.CLI, verified=True)


class Whose(Value):
    """Whose account, and whether the directory is there."""

    person: str
    there: bool = True


@automation("story-unlock", title="Unlock", risk=Risk.CHANGES)
class Unlock(Automation[Whose, Report]):
    """Unlocks and looks whether it holds, or says that the directory is away."""

    async def run(self, given: Whose, run: Run) -> Report:
        if not given.there:
            raise Failed("the directory is away", "Unlock it by hand.")
        return Report(
            result="The account is open.", checked="accounts", at=run.now, next_step="Ask whether they are in."
        )

    async def dry_run(self, given: Whose, run: Run) -> Report:
        return Report(result="It would be open.", checked="accounts", at=run.now, next_step="Run it.")

    async def holds(self, given: Whose, run: Run) -> bool:
        return True


def unlocking(*, there: bool = True, hold_out: float = 0.0, consent: bool = True) -> Organisation:
    """Locked accounts are unlocked, by an automation and nothing else."""
    use = AutomationDefinition(
        key="unlock", title="Unlock", does="story-unlock", owner="service-desk", risk=Risk.CHANGES, consent=consent,
        remedies=(Match(services=("identity",), categories=("account",)),), gives="Your account, open again.",
        from_case={"person": "requester"}, inputs={"there": there},
    )  # fmt: skip
    services = tuple(each.model_copy(update={"hold_out": hold_out}) for each in organisation.services)
    return organisation.model_copy(update={"automations": (use,), "services": services, "catalogue": ()})


async def locked(home: House) -> str:
    """Rita cannot get in."""
    return await home.open("Account locked after too many attempts", service="identity", category="account")


@story
async def offer_taken(home: House, book: Book) -> None:
    """An article solves it; it comes back, and a person solves it."""
    take_in(home.desk.knowledge, files_in(ARTICLES), ADA)
    case = await home.open("VPN disconnects again and again")
    await home.pass_time(minutes=5)
    words = home.words("This solved it!")
    await home.act(case, acts.Hear(by="rita", channel="email", text=words, solved=True, verified=True))
    await home.ends(case)
    await book.keep(home, "offer_taken", case)
    await home.act(case, acts.Reopen(by="rita", text=home.words("It is back.")))
    await home.pass_time(minutes=10)
    await home.act(case, acts.Start(by="jay"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "offer_taken_back", case)


@story
async def offer_declined(home: House, book: Book) -> None:
    """The articles do not help; a person begins, and then one does."""
    take_in(home.desk.knowledge, files_in(ARTICLES), ADA)
    case = await home.open("VPN disconnects again and again")
    await home.pass_time(minutes=5)
    words = home.words("No, that did not help.")
    await home.act(case, acts.Hear(by="rita", channel="email", text=words, answer=False, verified=True))
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(minutes=5)
    await home.act(case, acts.Solved(by="rita", article="kb-vpn-drops"))
    await home.ends(case)
    await book.keep(home, "offer_declined", case)


@story
async def remedy_done(home: House, book: Book) -> None:
    """Asked, agreed, done, looked at, confirmed."""
    take_in(home.desk.knowledge, files_in(ARTICLES), ADA)
    case = await locked(home)
    await home.pass_time(minutes=5)
    await home.act(case, acts.Answer(by="rita", question="consent", value="yes"))
    await home.pass_time(minutes=5)
    await home.act(case, acts.Confirm(by="rita"))
    await home.ends(case)
    await book.keep(home, "remedy_done", case)


@story
async def remedy_failed(home: House, book: Book) -> None:
    """It could not; a person has it with all findings."""
    case = await locked(home)
    await home.pass_time(minutes=5)
    await home.act(case, acts.Start(by="sam"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "remedy_failed", case)


@story
async def remedy_lapsed(home: House, book: Book) -> None:
    """Nobody says whether it may run; in the end it is not wanted any more."""
    case = await locked(home)
    await home.pass_time(days=4)
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)
    await book.keep(home, "remedy_lapsed", case)


@story
async def held_out(home: House, book: Book) -> None:
    """Nothing is offered and nothing runs, by lot; a major incident leaves the comparison."""
    take_in(home.desk.knowledge, files_in(ARTICLES), ADA)
    case = await locked(home)
    while (await home.show(case))["help"]["arm"] != "hold_out":
        case = await locked(home)
    await home.pass_time(minutes=5)
    await home.act(case, acts.Major(by="dana"))
    await home.act(case, acts.Start(by="sam"))
    await resolve_and_confirm(home, case)
    await book.keep(home, "held_out", case)


ORGANISATIONS |= {
    "remedy_done": unlocking(),
    "remedy_failed": unlocking(there=False, consent=False),
    "remedy_lapsed": unlocking(),
    "held_out": unlocking(hold_out=0.5),
}
