"""Like cases: where nobody ever did what a changed definition asks for, how it went elsewhere stands in for it.

Drawn by a seed from the cases that were played, and counted by whoever asks for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from definitions.assignment import fraction
from definitions.base import Priority
from definitions.request.acts import Approve, Reject, TaskDone
from definitions.runs import AutomationResult
from measurement.whatif.delays import ARRIVED, Delay, Set
from measurement.whatif.items import Fulfilled, Said
from measurement.whatif.tape import Tape

ENOUGH = 5
"""So many of the same priority are asked before those of other priorities are."""


class Seen(NamedTuple):
    """One time that it happened."""

    priority: Priority
    delay: Delay
    result: bool | AutomationResult | None = None
    """The decision, or what the automation came to."""


class Alike:
    """What is known of the pace and the decisions of others."""

    def __init__(self, tapes: Iterable[tuple[Tape, tuple[Set, ...]]], seed: int) -> None:
        self._seed = seed
        self._seen: dict[tuple[str, ...], list[Seen]] = defaultdict(list)
        for tape, sets in tapes:
            for each in sets:
                for place, seen in _of(tape, each):
                    self._seen[place].append(seen)

    def draw(self, who: str, priority: Priority, *places: tuple[str, ...]) -> Seen | None:
        """One of those seen at the first of these places where there are any; the same for the same `who`."""
        for place in places:
            seen = self._seen.get(place, [])
            same = [each for each in seen if each.priority is priority]
            if seen:
                among = same if len(same) >= ENOUGH else seen
                return among[int(fraction(who, "/".join(place), str(self._seed).encode()) * len(among))]
        return None


def at_team(kind: str, team: str | None) -> tuple[str, ...]:
    """The first act of a team after a case came to it."""
    return ("team", kind, str(team))


def at_stage(stage: str | None = None) -> tuple[str, ...]:
    """A decision on this stage; on any where none is named."""
    return ("stage", stage) if stage else ("stage",)


def at_task(team: str) -> tuple[str, ...]:
    """A task done by somebody of this team."""
    return ("task", team)


def at_automation(key: str) -> tuple[str, ...]:
    """An automation at a task."""
    return ("automation", key)


def _of(tape: Tape, each: Set) -> Iterator[tuple[tuple[str, ...], Seen]]:
    priority, item, cause = each.taped.priority, each.taped.item, each.cause() or ""
    if each.staff and cause.startswith(f"{ARRIVED}:") and (delay := each.since(cause)) is not None:
        yield at_team(tape.kind, each.taped.team), Seen(priority, delay)
    message = item.message if isinstance(item, Said) else None
    if isinstance(message, Approve | Reject) and (delay := each.since("approval_asked:")) is not None:
        asked = next(name for name, _ in each.causes() if name.startswith("approval_asked:"))
        seen = Seen(priority, delay, isinstance(message, Approve))
        yield at_stage(asked.partition(":")[2].partition("#")[0]), seen
        yield at_stage(), seen
    task = message.task if isinstance(message, TaskDone) else item.task if isinstance(item, Fulfilled) else None
    if task is None or (delay := each.since(f"task_opened:{task}#")) is None:
        return
    if isinstance(item, Fulfilled):
        yield at_automation(_opened(tape, task, "automation")), Seen(priority, delay, item.result)
    else:
        yield at_task(_opened(tape, task, "team")), Seen(priority, delay)


def _opened(tape: Tape, task: str, what: str) -> str:
    opened = next(fact for fact in tape.facts if fact.type == "task_opened" and fact.data["task"] == task)
    return str(opened.data[what])
