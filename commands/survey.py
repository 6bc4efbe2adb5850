"""`jidoka survey`: who is asked how it went, and what they answer."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked, at_the_desk
from commands.common import App, Noun, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


@click.group(cls=Noun)
def group() -> None:
    """Who is asked how it went, and what they answer."""


@group.command("ls")
@pass_app
def ls(app: App) -> None:
    """List the surveys: whom they ask, how often, and how many answered."""
    from office.surveys import surveys

    with at_the_desk(app) as (desk, actor):
        rows = surveys(desk, actor)

    def text() -> str:
        from commands.feedback_text import surveys_text

        return surveys_text(rows)

    app.emit(rows, text)


@group.command("show")
@click.argument("key", metavar="KEY")
@pass_app
def show(app: App, key: str) -> None:
    """Show what one survey asks and what people wrote: without their names, and never of fewer than five."""
    from office.surveys import answers

    with at_the_desk(app) as (desk, actor):
        shown = answers(desk, actor, key)
        now = desk.clock()

    def text() -> str:
        from commands.feedback_text import answers_text

        return answers_text(shown, now)

    app.emit(shown, text)


@group.command("run")
@pass_app
def run(app: App) -> None:
    """Begin a round now instead of at its next hour; nobody is asked more often for it."""

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from definitions.people import Action, Object
        from office.schedules import run_surveys

        desk.allow(actor, Action.SURVEY, Object())
        done = await run_surveys(await desk.client())
        return done.model_dump(mode="json")

    done = asked(app, work, waiting="the round")
    app.emit(done, lambda: f"{done['drawn']} drawn, {done['sent']} asked, {done['skipped']} not sent.")
