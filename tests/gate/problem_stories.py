"""The ways a problem and its incidents can live."""

from definitions import acts
from definitions.intake import OpenProblem
from definitions.problem.acts import LinkProblem, RecordKnownError, ResolveProblem, RuleOut, ShareWorkaround
from tests.gate.book import Book
from tests.gate.stories import story
from tests.workflows.house import House


async def opened(home: House, *incidents: str) -> str:
    """A problem of these incidents."""
    wanted = OpenProblem(title="VPN drops every hour since the update", service="vpn", incidents=incidents)
    made = await home.desk.open_problem(wanted, actor=home.person("sam"))
    home.opened.append(made.id)
    await home.pass_time(seconds=5)
    return made.id


@story
async def problem_proven(home: House, book: Book) -> None:
    """Looked into, its workaround passed on and shared, solved with those who waited, quiet through its watch."""
    waits, late = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")
    problem = await opened(home, waits)
    await home.act(problem, acts.Start(by="jay"))
    await home.act(problem, RuleOut(by="jay", text=home.words("Not the provider.")))
    workaround = home.words("Choose the second gateway.")
    await home.act(problem, RecordKnownError(by="jay", text=home.words("Firmware."), workaround=workaround))
    await home.pass_time(seconds=5)
    await home.act(late, ShareWorkaround(by="sam", problem=problem, text=workaround))
    await home.pass_time(hours=2)
    await home.act(problem, ResolveProblem(by="jay", text=home.words("New firmware."), watch_days=7))
    await home.pass_time(seconds=5)
    await home.act(waits, acts.Confirm(by="rita"))
    await home.act(late, acts.Confirm(by="omar"))
    await home.pass_time(days=8)
    for case in (waits, late, problem):
        await home.ends(case)
    for name, case in (("problem_proven", problem), ("problem_waits", waits), ("problem_shared", late)):
        await book.keep(home, name, case)


@story
async def problem_back(home: House, book: Book) -> None:
    """Held to be solved, an incident of its kind brings it back; given up in the end."""
    first = await home.open("VPN drops every hour", category="connection")
    problem = await opened(home, first)
    await home.act(problem, ResolveProblem(by="jay", text=home.words("New firmware.")))
    await home.pass_time(days=3)
    again = await home.open("VPN drops every hour", by="omar@example.org", category="connection")
    await home.pass_time(seconds=5)
    await home.act(again, LinkProblem(by="jay", problem=problem))
    await home.pass_time(seconds=5)
    await home.act(problem, acts.Cancel(by="jay", text=home.words("The gateway is replaced anyway.")))
    await home.act(again, acts.Cancel(by="omar"))
    await home.ends(problem)
    await home.ends(again)
    await book.keep(home, "problem_back", problem)
    await book.keep(home, "problem_again", again)
