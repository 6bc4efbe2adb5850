"""What a definition asks for in a request that nobody is recorded to have done: a decision, a task, an automation."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from definitions.case import CaseState
from definitions.facts import Fact, TextRef
from definitions.request.acts import Approve, Reject, TaskDone
from definitions.runs import AutomationResult
from measurement.whatif.alike import at_automation, at_stage, at_task
from measurement.whatif.items import Fulfilled, Item, Said

SOMEBODY = "somebody"
"""Who does what nobody is recorded to have done."""
NO_WORDS = TextRef(id="none", digest="0" * 64)

Result = bool | AutomationResult | None
Lacking = tuple[str, Callable[[Result], Item], tuple[tuple[str, ...], ...]]
"""What it is, the item made of what a like case shows, and where like cases are looked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the tape asked of people and automations, however that ended: nobody has to guess it."""

    stages: frozenset[tuple[str, str]]
    """Stage, and how many had to say yes."""
    tasks: frozenset[tuple[str, bool]]
    """Task, and whether an automation was at it."""

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Known":
        """Of one journal."""
        facts = tuple(facts)
        asked = {(str(f.data["stage"]), str(f.data["needs"])) for f in facts if f.type == "approval_asked"}
        opened = {(str(f.data["task"]), bool(f.data["automation"])) for f in facts if f.type == "task_opened"}
        failed = {(str(f.data["task"]), False) for f in facts if f.type == "task_failed"}
        return cls(frozenset(asked), frozenset(opened | failed))


class CannotPlay(ValueError):
    """The tape does not say enough for this definition; the message says what is missing."""


def lacking(state: CaseState, known: Known, asked_for: Collection[str]) -> Iterator[Lacking]:
    """What the case waits for now and will never get from its tape; what was asked for already is left out."""
    request = state.request
    if request is None or state.ended:
        return
    stage = request.stage
    if stage is not None and (stage.stage, str(stage.needs)) not in known.stages:
        if not stage.asked:
            raise CannotPlay(f"nobody is known to decide on the stage {stage.stage}")
        for person in stage.silent[:1]:
            what = f"a decision on the stage {stage.stage}, by {person}"
            if what not in asked_for:
                yield what, partial(_decision, stage.stage, person), (at_stage(stage.stage), at_stage())
    for work in request.tasks:
        running = work.state == "running"
        what = f"{f'the automation {work.automation}' if running else 'a person'} at {work.key}"
        if what in asked_for or (work.key, running) in known.tasks:
            continue
        if running:
            yield what, partial(_fulfilment, work.key), (at_automation(str(work.automation)),)
        elif work.state == "open":
            yield what, partial(_task, work.key), (at_task(work.team),)


def _decision(stage: str, person: str, yes: Result) -> Item:
    return Said(Approve(by=person, stage=stage) if yes is True else Reject(by=person, stage=stage, text=NO_WORDS))


def _fulfilment(task: str, result: Result) -> Item:
    assert isinstance(result, AutomationResult)
    return Fulfilled(task, result)


def _task(task: str, result: Result) -> Item:
    return Said(TaskDone(by=SOMEBODY, task=task))
