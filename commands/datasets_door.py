"""The datasets for commands that read them."""

from typing import TYPE_CHECKING

from commands.common import App

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog
    from measurement.log.library import Library


def library(app: App) -> "Library":
    """All datasets of the data directory."""
    from measurement.log.library import Library

    return Library(app.settings.data_dir / "datasets")


def dataset(app: App, name: str) -> "EventLog":
    """A dataset, open for reading; those of our own runs are brought up to now. Raises NoDataset with what there is."""
    from measurement.log.columns import LIVE, TASKS

    if name not in (LIVE, TASKS):
        return library(app).open(name)
    from commands.live_door import live
    from measurement.log.live_tasks import tasks_log

    return live(app) if name == LIVE else tasks_log(live(app))
