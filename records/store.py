"""Everything that is remembered, behind one door."""

from pathlib import Path
from types import TracebackType

from records.access import AccessLog
from records.asks import Asks
from records.audit import Audit
from records.automations import Automations
from records.blobs import Blobs
from records.briefing import Briefings
from records.cases import Cases
from records.conversations import Conversations
from records.directory import Directory
from records.engine import Database
from records.events import Events
from records.experiments import Experiments
from records.extract import Extract
from records.inbox import Inbox
from records.knowledge import Articles
from records.knowledge_gaps import VainSearches
from records.knowledge_search import ArticleSearch
from records.outbox import Outbox
from records.quarantine import Quarantine
from records.rebuild import Rebuild
from records.retriage import Retriages
from records.routing_tables import RoutingTables
from records.standards import Standards
from records.tasks import Tasks
from records.telling import Tellings
from records.texts import Texts
from records.values import Clock


class Store:
    """The records in one database and one folder of blobs. Synchronous and safe to share between threads.

    Checkpoints are signed with `checkpoint_key`, or with a key made in their folder.
    """

    def __init__(
        self,
        url: str,
        blobs_dir: Path,
        clock: Clock,
        checkpoint_dir: Path | None = None,
        checkpoint_key: str | None = None,
    ) -> None:
        self.db = Database(url)
        self.events = Events(self.db, clock)
        self.automations = Automations(self.db, clock)
        self.experiments = Experiments(self.db, clock)
        self.extract = Extract(self.db)
        self.retriages = Retriages(self.db, clock)
        self.cases = Cases(self.db)
        self.tasks = Tasks(self.db)
        self.inbox = Inbox(self.db, clock)
        self.outbox = Outbox(self.db, clock)
        self.briefings = Briefings(self.db, clock)
        self.texts = Texts(self.db, clock)
        self.tellings = Tellings(self.db)
        self.blobs = Blobs(blobs_dir)
        self.quarantine = Quarantine(self.db, clock)
        self.conversations = Conversations(self.db, clock)
        self.directory = Directory(self.db, clock)
        self.access_log = AccessLog(self.db)
        self.audit = Audit(self.db, clock, checkpoint_dir, checkpoint_key)
        self.rebuild = Rebuild(self.db, clock)
        self.routing_tables = RoutingTables(self.db, clock)
        self.standards = Standards(self.db, clock)
        self.asks = Asks(self.db, clock)
        self.articles = Articles(self.db, clock)
        self.article_search = ArticleSearch(self.db)
        self.vain_searches = VainSearches(self.db)

    def close(self) -> None:
        """Close all connections."""
        self.db.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
