"""How incidents were told and how they stand, for whoever compares them: by reference, the words stay in `texts`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, func, literal, select, tuple_

from records.columns import Moment
from records.engine import Database
from records.events import EVENTS
from records.tables import CaseTable, table

CASES = table(CaseTable)
KIND = "incident"
BATCH = 500


class Telling(NamedTuple):
    """One incident: its service, parent and state as they are now, its words as it was opened."""

    case_id: str
    at: datetime
    service: str
    requester: str | None
    parent: str | None
    merged_into: str | None
    state: str
    texts: tuple[str, ...]
    """Ids of title and text."""


class Tellings:
    """Those of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def latest(self, limit: int, before: Telling | None = None) -> list[Telling]:
        """The newest, or the next older ones."""
        query = _whole().order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(limit)
        if before is not None:
            place = tuple_(literal(before.at, Moment()), literal(before.case_id))
            query = query.where(tuple_(CASES.c.opened_at, CASES.c.id) < place)
        return self._read(query)

    def of(self, case_ids: Sequence[str]) -> list[Telling]:
        """These, as far as they are incidents."""
        parts = (case_ids[at : at + BATCH] for at in range(0, len(case_ids), BATCH))
        return [telling for part in parts for telling in self._read(_whole().where(CASES.c.id.in_(part)))]

    def changed(self, event_id: int) -> tuple[int, list[str]]:
        """The last event there is, and the cases that had one after `event_id`."""
        query = select(EVENTS.c.case_id, func.max(EVENTS.c.id)).where(EVENTS.c.id > event_id).group_by(EVENTS.c.case_id)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        return max((row[1] for row in rows), default=event_id), [row[0] for row in rows]

    def last_event(self) -> int:
        """The last event there is; 0 before the first."""
        with self._db.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(EVENTS.c.id), 0))).scalar_one())

    def said(self, case_ids: Sequence[str], type_: str) -> bool:
        """Whether any of these cases has a fact of this type."""
        query = select(EVENTS.c.id).where(EVENTS.c.case_id.in_(case_ids), EVENTS.c.type == type_).limit(1)
        with self._db.read() as connection:
            return connection.execute(query).one_or_none() is not None

    def _read(self, query: Select[Any]) -> list[Telling]:
        with self._db.read() as connection:
            return [_as_telling(row) for row in connection.execute(query)]


def _whole() -> Select[Any]:
    c = CASES.c
    opened = and_(EVENTS.c.case_id == c.id, EVENTS.c.seq == 1)
    columns = (c.id, c.opened_at, c.service, c.requester, c.parent, c.merged_into, c.state, EVENTS.c.data)
    return select(*columns).join(EVENTS, opened).where(c.kind == KIND)


def _as_telling(row: Row[Any]) -> Telling:
    values = dict(row._mapping)
    opened = values.pop("data")
    return Telling(case_id=values.pop("id"), at=values.pop("opened_at"), **values, texts=tuple(_ids(opened)))


def _ids(data: dict[str, Any]) -> Iterable[str]:
    return (str(ref["id"]) for ref in (data.get("title"), data.get("text")) if isinstance(ref, dict))
