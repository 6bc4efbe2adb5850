"""What only a request remembers: who decides, the tasks of its plan, and the way back when it is cancelled."""

from typing import Literal

from definitions.base import Instant, Key, Value
from definitions.facts import TextRef

Answer = str | int | bool
"""What a field of a form holds."""


class RequestBrief(Value):
    """How a request begins, settled at the door and pinned in the opening."""

    item: Key
    for_whom: str
    """The person it is for; the requester where nobody else was named."""
    answers: TextRef | None = None
    """The form as JSON, by reference."""
    inputs: dict[Key, dict[str, Answer]] = {}
    """Task -> what its automation is given (`plans.inputs_of`); tasks without an automation are not here."""
    approvers: dict[Key, tuple[str, ...]] = {}
    """Stage -> the people to ask (`approvals.asked`); empty where nobody can be."""


class Said(Value):
    """One answer to a stage."""

    person: str
    """Whose voice it is."""
    by: str
    """Who spoke: the person, or somebody who may act for them."""
    yes: bool
    at: Instant


class Approval(Value):
    """One stage as it stands."""

    stage: Key
    title: str
    needs: Literal["all", "any"] | int
    people: tuple[str, ...]
    """Asked from the start."""
    also: tuple[str, ...] = ()
    """Asked later, because the others were silent or too few; each stands in for one of them."""
    team: Key | None = None
    """Whose task it is to find somebody who decides, once nobody is left to ask."""
    claimer: str | None = None
    """Who of the team has taken it last; one of `also`."""
    said: tuple[Said, ...] = ()
    asked_at: Instant
    remind_at: Instant | None = None
    due_at: Instant | None = None
    """When somebody else is asked as well; None when there is nobody else."""
    reminded: bool = False
    standing: Literal["open", "granted", "refused"] = "open"
    ended_at: Instant | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """Everybody who may answer."""
        return (*self.people, *self.also)

    @property
    def silent(self) -> tuple[str, ...]:
        """Those who have not answered."""
        answered = {said.person for said in self.said}
        return tuple(person for person in self.asked if person not in answered)

    @property
    def claimed_by(self) -> str | None:
        """Who of the team is to answer now."""
        return self.claimer if self.claimer in self.silent else None


class Work(Value):
    """One task as it stands: of the plan, a step back (`undo-laptop`), or what is still missing (`rework-1`)."""

    key: str
    kind: Literal["fulfil", "undo", "rework"]
    title: str
    team: Key
    automation: Key | None = None
    """What does it, or tried to."""
    state: Literal["running", "open", "claimed", "done", "withdrawn"]
    """running: an automation is at it. open: it waits for somebody of the team."""
    assignee: str | None = None
    why: str | None = None
    """What the automation found when it could not."""
    unsure: bool = False
    """Nobody can tell whether the automation had its effect."""
    opened_at: Instant
    claimed_at: Instant | None = None
    ended_at: Instant | None = None
    ended_by: str | None = None

    @property
    def over(self) -> bool:
        """Nothing more will be done about it."""
        return self.state in ("done", "withdrawn")


class Kept(Value):
    """What stays done although the request was cancelled, and why."""

    task: Key
    title: str
    why: str | None = None
    """From the plan."""
    text: TextRef | None = None
    """In the words of who tried to take it back."""


class RequestState(Value):
    """Everything of a request that other kinds of case do not have."""

    item: Key
    for_whom: str
    answers: TextRef | None = None
    inputs: dict[Key, dict[str, Answer]] = {}
    approvers: dict[Key, tuple[str, ...]] = {}
    stages: tuple[Approval, ...] = ()
    """Those asked so far, in order; the last one may be open."""
    tasks: tuple[Work, ...] = ()
    """Those opened so far, in the order in which they were."""
    done: tuple[Key, ...] = ()
    """Tasks of the plan, in the order in which they were done."""
    cancelling: bool = False
    """Cancelled half way: what was done is being taken back."""
    undone: tuple[Key, ...] = ()
    remains: tuple[Kept, ...] = ()

    @property
    def stage(self) -> Approval | None:
        """The stage that waits for answers."""
        return self.stages[-1] if self.stages and self.stages[-1].standing == "open" else None

    def work(self, key: str) -> Work | None:
        """The task of this key, where it was opened."""
        return next((work for work in self.tasks if work.key == key), None)
