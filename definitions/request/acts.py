"""What people do to a request besides talking: decide, and work on its tasks."""

from typing import Annotated

from pydantic import StringConstraints

from definitions.acts import Act, News, PersonKey
from definitions.base import Key
from definitions.facts import TextRef

TaskKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
"""The task within its request: `laptop`, `undo-laptop`, `rework-1`, `approve-manager`."""


class Approve(Act):
    """Yes to the stage that is asked."""

    stage: Key | None = None
    """None means the one that is open."""
    for_whom: PersonKey | None = None
    """Whose delegate the person is in this; the door has seen to it that they are."""


class Reject(Act):
    """No to the stage that is asked, and why."""

    text: TextRef
    stage: Key | None = None
    for_whom: PersonKey | None = None


class ClaimTask(Act):
    """I take it."""

    task: TaskKey


class ReleaseTask(Act):
    """Somebody else shall take it."""

    task: TaskKey


class TaskDone(Act):
    """It is done; `text` holds the note and the form, as JSON."""

    task: TaskKey
    text: TextRef | None = None
    stays: bool = False
    """For a step back that cannot be taken: what was done stays, and the words say why."""


class NotDecided(News):
    """Somebody answered by mail what a mail cannot decide, or not like that."""

    person: PersonKey
    task: TaskKey
    why: str
    """`unproven`, `no_reason`, or the reason in words."""
