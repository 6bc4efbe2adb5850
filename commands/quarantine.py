"""`jidoka quarantine`: what could not be processed, and why."""

from typing import TYPE_CHECKING

import click

from commands.common import EXIT, App, Noun, pass_app, yes_option
from commands.output import table
from commands.records_door import desk_for

if TYPE_CHECKING:
    from definitions.intake import Received
    from desk import Desk
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
def retry(app: App, quarantine_id: str) -> int:
    """Try it again, now if it is a mail; exit 6 when it ends up here again."""
    from definitions.people import Action

    with desk_for(app, Action.QUARANTINE_WRITE) as desk:
        item = desk.store.quarantine.retry(quarantine_id)
        answer = app.run(_again(desk, app, item), waiting="it to be taken in")
        now = desk.store.quarantine.show(quarantine_id)
    if answer is None:
        _told(app, now, "will be tried again")
        return 0
    plain = now.model_dump(mode="json", exclude={"payload"}) | {"became": answer.model_dump(mode="json")}
    app.emit(plain, lambda: f"{now.id}: {answer.outcome} {answer.case_id or ''} {answer.reason}".rstrip() + ".")
    return EXIT["check_failed"] if answer.outcome == "quarantined" else 0


async def _again(desk: "Desk", app: App, item: "Quarantined") -> "Received | None":
    from office.intake import PostRoom

    return await PostRoom(desk, app.settings).again(item)


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
