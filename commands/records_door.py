"""The records for commands that work on them directly, after asking whether the person may."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.common import App

if TYPE_CHECKING:
    from definitions.people import Action
    from desk import Desk


@contextmanager
def desk_for(app: App, action: "Action", *, own: bool = False) -> Iterator["Desk"]:
    """A desk whose records are open. Raises NotAllowed unless the person acting may (`own`: for themselves)."""
    from definitions.people import Object
    from office.opening import open_desk

    desk = open_desk(app.settings)
    with desk.store:
        actor = desk.identity.at_the_command_line(app.settings, app.actor)
        desk.allow(actor, action, Object(requester=actor.person if own else None))
        yield desk
