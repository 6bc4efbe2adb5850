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
    """A dataset, open for reading; `live` is brought up to now. Raises NoDataset with the names there are."""
    from measurement.log.columns import LIVE

    if name == LIVE:
        from commands.live_door import live

        return live(app)
    return library(app).open(name)
