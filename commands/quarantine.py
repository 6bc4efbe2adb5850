"""`jidoka quarantine`: what could not be processed, and why."""

from typing import TYPE_CHECKING

import click

from commands.common import App, Noun, pass_app, yes_option
from commands.output import table
from commands.records_door import desk_for

if TYPE_CHECKING:
    from records.quarantine import Quarantined

STATES = ("waiting", "retry", "dropped", "done")


@click.group(cls=Noun)
def group() -> None:
    """What could not be processed, and why."""


@group.command("ls")
@click.option("--state", type=click.Choice([*STATES, "all"]), default="waiting", help="Only what is in this state.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, help="At most so many.", show_default=True)
@pass_app
def ls(app: App, state: str, limit: int) -> None:
    """List it, newest first, without the content."""
    from definitions.people import Action

    with desk_for(app, Action.QUARANTINE_READ) as desk:
        found = desk.store.quarantine.ls(None if state == "all" else state, limit)  # type: ignore[arg-type]
    rows = [q.model_dump(mode="json", exclude={"payload"}) for q in found]
    short = [{name: row[name] for name in ("id", "source", "state", "times", "added_at", "reason")} for row in rows]
    app.emit(rows, lambda: table(short) if short else "Nothing is in quarantine.")


@group.command("show")
@click.argument("quarantine_id", metavar="ID")
@pass_app
def show(app: App, quarantine_id: str) -> None:
    """Show one whole, with its content as far as it was kept."""
    from definitions.people import Action

    with desk_for(app, Action.QUARANTINE_READ) as desk:
        app.emit(desk.store.quarantine.show(quarantine_id).model_dump(mode="json"))


@group.command("retry")
@click.argument("quarantine_id", metavar="ID")
@pass_app
def retry(app: App, quarantine_id: str) -> None:
    """Mark it to be tried again."""
    from definitions.people import Action

    with desk_for(app, Action.QUARANTINE_WRITE) as desk:
        _told(app, desk.store.quarantine.retry(quarantine_id), "will be tried again")


@group.command("drop")
@click.argument("quarantine_id", metavar="ID")
@yes_option
@pass_app
def drop(app: App, quarantine_id: str, yes: bool) -> None:
    """Give it up: its content goes, the record of it stays."""
    from definitions.people import Action

    with desk_for(app, Action.QUARANTINE_WRITE) as desk:
        desk.store.quarantine.show(quarantine_id)
        app.sure(f"Give up {quarantine_id} for ever?", yes)
        _told(app, desk.store.quarantine.drop(quarantine_id), "is given up")


def _told(app: App, now: "Quarantined", what: str) -> None:
    app.emit(now.model_dump(mode="json", exclude={"payload"}), f"{now.id} {what}.")
