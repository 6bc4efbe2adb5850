"""Everything that is remembered, behind one door."""

from pathlib import Path
from types import TracebackType

from records.cases import Cases
from records.engine import Database
from records.events import Events
from records.inbox import Inbox
from records.quarantine import Quarantine
from records.values import Clock


class Store:
    """The records in one database and one folder of blobs. Synchronous and safe to share between threads."""

    def __init__(self, url: str, blobs_dir: Path, clock: Clock, checkpoint_dir: Path | None = None) -> None:
        self.db = Database(url)
        self.events = Events(self.db, clock)
        self.cases = Cases(self.db)
        self.inbox = Inbox(self.db, clock)
        self.quarantine = Quarantine(self.db, clock)

    def close(self) -> None:
        """Close all connections."""
        self.db.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
