"""Datasets under their names: a directory each, with events, cases and a description."""

import re
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from measurement.log.columns import LIVE, TASKS
from measurement.log.dataset import DESCRIPTION, Dataset, Imported
from measurement.log.eventlog import EventLog
from measurement.log.files import File
from measurement.log.importing import Import
from measurement.log.lock import alone
from measurement.log.mapping import Mapping
from measurement.log.sift import Progress
from measurement.log.storage import opened
from measurement.values import BadData

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class NoDataset(BadData):
    """There is no dataset of this name."""

    code = "not_found"


class Library:
    """All datasets of a data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def names(self) -> list[str]:
        """Of all there are, readable or not."""
        return sorted(path.parent.name for path in self.root.glob(f"*/{DESCRIPTION}"))

    def ls(self) -> dict[str, Dataset | BadData]:
        """All by name; one that cannot be read is the reason why, and hides no other."""
        return {name: self._found(name) for name in self.names}

    def _found(self, name: str) -> Dataset | BadData:
        try:
            return _described(self.root / name / DESCRIPTION)
        except BadData as unreadable:
            return unreadable

    def get(self, name: str) -> Dataset:
        """Raises NoDataset with the names there are."""
        path = self.place(name) / DESCRIPTION
        if not path.is_file():
            known = ", ".join(self.names)
            hint = f"There are: {known}." if known else "Import one: jidoka log import FILE --dataset NAME."
            raise NoDataset(f"There is no dataset {name!r}.", hint)
        return _described(path)

    def open(self, name: str) -> EventLog:
        """For reading. Raises NoDataset."""
        return opened(self.place(name), self.get(name))

    def rm(self, name: str) -> None:
        """Take it away with all that was imported. Raises NoDataset."""
        self.get(name)
        with alone(self.place(name)):
            (self.place(name) / DESCRIPTION).unlink(missing_ok=True)

    def import_(
        self,
        path: Path,
        name: str,
        mapping: Mapping,
        *,
        now: datetime,
        delimiter: str | None = None,
        progress: Progress = lambda _, __: None,
    ) -> Imported:
        """Add a file to a dataset, or make one of it. Importing the same file again adds nothing.

        Raises BadData when nothing of the file can be used; the dataset is then as it was before.
        """
        if name in (LIVE, TASKS):
            raise BadData(f"{name!r} is a dataset of the engine's own runs.", "Choose another name.")
        place, file = self.place(name), File.of(path)
        with alone(place):
            existing = self.get(name) if (place / DESCRIPTION).is_file() else None
            return Import(place, name, existing, mapping, now, progress).add(file, delimiter)

    def place(self, name: str) -> Path:
        """The directory of a dataset. Raises BadData for what cannot be a name."""
        if not NAME.fullmatch(name):
            raise BadData(
                f"{name!r} cannot be the name of a dataset.",
                "Use up to 40 lower-case letters, digits, - and _, such as servicenow-2026.",
            )
        return self.root / name


def _described(path: Path) -> Dataset:
    try:
        return Dataset.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BadData(
            f"{path} does not describe a dataset, or one of another version.", "Take its directory away; import again."
        ) from None
