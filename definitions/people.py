"""People, the doors they come by, and everything they can ask for."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from definitions.base import Instant, Key, Value
from definitions.teams import Zone

_ADDRESS = r"^[^\s@<>,;:\"()\[\]\\A-Z]+@[a-z0-9-]+(\.[a-z0-9-]+)+$"
Address = Annotated[str, StringConstraints(pattern=_ADDRESS, max_length=254)]
"""A mail address in lower case, without a display name."""


class Role(StrEnum):
    """What somebody is to the desk; a person can have several."""

    REQUESTER = "requester"
    ANALYST = "analyst"
    LEAD = "lead"
    OPERATOR = "operator"
    VENDOR = "vendor"
    ADMIN = "admin"


class Delegate(Value):
    """`to` may act for this person from `from_` until `until`."""

    to: Key
    from_: Instant
    until: Instant

    @model_validator(mode="after")
    def _forward(self) -> "Delegate":
        if self.until <= self.from_:
            raise ValueError(f"delegation to {self.to} ends before it begins: exchange the two times")
        return self


class Person(Value):
    """Somebody the desk knows from the start; records hold everybody else."""

    key: Key
    name: str
    addresses: tuple[Address, ...] = ()
    roles: tuple[Role, ...] = (Role.REQUESTER,)
    teams: tuple[Key, ...] = ()
    delegates: tuple[Delegate, ...] = ()
    zone: Zone = "Europe/Berlin"
    department: Key | None = None
    manager: Key | None = None
    """Who approves what is asked for this person."""


def acting_for(person: str, people: Mapping[str, Person], now: datetime) -> tuple[str, ...]:
    """The people who let `person` act for them at `now`."""
    return tuple(
        sorted(
            other.key
            for other in people.values()
            if any(d.to == person and d.from_ <= now < d.until for d in other.delegates)
        )
    )


class Door(StrEnum):
    """How somebody reaches the desk."""

    CLI = "cli"
    WEB = "web"
    MAIL = "mail"
    HOOK = "hook"
    SYSTEM = "system"
    """The engine itself: its timers and its intake processes."""


class Actor(Value):
    """Who acts, by which door. `verified` means that the door has proof of who it is.

    Proof is a token, a signature, an authenticated sender or a valid reply token.
    """

    person: str
    roles: tuple[Role, ...] = ()
    teams: tuple[Key, ...] = ()
    door: Door
    verified: bool = False
    acting_for: tuple[str, ...] = ()
    """Those whose delegate the person is at this moment."""


class Action(StrEnum):
    """Everything a door can ask for: one per act and per kind of reading."""

    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    ASSIGN = "assign"
    COMMENT = "comment"
    COMMENT_INTERNAL = "comment_internal"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    SOLVED = "solved"
    """Say that one's own case is solved without a person."""
    REOPEN = "reopen"
    CANCEL = "cancel"
    MERGE = "merge"
    UNMERGE = "unmerge"
    LINK = "link"
    MAJOR = "major"
    SET_PRIORITY = "set_priority"
    REDEFINE = "redefine"
    SHOW = "show"
    SHOW_INTERNAL = "show_internal"
    LS = "ls"
    INTAKE = "intake"
    ALERT = "alert"
    AUDIT = "audit"
    REBUILD = "rebuild"
    QUARANTINE_READ = "quarantine_read"
    QUARANTINE_WRITE = "quarantine_write"
    DEFINITIONS = "definitions"
    DEFINITIONS_ACCEPT = "definitions_accept"
    """Make a change the standard, take one back, carry them over to new code."""
    CONFIG = "config"
    METRICS = "metrics"
    APPROVE = "approve"
    """Say yes to a stage of a request that one is asked about."""
    REJECT = "reject"
    CLAIM_TASK = "claim_task"
    RELEASE_TASK = "release_task"
    TASK_DONE = "task_done"
    RATE = "rate"
    """Say how one's own case went."""
    ANSWER_GIVER = "answer_giver"
    """Answer somebody's feedback."""
    SHARE_WITH = "share_with"
    """Pass a compliment on."""
    CLOSE_FEEDBACK = "close_feedback"
    IDEAS = "ideas"
    """See what ideas there are, and rate them."""
    TAKE_IDEA = "take_idea"
    """Try an idea in a cycle of improvement."""
    SURVEY = "survey"
    """Begin a round of surveys by hand, and read the words of those who answered."""
    REVIEW = "review"
    """Have a case reviewed that is not by itself."""
    ADD_FINDING = "add_finding"
    ADD_ACTION = "add_action"
    ACTION_DONE = "action_done"
    DROP_ACTION = "drop_action"
    CONCLUDE = "conclude"
    CALL_OFF = "call_off"
    """Hold no review."""
    AUTOMATE = "automate"
    """Run an automation by hand."""
    AUTOMATION_APPROVE = "automation_approve"
    """Run one that needs an approval, by hand."""
    AUTOMATION_SWITCH = "automation_switch"
    """Pause one and let it run again."""
    CYCLE = "cycle"
    """Take part in a cycle of improvement: causes, what is to be tried, its plan, asking its gates."""
    CYCLE_LEAD = "cycle_lead"
    """Begin a cycle, go past a refusal, decide, stop it."""
    EXPERIMENT_STOP = "experiment_stop"
    """Expose no further case to an experiment."""
    KNOWLEDGE_READ = "knowledge_read"
    """Public articles, and flagging what one finds wrong in them."""
    KNOWLEDGE_READ_STAFF = "knowledge_read_staff"
    KNOWLEDGE_READ_TEAM = "knowledge_read_team"
    KNOWLEDGE_WRITE = "knowledge_write"
    """Drafts and new versions, links to cases, and what people searched for in vain."""
    KNOWLEDGE_APPROVE = "knowledge_approve"
    """Approve, publish, retire, say that it is still right."""


class Object(Value):
    """What the action is about: one case, a list of cases, an article, or the desk itself."""

    kind: Literal["case", "cases", "article", "desk"] = "desk"
    id: str | None = None
    team: Key | None = None
    requester: str | None = None
    """Whose case it is, is to become, or whose cases are listed."""
    participants: tuple[str, ...] = ()
    closed: bool = False
