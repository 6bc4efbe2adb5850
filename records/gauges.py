"""What waits where, counted at this moment for the metrics endpoint."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select

from definitions.base import Instant, Priority, Value
from definitions.cycle.state import COURSE
from records.ask_tables import AskTable
from records.columns import Moment
from records.engine import Database
from records.experiments import EXPERIMENTS
from records.tables import CaseTable, EventTable, InboxTable, OutboxTable, QuarantineTable, table

TABLES = (AskTable, CaseTable, EventTable, InboxTable, OutboxTable, QuarantineTable)
ASKS, CASES, EVENTS, INBOX, OUTBOX, QUARANTINE = (table(t) for t in TABLES)
STATE = case(
    (ASKS.c.answered_at.is_not(None) & ASKS.c.asked_at.is_(None), "unasked"),
    (ASKS.c.answered_at.is_not(None), "answered"),
    (ASKS.c.asked_at.is_not(None), "open"),
    (ASKS.c.skipped.is_not(None), "skipped"),
    else_="drawn",
).label("state")
TOLD = ("opened", "charter_amended", "benefit_found", "settled")
"""What says on which metric a cycle works, and what it brings."""
BENEFITS = (
    select(EVENTS.c.case_id, EVENTS.c.type, EVENTS.c.data)
    .join(CASES, CASES.c.id == EVENTS.c.case_id)
    .where(CASES.c.kind.in_(tuple(COURSE)), EVENTS.c.type.in_(TOLD))
    .order_by(EVENTS.c.case_id, EVENTS.c.seq)
)


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


class OpenCycles(Value):
    """How many improvement cycles are in one phase, and when the oldest of them began."""

    kind: str
    phase: str
    n: int
    oldest: Instant


class Benefit(Value):
    """What accepted cycles bring in a year by their verdicts, in the unit of the metric."""

    metric: str
    unit: str
    a_year: float


class Improvement(Value):
    """One reading of cycles and experiments."""

    open: tuple[OpenCycles, ...]
    experiments: dict[str, int]
    """By state; only states that occur."""
    verified: tuple[Benefit, ...]


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

    def improvement(self) -> Improvement:
        """All of cycles and experiments in one reading."""
        phase = (CASES.c.kind, CASES.c.stage)
        going = select(*phase, func.count().label("n"), func.min(CASES.c.opened_at).label("oldest")).where(
            CASES.c.kind.in_(tuple(COURSE)), CASES.c.closed_at.is_(None)
        )
        states = select(EXPERIMENTS.c.state, func.count().label("n")).group_by(EXPERIMENTS.c.state)
        with self._db.read() as connection:
            found = connection.execute(going.group_by(*phase).order_by(*phase)).all()
            experiments = {row.state: row.n for row in connection.execute(states)}
            told = [(row.case_id, row.type, row.data) for row in connection.execute(BENEFITS)]
        return Improvement(
            open=tuple(OpenCycles(kind=r.kind, phase=r.stage, n=r.n, oldest=r.oldest) for r in found),
            experiments=experiments,
            verified=_verified(told),
        )


def _verified(told: Iterable[tuple[str, str, Any]]) -> tuple[Benefit, ...]:
    """By metric, of the last word that each cycle has on its metric and its benefit."""
    metrics: dict[str, str | None] = {}
    benefits: dict[str, dict[str, Any]] = {}
    for case_id, type_, data in told:
        if type_ == "benefit_found":
            benefits[case_id] = data["actual"]
        elif type_ == "settled":
            if data["did"] == "accept" and data["refused"]:
                benefits.pop(case_id, None)  # it is no standard: somebody has to decide anew
        else:
            metrics[case_id] = (data if type_ == "charter_amended" else data["cycle"])["charter"]["metric"]
    sums: dict[tuple[str, str], float] = {}
    for case_id, actual in benefits.items():
        if actual["verified"]:
            what = (metrics.get(case_id) or "none", actual["unit"])
            sums[what] = sums.get(what, 0.0) + actual["per_case"] * actual["cases_a_year"]
    return tuple(Benefit(metric=metric, unit=unit, a_year=year) for (metric, unit), year in sorted(sums.items()))
