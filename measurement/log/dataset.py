"""What a dataset is made of, and what an import did to it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime

from definitions.base import Value
from measurement.log.mapping import Mapping

DESCRIPTION = "dataset.json"


class Source(Value):
    """A file that was imported."""

    name: str
    sha256: str
    imported_at: AwareDatetime
    events: int
    rejected: int
    duplicates: int
    events_file: str
    rejects_file: str | None


class Dataset(Value):
    """The description of a dataset; the files it names are the ones in force."""

    name: str
    declared: Mapping
    """As it was asked for; for this dataset another one is refused."""
    mapping: Mapping
    """As its files fulfil it."""
    names: dict[str, str]
    """Header of a source -> column of the log, where they differ."""
    attributes: tuple[str, ...]
    """Columns of the sources behind our own."""
    sources: tuple[Source, ...]
    order_file: str
    cases_file: str
    cases: int
    events: int
    start: AwareDatetime
    end: AwareDatetime

    @property
    def source(self) -> str:
        """Where it came from, in words."""
        return ", ".join(source.name for source in self.sources)


@dataclass(frozen=True)
class Imported:
    """What one import did; `cases` and `events` count what it added."""

    dataset: str
    cases: int
    events: int
    rejected: int
    duplicates: int
    total_cases: int
    total_events: int
    mapping: str
    zone: str
    columns: dict[str, str]
    """Column of the log -> header of the source."""
    reasons: dict[str, int]
    """Why rows were rejected, and how many."""
    rejects: Path | None
    """CSV with line, reason and raw text of what was rejected."""
    notes: tuple[str, ...]
