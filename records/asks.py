"""Surveys in the records: who is asked, once in a turn whatever runs at the same time; and what they answered."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Row, exists, func, literal, or_, select, tuple_, update

from definitions.base import Instant, Value
from definitions.facts import TextRef
from definitions.people import Role
from records.ask_tables import AskTable
from records.cases import CASES
from records.columns import Moment
from records.engine import Database
from records.errors import NotStored
from records.people_tables import AddressTable, PersonTable, RoleTable
from records.tables import table
from records.values import Clock, Name, Note

ASKS = table(AskTable)
PERSONS, ADDRESSES, ROLES = (table(t) for t in (PersonTable, AddressTable, RoleTable))
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
PREFIX = "ASK-"
"""Of the id under which a question stands in the outbox and its reply tokens: never that of a case."""


class NewAsk(Value):
    """Somebody to be asked."""

    survey: Name
    measures: Name
    person: Name
    role: Literal["requester", "staff"] = "requester"
    case_id: Name | None = None
    service: Name | None = None
    team: Name | None = None
    turn: int | None = None
    """None: nobody asked, the person spoke up."""


class Ask(NewAsk):
    """One question to one person, and the answer."""

    id: Name
    drawn_at: Instant
    asked_at: Instant | None = None
    skipped: Note | None = None
    """Why the question was not sent after all."""
    answered_at: Instant | None = None
    channel: Name | None = None
    score: int | None = None
    effort: int | None = None
    minutes: int | None = None
    text: TextRef | None = None
    feedback: Name | None = None
    """The case in which somebody answers it."""


class Tally(Value):
    """How a survey goes."""

    survey: str
    asked: Annotated[int, Field(ge=0)]
    answered: Annotated[int, Field(ge=0)]
    """Of those asked."""
    unasked: Annotated[int, Field(ge=0)]
    """Answers that nobody had asked for."""
    skipped: Annotated[int, Field(ge=0)]
    mean: float | None


class Asks:
    """The questions and answers of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def ended(self, survey: str, since: datetime, size: int = 500) -> Iterator[Any]:
        """States (JSON) of cases that ended since then and have no question of this survey yet, oldest first."""
        asked = exists().where(ASKS.c.survey == survey, ASKS.c.case_id == CASES.c.id)
        query = select(CASES.c.closed_at, CASES.c.id, CASES.c.state_json).where(~asked)
        query = query.order_by(CASES.c.closed_at, CASES.c.id).limit(size)
        place: tuple[datetime, str] = (since, "")
        while True:
            # Most of them are never asked about and stay in the list, so it is read page by page to its end.
            beyond = tuple_(CASES.c.closed_at, CASES.c.id) > tuple_(literal(place[0], Moment()), literal(place[1]))
            with self._db.read() as connection:
                rows = connection.execute(query.where(beyond)).all()
            yield from (row.state_json for row in rows)
            if len(rows) < size:
                return
            place = (rows[-1].closed_at, rows[-1].id)

    def people(self) -> list[str]:
        """Everybody who can be written to and has no role but that of a requester."""
        address = exists().where(ADDRESSES.c.person == PERSONS.c.key)
        staff = exists().where(ROLES.c.person == PERSONS.c.key, ROLES.c.role != Role.REQUESTER.value)
        query = select(PERSONS.c.key).where(PERSONS.c.active, address, ~staff).order_by(PERSONS.c.key)
        with self._db.read() as connection:
            return list(connection.execute(query).scalars())

    def draw(self, new: NewAsk, *, every: timedelta, apart: timedelta) -> Ask | None:
        """Settle that this person is asked; None when they were asked the same within `every`, anything within `apart`.

        Two who draw at the same time take turns by the person's row.
        """
        now = self._clock()
        with self._db.write() as connection:
            connection.execute(select(PERSONS.c.key).where(PERSONS.c.key == new.person).with_for_update()).all()
            same = (ASKS.c.survey == new.survey) & (ASKS.c.drawn_at > now - every)
            asked = select(ASKS.c.id).where(
                ASKS.c.person == new.person, ASKS.c.turn.is_not(None), or_(same, ASKS.c.drawn_at > now - apart)
            )
            if connection.execute(asked.limit(1)).first() is not None:
                return None
            return self._added(connection, new, now)

    def unasked(self, new: NewAsk) -> Ask:
        """The question of this survey to this person about this case, asked or not: whoever speaks up is heard."""
        with self._db.write() as connection:
            added = self._added(connection, new, self._clock())
            if added is not None:
                return added
            known = (ASKS.c.survey == new.survey, ASKS.c.person == new.person, ASKS.c.case_id == new.case_id)
            return _ask(connection.execute(select(ASKS).where(*known)).one())

    def _added(self, connection: Connection, new: NewAsk, now: datetime) -> Ask | None:
        name = f"{PREFIX}{''.join(secrets.choice(LETTERS) for _ in range(8))}"
        row = {**new.model_dump(), "id": name, "drawn_at": now}
        added = self._db.insert(ASKS).values(row).on_conflict_do_nothing().returning(ASKS)
        found = connection.execute(added).one_or_none()
        return _ask(found) if found else None

    def waiting(self, limit: int = 500) -> list[Ask]:
        """Drawn and not yet asked, oldest first."""
        query = select(ASKS).where(ASKS.c.asked_at.is_(None), ASKS.c.skipped.is_(None), ASKS.c.turn.is_not(None))
        return self._all(query.order_by(ASKS.c.drawn_at, ASKS.c.id).limit(limit))

    def asked(self, id: str) -> None:
        """The question went out."""
        self._change(ASKS.c.id == id, asked_at=self._clock())

    def skip(self, id: str, why: str) -> None:
        """The question is not sent."""
        self._change(ASKS.c.id == id, skipped=why[:2000])

    def get(self, id: str) -> Ask:
        """One question. Raises NotStored."""
        found = self._all(select(ASKS).where(ASKS.c.id == id))
        if not found:
            raise NotStored(f"there is no question {id}")
        return found[0]

    def of_case(self, case_id: str) -> list[Ask]:
        """All questions and answers about one case, oldest first."""
        return self._all(select(ASKS).where(ASKS.c.case_id == case_id).order_by(ASKS.c.drawn_at, ASKS.c.id))

    def answer(self, id: str, said: dict[str, Any], *, channel: str) -> Ask:
        """Remember what was said; what is left out stays as it was. The last word counts."""
        return self._change(ASKS.c.id == id, **said, channel=channel, answered_at=self._clock())

    def led_to(self, id: str, case_id: str) -> None:
        """Somebody answers it in this case."""
        self._change(ASKS.c.id == id, feedback=case_id)

    def answers(self, survey: str, limit: int = 1_000) -> list[Ask]:
        """The latest answers, newest first."""
        query = select(ASKS).where(ASKS.c.survey == survey, ASKS.c.answered_at.is_not(None))
        return self._all(query.order_by(ASKS.c.answered_at.desc(), ASKS.c.id).limit(limit))

    def heard(self) -> list[Ask]:
        """All that were asked or answered, for the dataset `live`."""
        return self._all(select(ASKS).where(or_(ASKS.c.asked_at.is_not(None), ASKS.c.answered_at.is_not(None))))

    def tally(self, surveys: Iterable[str]) -> list[Tally]:
        """How each of these surveys goes."""
        asked, answered = ASKS.c.asked_at.is_not(None), ASKS.c.answered_at.is_not(None)
        query = select(
            ASKS.c.survey,
            func.count().filter(asked).label("asked"),
            func.count().filter(asked & answered).label("answered"),
            func.count().filter(ASKS.c.turn.is_(None) & answered).label("unasked"),
            func.count().filter(ASKS.c.skipped.is_not(None)).label("skipped"),
            func.avg(ASKS.c.score).label("mean"),
        ).group_by(ASKS.c.survey)
        with self._db.read() as connection:
            found = {row.survey: dict(row._mapping) for row in connection.execute(query)}
        none = {"asked": 0, "answered": 0, "unasked": 0, "skipped": 0, "mean": None}
        return [Tally.model_validate({"survey": key, **none, **found.get(key, {})}) for key in surveys]

    def _all(self, query: Any) -> list[Ask]:
        with self._db.read() as connection:
            return [_ask(row) for row in connection.execute(query)]

    def _change(self, which: ColumnElement[bool], **values: Any) -> Ask:
        with self._db.write() as connection:
            row = connection.execute(update(ASKS).where(which).values(**values).returning(ASKS)).one_or_none()
        if row is None:
            raise NotStored("there is no such question")
        return _ask(row)


def _ask(row: Row[Any]) -> Ask:
    return Ask.model_validate(dict(row._mapping))
