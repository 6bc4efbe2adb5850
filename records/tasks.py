"""What cases wait for people to do: written with each case row, listed by who is to do it and by when."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from definitions.base import Key, Priority, Value
from definitions.facts import TextRef
from definitions.tasks import TaskRow
from records.engine import Database
from records.people_tables import ParticipantTable
from records.tables import CaseTable, table
from records.task_tables import TaskPersonTable, TaskTable
from records.values import CaseRow

TASKS, PEOPLE, CASES, PARTICIPANTS = (table(t) for t in (TaskTable, TaskPersonTable, CaseTable, ParticipantTable))
WAITING = ("open", "claimed")
INSERT, INSERT_PEOPLE = TASKS.insert(), PEOPLE.insert()
DUE = func.coalesce(TASKS.c.due_at, CASES.c.due_at)
"""A task without an end of its own is due with the case that waits for it."""


class ListedTask(Value):
    """A task with what its list says about the case it belongs to."""

    task: TaskRow
    case_kind: str
    case_title: TextRef | None
    service: str
    priority: Priority
    requester: str | None


class TaskQuery(Value):
    """Which tasks to list, oldest due first."""

    case_id: str | None = None
    team: Key | None = None
    assignee: str | None = None
    kind: Literal["fulfil", "approve", "undo", "review", "answer"] | None = None
    waiting: bool = True
    """Only what nobody has ended."""
    seen_by: tuple[str, ...] | None = None
    """Only tasks of cases these people asked for or take part in, and those they do themselves; None means all."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Tasks:
    """The tasks of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, task_id: str, *, seen_by: tuple[str, ...] | None = None) -> ListedTask | None:
        """One task, when there is one and `seen_by` may see it; see `TaskQuery`."""
        found = _listed().where(TASKS.c.id == task_id, *_seen(seen_by))
        with self._db.read() as connection:
            return next(iter(_read(connection, found)), None)

    def of(self, case_id: str) -> tuple[TaskRow, ...]:
        """All tasks of a case, in the order of its plan."""
        with self._db.read() as connection:
            return tasks_of(connection, case_id)

    def ls(self, query: TaskQuery) -> list[ListedTask]:
        """Tasks with the oldest due first, those without an end last."""
        wanted = [TASKS.c[name] == value for name in ("case_id", "team", "assignee", "kind")
                  if (value := getattr(query, name)) is not None]  # fmt: skip
        if query.waiting:
            wanted.append(TASKS.c.state.in_(WAITING))
        with self._db.read() as connection:
            return _read(connection, _ordered(_listed().where(*wanted, *_seen(query.seen_by))).limit(query.limit))

    def waiting_for(self, person: str, acting_for: Sequence[str], teams: Sequence[str], limit: int) -> list[ListedTask]:
        """What this person can do now: theirs, asked of them or of those they stand in for, or free in their teams."""
        asked = exists().where(PEOPLE.c.task == TASKS.c.id, PEOPLE.c.person.in_((person, *acting_for)))
        anybody = ~exists().where(PEOPLE.c.task == TASKS.c.id)
        theirs = and_(TASKS.c.state == "open", or_(asked, and_(anybody, TASKS.c.team.in_(teams))))
        mine = and_(TASKS.c.state.in_(WAITING), or_(TASKS.c.assignee == person, theirs))
        with self._db.read() as connection:
            return _read(connection, _ordered(_listed().where(mine)).limit(limit))

    def people(self, case_id: str) -> tuple[str, ...]:
        """Everybody who is or was named for a task of this case: they take part in it."""
        query = select(PEOPLE.c.person).join(TASKS, TASKS.c.id == PEOPLE.c.task).where(TASKS.c.case_id == case_id)
        with self._db.read() as connection:
            return tuple(connection.execute(query.distinct().order_by(PEOPLE.c.person)).scalars())


def replace_tasks(connection: Connection, rows: Sequence[CaseRow]) -> None:
    """Make the tasks of these cases those of their rows; the rows themselves are in the database already.

    A row without tasks says nothing: a case never loses the tasks it had, unless its row goes.
    """
    rows = [row for row in rows if row.tasks]
    if not rows:
        return
    connection.execute(TASKS.delete().where(TASKS.c.case_id.in_([row.id for row in rows])))
    of_cases = [(row.id, place, task) for row in rows for place, task in enumerate(row.tasks)]
    connection.execute(
        INSERT,
        [
            {**task.model_dump(exclude={"people"}), "case_id": case_id, "position": place}
            for case_id, place, task in of_cases
        ],
    )
    people = [
        {"task": task.id, "person": person, "position": place}
        for _, _, task in of_cases
        for place, person in enumerate(dict.fromkeys(task.people))
    ]
    if people:
        connection.execute(INSERT_PEOPLE, people)


def tasks_of(connection: Connection, case_id: str) -> tuple[TaskRow, ...]:
    """As `Tasks.of`, within a transaction that is under way."""
    rows = connection.execute(select(TASKS).where(TASKS.c.case_id == case_id).order_by(TASKS.c.position)).all()
    people = _people(connection, [row.id for row in rows])
    return tuple(_task(row, people) for row in rows)


def _listed() -> Select[Any]:
    columns = (CASES.c.kind.label("case_kind"), CASES.c.title.label("case_title"))
    own = [column for column in TASKS.c if column is not TASKS.c.due_at]
    found = select(*own, DUE.label("due_at"), *columns, CASES.c.service, CASES.c.priority, CASES.c.requester)
    return found.join(CASES, CASES.c.id == TASKS.c.case_id)


def _seen(seen_by: tuple[str, ...] | None) -> list[ColumnElement[bool]]:
    if seen_by is None:
        return []
    takes_part = exists().where(PARTICIPANTS.c.case_id == TASKS.c.case_id, PARTICIPANTS.c.person.in_(seen_by))
    asked = exists().where(PEOPLE.c.task == TASKS.c.id, PEOPLE.c.person.in_(seen_by))
    return [or_(CASES.c.requester.in_(seen_by), TASKS.c.assignee.in_(seen_by), takes_part, asked)]


def _ordered(query: Select[Any]) -> Select[Any]:
    # Spelled out, because SQLite sorts "no end" first and PostgreSQL last.
    return query.order_by(DUE.is_(None), DUE, TASKS.c.opened_at, TASKS.c.position, TASKS.c.id)


def _read(connection: Connection, query: Select[Any]) -> list[ListedTask]:
    rows = connection.execute(query).all()
    people = _people(connection, [row.id for row in rows])
    return [
        ListedTask(
            task=_task(row, people),
            case_kind=row.case_kind,
            case_title=TextRef.model_validate(row.case_title) if row.case_title else None,
            service=row.service,
            priority=Priority(row.priority),
            requester=row.requester,
        )
        for row in rows
    ]


def _people(connection: Connection, tasks: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(PEOPLE.c.task, PEOPLE.c.person).where(PEOPLE.c.task.in_(tasks))
    for task, person in connection.execute(query.order_by(PEOPLE.c.task, PEOPLE.c.position)) if tasks else ():
        found.setdefault(task, []).append(person)
    return found


def _task(row: Row[Any], people: dict[str, list[str]]) -> TaskRow:
    own = {name: row._mapping[name] for name in TaskRow.model_fields if name != "people"}
    return TaskRow(**own, people=tuple(people.get(row.id, ())))
