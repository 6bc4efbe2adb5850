"""`jidoka runs`: the durable runs behind the cases, as the Temporal server sees them."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked
from commands.common import App, Noun, pass_app
from commands.output import table
from commands.runs_replay import replay

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


@click.group(cls=Noun)
def group() -> None:
    """The durable runs behind the cases."""


@group.command("ls")
@click.option("--stuck", is_flag=True, help="Only those that do not get on; every open run is looked at.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="At most so many.", show_default=True)
@pass_app
def ls(app: App, stuck: bool, limit: int) -> None:
    """List the open runs: stage, service, priority, and what each waits for."""

    async def work(desk: "Desk", actor: "Actor") -> list[dict[str, Any]]:
        from definitions.people import Action, Object
        from office.runs import Runs

        desk.allow(actor, Action.LS, Object(kind="cases"))
        runs = Runs(await desk.client())
        rows = await (runs.stuck(desk.clock()) if stuck else runs.open(limit))
        for row in rows:
            case = await asyncio.to_thread(desk.store.cases.get, row["id"])
            row["waits_for"] = case.next_step if case is not None else None
        return rows[:limit]

    rows = asked(app, work, waiting="the list of runs")
    app.emit(rows, lambda: _stuck(rows) if stuck else _open(rows))


def _open(rows: list[dict[str, Any]]) -> str:
    names = ("id", "stage", "priority", "service", "team", "history_events", "waits_for")
    return table(rows, names) if rows else "No run is open."


def _stuck(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No run is stuck."
    lines = []
    for row in rows:
        lines.append(f"{row['id']}  {row['priority']} {row['service']}, {row['stage']}")
        lines += [f"    {t['what']}.\n    Next: {t['next_step']}" for t in row["troubles"]]
    return "\n".join(lines)


@group.command("show")
@click.argument("case_id", metavar="ID")
@pass_app
def show(app: App, case_id: str) -> None:
    """Show the latest run of a case: how long its history is, what is pending, what is wrong."""

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from definitions.people import Action, Object
        from office.runs import Runs

        desk.allow(actor, Action.LS, Object(kind="cases"))
        return await Runs(await desk.client()).show(case_id, desk.clock())

    run = asked(app, work, waiting=case_id)
    app.emit(run)


group.add_command(replay)
