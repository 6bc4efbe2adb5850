"""`jidoka inbox`: everything that waits for me, each with the command that does it."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked
from commands.common import App, Verb, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


@click.command("inbox", cls=Verb)
@click.option("--limit", type=click.IntRange(1, 1000), default=100, help="At most so many.", show_default=True)
@pass_app
def inbox(app: App, limit: int) -> None:
    """List all that waits for me, oldest due first: decisions, tasks, my cases, questions I should answer.

    Decisions of those I stand in for are among them, and what my teams can claim.
    """

    async def work(desk: "Desk", actor: "Actor") -> list[dict[str, Any]]:
        from office.inbox import Inbox

        return await Inbox(desk, actor).all(limit)

    rows = asked(app, work, waiting="the list")

    def text() -> str:
        from commands.tasks_text import waiting
        from settings import system_clock

        return waiting(rows, system_clock())

    app.emit(rows, text)
