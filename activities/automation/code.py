"""What a process engineer writes: a class with typed input and report, registered by `@automation`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from definitions.automations import Risk
from definitions.base import Instant, Value, rfc3339

if TYPE_CHECKING:
    from activities.automation.post import Post
    from activities.automation.reach import Reach
    from activities.automation.secrets import Safe

In = TypeVar("In", bound=Value)
Out = TypeVar("Out", bound="Report")


class Failed(Exception):
    """It could not do its work and changed nothing; `hint` is the next step for the person who takes over."""

    verdict = "Not done"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class HalfDone(Failed):
    """It changed something and could not finish; the message says what was done."""

    verdict = "Half done"


class CannotUndo(Failed):
    """What was done stays done; the person who takes over must know it."""

    verdict = "Not undone"


class Report(Value):
    """What an automation tells the people on the case; subclasses add what programs want to know."""

    result: str
    """What it found or did, in one sentence that an analyst understands."""
    checked: str
    """What it looked at or worked on."""
    at: Instant
    next_step: str
    good: bool | None = None
    """Whether what was looked at is in order; None where that is not the question, or cannot be said."""

    @property
    def text(self) -> str:
        """The finding on the case: verdict, result, what was checked and when, next step."""
        verdict = {True: "In order: ", False: "Trouble: ", None: ""}[self.good]
        when = rfc3339(self.at)[:19].replace("T", " ")
        return f"{verdict}{self.result} Checked: {self.checked}, {when} UTC. Next: {self.next_step}"


@dataclass(frozen=True)
class Run:
    """What one run has at hand. `key` is the same for all attempts of one run."""

    key: str
    case_id: str | None
    clock: Callable[[], datetime]
    reach: "Reach"
    safe: "Safe"
    post: "Post"

    @property
    def now(self) -> datetime:
        """The present."""
        return self.clock()


class Automation(Generic[In, Out]):
    """Subclass it, say what `run` takes and gives, and decorate it. Async and cancellable: no blocking calls.

    Heartbeats, timeout, budget, breaker, redaction and the record of the run come from around it.
    """

    async def run(self, given: In, run: Run) -> Out:
        """Do it, once. Raise Failed when nothing was changed and a person must go on."""
        raise NotImplementedError

    async def dry_run(self, given: In, run: Run) -> Report:
        """Say what `run` would do, and change nothing."""
        raise Failed("it has no dry run", "Ask its owner.")

    async def holds(self, given: In, run: Run) -> bool | None:
        """Look afterwards whether what it did has the effect that was wanted; None where nobody can look.

        Where it says no, or fails, a case that it was to solve goes to a person.
        """
        return None

    async def happened(self, given: In, run: Run) -> Out | None:
        """After an attempt that was cut off: what it brought about, None when nothing. Raise Failed when unclear.

        Must be there for an effect that is to be finished without a person.
        """
        raise Failed("nobody can tell whether an attempt that was cut off had its effect", "Look, and finish by hand.")

    async def undo(self, given: In, run: Run) -> Report:
        """Take back what `run` did. Raise CannotUndo when that is impossible."""
        raise CannotUndo("it cannot be undone", "Tell the people concerned.")


@dataclass(frozen=True)
class Code:
    """Registered code, with what it takes and the least risk that a definition may state for it."""

    key: str
    title: str
    risk: Risk
    takes: type[Value]
    gives: type[Report]
    automation: Automation[Any, Any]

    @property
    def has_effect(self) -> bool:
        """Whether a second run would do something a second time."""
        return self.risk is not Risk.READS


CODE: dict[str, Code] = {}
"""All registered code of this process, by key."""

Made = TypeVar("Made", bound=type[Automation[Any, Any]])


def automation(key: str, *, title: str, risk: Risk) -> Callable[[Made], Made]:
    """Register a subclass of Automation under `key`. Raises TypeError when what it takes or gives is not said."""

    def register(made: Made) -> Made:
        hints = get_type_hints(made.run)
        takes, gives = hints.get("given"), hints.get("return")
        if not (isinstance(takes, type) and issubclass(takes, Value)):
            raise TypeError(f"{made.__name__}.run must say what it takes: given: a subclass of Value")
        if not (isinstance(gives, type) and issubclass(gives, Report)):
            raise TypeError(f"{made.__name__}.run must say what it gives: a subclass of Report")
        if risk is not Risk.READS and made.dry_run is Automation.dry_run:
            raise TypeError(f"{made.__name__} changes something, so it needs dry_run")
        known = CODE.get(key)
        if known is not None and type(known.automation).__qualname__ != made.__qualname__:
            raise TypeError(f"the key {key!r} belongs to {type(known.automation).__name__} already")
        CODE[key] = Code(key=key, title=title, risk=risk, takes=takes, gives=gives, automation=made())
        return made

    return register
