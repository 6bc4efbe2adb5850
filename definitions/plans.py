"""A fulfilment plan: tasks and what each waits for; what may begin now, and what a cancelled request takes back."""

from collections.abc import Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated

from pydantic import Field, model_validator

from definitions.base import Key, Value
from definitions.form_fields import Name
from definitions.forms import Answer, Form
from definitions.sparse import Sparse

APPROVE, UNDO, REWORK = "approve-", "undo-", "rework-"
"""How tasks begin that no plan names: a decision, a step back, and what is still missing after a reopening."""
FROM_REQUEST = ("requester", "for_whom")
"""What an input of an automation can be besides a field of the form: who asked, and for whom, both as person keys."""


class Undo(Sparse):
    """What takes a task back: the automation itself where `automated`, else a person of `team`."""

    title: str
    team: Key | None = None
    """The team of the task, when none is named."""
    automated: bool | None = None


class Task(Sparse):
    """A piece of the work. A person of `team` does it; with an automation, only when that could not."""

    key: Key
    title: str
    team: Key
    after: tuple[Key, ...] = ()
    """Tasks that must be done before it may begin."""
    automation: Key | None = None
    inputs: dict[str, Name] = {}
    """Input of the automation -> field of the item's form (none that takes people's own words), `requester` or
    `for_whom`."""
    form: Form = Form()
    """What the person who does it writes down."""
    undo: Undo | None = None
    stays: str | None = None
    """Why it cannot be undone; said to the requester when a request is cancelled."""
    changes_nothing: bool | None = None
    """There is nothing to take back: it looks, tells or meets."""

    @model_validator(mode="after")
    def _rules(self) -> "Task":
        if [self.undo is not None, self.stays is not None, bool(self.changes_nothing)].count(True) != 1:
            raise ValueError(
                f"task {self.key}: give undo, or stays (why it cannot be undone), or changes_nothing=True: one of them"
            )
        if self.automation is None and (self.inputs or (self.undo and self.undo.automated)):
            raise ValueError(f"task {self.key}: names no automation, so it has no inputs and no automated undo")
        return self


class Plan(Sparse):
    """The tasks of an item; those that wait for nothing run side by side."""

    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rules(self) -> "Plan":
        keys = [task.key for task in self.tasks]
        if repeated := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"the plan has two tasks {', '.join(repeated)}: keys are unique within a plan")
        for task in self.tasks:
            if task.key.startswith((APPROVE, UNDO, REWORK)):
                raise ValueError(f"task {task.key}: {task.key.partition('-')[0]}-... is what other tasks are called")
            if unknown := sorted(set(task.after) - set(keys)):
                raise ValueError(f"task {task.key} waits for {', '.join(unknown)}, which the plan does not have")
        try:
            TopologicalSorter({task.key: task.after for task in self.tasks}).prepare()
        except CycleError as cycle:
            raise ValueError(f"tasks wait for each other: {' after '.join(cycle.args[1])}") from cycle
        return self

    def task(self, key: str) -> Task:
        """The task of this key. Raises LookupError with the keys there are."""
        for task in self.tasks:
            if task.key == key:
                return task
        raise LookupError(f"there is no task {key!r}: choose one of {', '.join(t.key for t in self.tasks)}")


class Compensation(Value):
    """One step back: which task it undoes, and who does it."""

    task: Key
    title: str
    team: Key
    automation: Key | None = None


class Remains(Value):
    """What stays done, and why."""

    task: Key
    title: str
    why: str


class Unwinding(Value):
    """The way back from a request that was cancelled half way."""

    compensations: tuple[Compensation, ...] = ()
    """Latest first, one after the other: what was built upon goes after what stood on it."""
    remains: tuple[Remains, ...] = ()


def ready(plan: Plan, done: Collection[str]) -> tuple[Task, ...]:
    """The tasks not done whose predecessors all are, in the order of the plan; those under way among them."""
    _known(plan, done)
    return tuple(task for task in plan.tasks if task.key not in done and all(key in done for key in task.after))


def undo_order(plan: Plan, done: Sequence[str]) -> Unwinding:
    """What takes back the tasks done, given in the order in which they were done, and what cannot be taken back."""
    _known(plan, done)
    back = [plan.task(key) for key in reversed(done)]
    return Unwinding(
        compensations=tuple(_compensation(task, task.undo) for task in back if task.undo),
        remains=tuple(Remains(task=task.key, title=task.title, why=task.stays) for task in back if task.stays),
    )


def inputs_of(task: Task, answers: Mapping[str, Answer], *, requester: str, for_whom: str) -> dict[str, Answer]:
    """The inputs of the task's automation; a field that was left empty gives none."""
    there = {**answers, "requester": requester, "for_whom": for_whom}
    return {name: there[source] for name, source in task.inputs.items() if source in there}


def _compensation(task: Task, undo: Undo) -> Compensation:
    return Compensation(
        task=task.key,
        title=undo.title,
        team=undo.team or task.team,
        automation=task.automation if undo.automated else None,
    )


def _known(plan: Plan, done: Collection[str]) -> None:
    if strange := sorted(set(done) - {task.key for task in plan.tasks}):
        raise LookupError(f"the plan has no task {', '.join(strange)}")
