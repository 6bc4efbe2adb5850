"""The ways a cycle of improvement can live, one story each, on skipped time, with figures instead of measurement."""

from datetime import timedelta
from typing import cast

from definitions import acts as common
from definitions.cycle import acts
from definitions.cycle.evidence import Neighbours
from definitions.cycle.state import ControlPlan, Method
from tests.definitions.cycle.lives import ALL, SERIES
from tests.gate.book import Book
from tests.gate.stories import story
from tests.workflows.cycles import FigureDesk, begun, opened, planned
from tests.workflows.house import House


def figures(home: House) -> FigureDesk:
    """The desk that answers what cycles ask."""
    found = cast(FigureDesk, home.cycles)
    found.desk = home.desk
    return found


async def tried(home: House, method: Method = "kaizen") -> str:
    """Until its trial runs."""
    case = await begun(home, method)
    await planned(home, case)
    for _ in range(4 if method == "dmaic" else 2):
        await opened(home, case)
    return case


async def watched(home: House, case: str, on_signal: str, every_days: int = 7, days: int = 56) -> None:
    """Decided, and its standard watched."""
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    plan = {"every_days": every_days, "days": days, "on_signal": on_signal}
    await home.act(case, acts.PlanControl(by="ravi", control=ControlPlan.model_validate(plan)))
    for _ in range(2 if case.startswith("KZN") else 1):
        await opened(home, case)


@story
async def cycle_held(home: House, book: Book) -> None:
    """DMAIC: refused, overridden, nudged by silence, tried, decided, watched; it held."""
    found = figures(home)
    found.evidence = ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-00000000",))})
    case = await begun(home, "dmaic")
    await opened(home, case)
    await home.act(case, acts.OverrideGate(by="dana", text=home.words("It ends this week.")))
    await home.pass_time(days=16)
    found.evidence = ALL
    await planned(home, case)
    for _ in range(3):
        await opened(home, case)
    await home.act(case, acts.Learn(by="kim", text=home.words("Ask the second team first.")))
    await home.pass_time(days=22)
    await watched(home, case, "report")
    await home.pass_time(days=57)
    await home.ends(case)
    await book.keep(home, "cycle_held", case)


@story
async def cycle_signalled(home: House, book: Book) -> None:
    """Kaizen: a signal pauses the watch, the standard stays; another one takes it back. What follows is its own."""
    found = figures(home)
    found.signal_after = timedelta(days=20)
    case = await tried(home)
    await home.pass_time(days=22)
    await watched(home, case, "pause")
    await home.pass_time(days=22)
    await home.act(case, acts.Decide(by="dana", accept=True, text=home.words("It was the outage.")), key="the-word")
    await home.act(case, acts.Decide(by="dana", accept=True, text=home.words("It was the outage.")), key="the-word")
    await home.pass_time(days=8)
    follow_up = str((await home.show(case))["follow_up"])
    await home.act(case, acts.Decide(by="dana", accept=False))
    await home.ends(case)
    await home.act(follow_up, acts.StopCycle(by="ravi", text=home.words("Nothing to do.")))
    await home.ends(follow_up)
    await book.keep(home, "cycle_signalled", case)
    await book.keep(home, "cycle_follow_up", follow_up)


@story
async def cycle_reverted(home: House, book: Book) -> None:
    """Kaizen without a second arm: it could not begin at first; a signal took it back by itself."""
    found = figures(home)
    found.refused, found.result, found.signal_after = "another experiment changes the same", SERIES, timedelta(days=10)
    case = await tried(home)
    await home.pass_time(days=1)
    found.refused = None
    plan = acts.PlanTrial(by="ravi", experiment="other-route", plan="ba9876543210", text=home.words("{}"))
    await home.act(case, plan)
    await opened(home, case)
    await home.pass_time(days=22)
    found.not_settled = "the standard has moved on"
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    found.not_settled = None
    await watched(home, case, "revert")
    await home.pass_time(days=15)
    await home.ends(case)
    await book.keep(home, "cycle_reverted", case)


@story
async def cycle_stopped(home: House, book: Book) -> None:
    """DMAIC, stopped while it is tried: the trial is withdrawn after its end."""
    figures(home)
    case = await tried(home, "dmaic")
    await home.pass_time(days=8)
    await home.act(case, common.Comment(by="kim", text=home.words("Nobody has time."), internal=True))
    await home.act(case, acts.StopCycle(by="dana", text=home.words("No time.")))
    await home.ends(case)
    await book.keep(home, "cycle_stopped", case)


@story
async def cycle_away(home: House, book: Book) -> None:
    """Kaizen that nobody could measure for half a day, and that its team forgot."""
    found = figures(home)
    case = await begun(home)
    found.away = 10_000
    await home.act(case, acts.AskGate(by="ravi"))
    await home.pass_time(hours=13)
    found.away = 0
    await home.pass_time(days=40)
    await home.act(case, acts.StopCycle(by="ravi", text=home.words("Forgotten.")))
    await home.ends(case)
    await book.keep(home, "cycle_away", case)


@story
async def cycle_long(home: House, book: Book) -> None:
    """Watched each day for months, in several runs."""
    home.desk.courier.fresh_after = 250
    figures(home)
    case = await begun(home)
    first = (await home.run(case).describe()).run_id
    await planned(home, case)
    for _ in range(2):
        await opened(home, case)
    await home.pass_time(days=22)
    await watched(home, case, "pause", every_days=1, days=60)
    await home.pass_time(days=61)
    await home.ends(case)
    await book.keep(home, "cycle_long", case, first)
