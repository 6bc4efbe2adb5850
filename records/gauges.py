"""What waits where, counted at this moment for the metrics endpoint."""

from datetime import datetime

from sqlalchemy import case, func, literal, select

from definitions.base import Priority, Value
from records.ask_tables import AskTable
from records.columns import Moment
from records.engine import Database
from records.tables import CaseTable, InboxTable, OutboxTable, QuarantineTable, table

TABLES = (AskTable, CaseTable, InboxTable, OutboxTable, QuarantineTable)
ASKS, CASES, INBOX, OUTBOX, QUARANTINE = (table(t) for t in TABLES)
STATE = case(
    (ASKS.c.answered_at.is_not(None) & ASKS.c.asked_at.is_(None), "unasked"),
    (ASKS.c.answered_at.is_not(None), "answered"),
    (ASKS.c.asked_at.is_not(None), "open"),
    (ASKS.c.skipped.is_not(None), "skipped"),
    else_="drawn",
).label("state")


class Overdue(Value):
    """How many open cases are past their next due instant."""

    service: str
    priority: Priority
    n: int


class Asked(Value):
    """Questions of one survey: asked and not answered, answered, answered without being asked, skipped, to be asked."""

    survey: str
    state: str
    n: int


class Waiting(Value):
    """One reading of everything that waits."""

    inbox: int
    outbox: dict[str, int]
    """Messages by state; only states that occur."""
    quarantine: int
    overdue: tuple[Overdue, ...]
    asks: tuple[Asked, ...] = ()


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
            asks = connection.execute(
                select(ASKS.c.survey, STATE, func.count().label("n")).group_by(ASKS.c.survey, STATE)
            )
            questions = tuple(Asked.model_validate(dict(row._mapping)) for row in asks)
            overdue = connection.execute(late.group_by(*labels).order_by(*labels)).all()
        return Waiting(
            inbox=inbox,
            outbox=outbox,
            quarantine=kept,
            asks=questions,
            overdue=tuple(Overdue(service=r.service, priority=Priority(r.priority), n=r.n) for r in overdue),
        )
