"""What a case waits for people to do, as their lists show it."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from definitions.base import Instant, Key, Value

TaskId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9a-z]{4,20}/[a-z][a-z0-9_-]{0,60}$")]
"""The case and the task within it: `REQ-7k2m9q4z/laptop`."""


class TaskRow(Value):
    """One thing that a case wants of a person: a piece of its plan, a decision, a step back."""

    id: TaskId
    kind: Literal["fulfil", "approve", "undo", "review", "answer"]
    title: str
    team: Key | None = None
    """Whose queue it lies in; None where it is for `people` only."""
    people: tuple[str, ...] = ()
    """Person keys who may do it; empty means anybody of the team."""
    state: Literal["open", "claimed", "done", "withdrawn"] = "open"
    assignee: str | None = None
    opened_at: Instant
    due_at: Instant | None = None
    ended_at: Instant | None = None
    ended_by: str | None = None

    @property
    def case_id(self) -> str:
        """The case that waits for it."""
        return self.id.partition("/")[0]

    @property
    def key(self) -> str:
        """The task within its case."""
        return self.id.partition("/")[2]
