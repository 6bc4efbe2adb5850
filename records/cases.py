"""The current state of each case: one row, lists by page, counts of what is open."""

import base64
import binascii
import functools
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal, select, tuple_

from definitions.base import Priority, rfc3339
from definitions.case import WORKABLE
from definitions.facts import TextRef
from records.columns import Moment
from records.engine import Database, Insert, insert_into
from records.errors import RecordsError
from records.tables import CaseTable, table
from records.tasks import replace_tasks
from records.values import AgeCount, CaseQuery, CaseRow, OpenCount, OpenCounts, Page

CASES = table(CaseTable)
FILTERS = ("kind", "state", "service", "team", "priority", "requester", "assignee", "parent", "merged_into")
HOUR, DAY = 3600.0, 86400.0
AGE_BUCKETS: tuple[float | None, ...] = (HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, None)
"""Upper bounds of the age buckets in seconds; each case is in exactly one."""


class Cases:
    """The case rows of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, case_id: str) -> CaseRow | None:
        """The row of this case, or None."""
        with self._db.read() as connection:
            row = connection.execute(select(CASES).where(CASES.c.id == case_id)).one_or_none()
        return as_case(row) if row else None

    def ls(self, query: CaseQuery) -> Page:
        """One page, newest first; as fast at a million cases as at a thousand, since a page is a range of an index."""
        found = select(CASES).order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(query.limit + 1)
        found = found.where(*_conditions(query))
        if query.after is not None:
            at, case_id = _place(query.after)
            found = found.where(tuple_(CASES.c.opened_at, CASES.c.id) < tuple_(literal(at, Moment()), literal(case_id)))
        with self._db.read() as connection:
            rows = [as_case(row) for row in connection.execute(found)]
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return Page(rows=tuple(rows), next=cursor(rows[-1]) if more else None)

    def held(self, teams: Sequence[str], but: str = "") -> dict[str, int]:
        """How many cases each team has to work on now; the case `but` is left out."""
        # Not the column itself: by its index SQLite would read every case that the team ever had.
        team = func.coalesce(CASES.c.team, "")
        query = select(team, func.count()).where(CASES.c.closed_at.is_(None), team.in_(teams), CASES.c.id != but)
        query = query.where(CASES.c.state.in_(sorted(WORKABLE))).group_by(team)
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def opened_of(
        self, service: str, category: str | None, after: datetime, until: datetime, *, kinds: Sequence[str]
    ) -> list[str]:
        """Cases of a class opened in (`after`, `until`], oldest first; without those merged into another or cancelled.

        `category` None takes all of the service.
        """
        c = CASES.c
        query = select(c.id).where(c.service == service, c.opened_at > after, c.opened_at <= until, c.kind.in_(kinds))
        query = query.where(c.merged_into.is_(None), c.state != "cancelled").order_by(c.opened_at, c.id)
        if category is not None:
            query = query.where(c.category == category)
        with self._db.read() as connection:
            return list(connection.execute(query).scalars())

    def open_of(self, kind: str, service: str | None = None) -> list[CaseRow]:
        """Open cases of one kind, newest first: for kinds of which few are open at a time."""
        query = select(CASES).where(CASES.c.kind == kind, CASES.c.closed_at.is_(None))
        if service is not None:
            # Not the column itself: by its index SQLite would read every case that the service ever had.
            query = query.where(func.coalesce(CASES.c.service, "") == service)
        with self._db.read() as connection:
            return [as_case(row) for row in connection.execute(query.order_by(CASES.c.opened_at.desc(), CASES.c.id))]

    def by_arm(self, experiment: str, services: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Cases of these services in each arm of an experiment: all, and how many of them are open."""
        c = CASES.c
        query = select(c.arm, func.count(), func.count(c.closed_at)).where(c.service.in_(services), c.arm.is_not(None))
        found: dict[str, tuple[int, int]] = {}
        with self._db.read() as connection:
            for labels, n, closed in connection.execute(query.group_by(c.arm)):
                for key, _, arm in (label.rpartition(":") for label in labels.split(",")):
                    if key == experiment:
                        before = found.get(arm, (0, 0))
                        found[arm] = (before[0] + n, before[1] + n - closed)
        return found

    def titles(self, case_ids: Sequence[str]) -> dict[str, TextRef]:
        """Where the titles of these cases stand, by case; unknown ones are left out."""
        if not case_ids:
            return {}
        query = select(CASES.c.id, CASES.c.title).where(CASES.c.id.in_(case_ids))
        with self._db.read() as connection:
            return {row.id: TextRef.model_validate(row.title) for row in connection.execute(query) if row.title}

    def count(self, query: CaseQuery) -> int:
        """How many cases the query would list in all its pages."""
        with self._db.read() as connection:
            return connection.execute(select(func.count()).select_from(CASES).where(*_conditions(query))).scalar_one()

    def counts(self, now: datetime) -> OpenCounts:
        """Open cases by labels and by age.

        Counted here, not by GROUP BY: that would lead SQLite to an index over all cases instead of the open ones.
        """
        c = CASES.c
        bucket = case(
            *(
                (c.opened_at > literal(now - timedelta(seconds=bound), Moment()), literal(place))
                for place, bound in enumerate(AGE_BUCKETS)
                if bound is not None
            ),
            else_=len(AGE_BUCKETS) - 1,
        ).label("bucket")
        query = select(c.kind, c.service, c.team, c.priority, c.state, bucket).where(c.closed_at.is_(None))
        labels: Counter[tuple[str, str, str | None, str, str]] = Counter()
        ages: Counter[tuple[str, int]] = Counter()
        with self._db.read() as connection:
            for kind, service, team, priority, state, place in connection.execute(query):
                labels[kind, service, team, priority, state] += 1
                ages[kind, place] += 1
        return OpenCounts(
            by_label=tuple(
                OpenCount(kind=kind, service=service, team=team, priority=Priority(priority), state=state, n=n)
                for (kind, service, team, priority, state), n in sorted(labels.items(), key=str)
            ),
            by_age=tuple(
                AgeCount(kind=kind, le_s=AGE_BUCKETS[place], n=n) for (kind, place), n in sorted(ages.items())
            ),
        )


