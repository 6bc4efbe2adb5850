"""The dataset `live` for commands: the engine's own runs, copied up to now."""

from typing import TYPE_CHECKING

from commands.common import App
from commands.records_door import desk_for

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog


def live(app: App) -> "EventLog":
    """Raises NotAllowed unless the person acting may see the numbers of the desk. Needs the database, not the stack."""
    from activities.live import live_copy
    from definitions.people import Action
    from measurement.log.live import live_log
    from measurement.log.live_asks import columns

    with desk_for(app, Action.METRICS) as desk, app.waiting("the copy of the event log"):
        now = desk.clock()
        with live_copy(desk.store, app.settings.data_dir).refreshed() as parts:
            return live_log(parts, now, columns(desk.store.asks.heard()))
