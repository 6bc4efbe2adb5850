"""The dataset `live` for commands: the engine's own runs, copied up to now."""

from typing import TYPE_CHECKING

from commands.common import App
from commands.records_door import desk_for

if TYPE_CHECKING:
    from desk import Desk
    from measurement.log.eventlog import EventLog


def live(app: App) -> "EventLog":
    """Raises NotAllowed unless the person acting may see the numbers of the desk. Needs the database, not the stack."""
    from activities.live import LiveCopy
    from definitions.people import Action
    from measurement.log.columns import LIVE
    from measurement.log.live import live_log

    with desk_for(app, Action.METRICS) as desk, app.waiting("the copy of the event log"):
        now = desk.clock()
        copy = LiveCopy(desk.store.extract, app.settings.data_dir / "datasets" / LIVE, lambda: _staff(desk))
        with copy.refreshed() as parts:
            return live_log(parts, now)


def _staff(desk: "Desk") -> list[str]:
    """Whoever has any role but that of a requester may be named by key."""
    from definitions.people import Role

    return [person.key for person in desk.store.directory.ls() if {*person.roles} - {Role.REQUESTER}]