def upsert_rows(db: Database, connection: Connection, rows: Sequence[CaseRow]) -> None:
    """Write case rows with their tasks; one that reflects fewer facts than the stored row is left out."""
    if not rows:
        return
    newest = _newest(connection, [row for row in rows if row.tasks])
    connection.execute(_upsert(db.is_sqlite), [row.model_dump(exclude={"tasks"}) for row in rows])
    replace_tasks(connection, newest)


def _newest(connection: Connection, rows: Sequence[CaseRow]) -> list[CaseRow]:
    """Of each case the row with most facts, where the stored one does not have more."""
    best = {row.id: row for row in sorted(rows, key=lambda row: row.seq)}
    if not best:
        return []
    stored = select(CASES.c.id, CASES.c.seq).where(CASES.c.id.in_(best))
    known = {row.id: row.seq for row in connection.execute(stored)}
    return [row for row in best.values() if row.seq >= known.get(row.id, 0)]


@functools.cache
def _upsert(is_sqlite: bool) -> Insert:
    """Built once: thirty columns take longer to put together than to write."""
    statement = insert_into(CASES, is_sqlite)
    new = {column.name: statement.excluded[column.name] for column in CASES.c if column.name != "id"}
    return statement.on_conflict_do_update(index_elements=["id"], set_=new, where=statement.excluded.seq >= CASES.c.seq)


def as_case(row: Row[Any]) -> CaseRow:
    """The row as a value."""
    return CaseRow.model_validate(dict(row._mapping))


def _conditions(query: CaseQuery) -> list[ColumnElement[bool]]:
    wanted = [CASES.c[name] == getattr(query, name) for name in FILTERS if getattr(query, name) is not None]
    return [*wanted, CASES.c.closed_at.is_(None)] if query.open_only else wanted


def cursor(row: CaseRow) -> str:
    """What `after` takes for the page behind this row."""
    return base64.urlsafe_b64encode(f"{rfc3339(row.opened_at)} {row.id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        at, case_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ", 1)
        return datetime.fromisoformat(at), case_id
    except (ValueError, binascii.Error):
        raise RecordsError("this is not the end of a page: take `next` of the page before as it stands") from None
