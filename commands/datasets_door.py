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
    """A dataset, open for reading. Raises NoDataset with the names there are."""
    return library(app).open(name)
