"""What waits where, counted at this moment for the metrics endpoint."""

from datetime import datetime

from sqlalchemy import func, literal, select

from definitions.base import Priority, Value
from records.columns import Moment
from records.engine import Database
from records.tables import CaseTable, InboxTable, OutboxTable, QuarantineTable, table

CASES, INBOX, OUTBOX, QUARANTINE = (table(t) for t in (CaseTable, InboxTable, OutboxTable, QuarantineTable))


class Overdue(Value):
    """How many open cases are past their next due instant."""

    service: str
    priority: Priority
    n: int


class Waiting(Value):
    """One reading of everything that waits."""

    inbox: int
    outbox: dict[str, int]
    """Messages by state; only states that occur."""
    quarantine: int
    overdue: tuple[Overdue, ...]


class Gauges:
    """Counts over the tables of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def waiting(self, now: datetime) -> Waiting:
        """All of them in one reading."""
        labels = (CASES.c.service, CASES.c.priority)
        late = select(*labels, func.count().label("n")).where(
            CASES.c.closed_at.is_(None), CASES.c.resolved_at.is_(None), CASES.c.due_at < literal(now, Moment())
        )
        states = select(OUTBOX.c.state, func.count().label("n")).group_by(OUTBOX.c.state)
        with self._db.read() as connection:
            inbox = connection.execute(select(func.count()).where(INBOX.c.state == "received")).scalar_one()
            kept = connection.execute(select(func.count()).where(QUARANTINE.c.state == "waiting")).scalar_one()
            outbox = {row.state: row.n for row in connection.execute(states)}
            overdue = connection.execute(late.group_by(*labels).order_by(*labels)).all()
        return Waiting(
            inbox=inbox,
            outbox=outbox,
            quarantine=kept,
            overdue=tuple(Overdue(service=r.service, priority=Priority(r.priority), n=r.n) for r in overdue),
        )
