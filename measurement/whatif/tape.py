"""The tape of a recorded case: what the world brought to it, told from what the rules made of that by themselves.

The tape is found by playing: an item is on it when the rules, given that item, make the very facts that were recorded,
hash for hash. So a tape exists exactly for the cases that its definition reproduces, and whoever has one may trust it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

from pydantic import ValidationError

from definitions.acts import Act, News
from definitions.case import SYSTEM, CaseState
from definitions.exposure import EXPOSED
from definitions.facts import Draft, Fact
from definitions.rules.base import Refused
from definitions.rules.opening import Opening
from definitions.runs import AnyDefinition
from definitions.slices import CaseDefinition
from definitions.unfolding import Unfolding
from measurement.whatif.inverse import guesses
from measurement.whatif.items import Came, Item, Opened, Said, Taped, Woke
from measurement.whatif.processes import steps

ANSWERS = frozenset(
    {"told", "paged", "automated", "unheard", "not_understood", "ignored", "review_opened", "review_not_opened"}
)
"""Facts that say what came of something, or that something came which nobody understood: no rule makes them."""
TOGETHER = 60
"""So many facts of one instant are searched for what led to them."""
INSTANTS = 12
"""So many later instants are tried for when something that is dated back was written down."""


@dataclass(frozen=True, slots=True)
class Tape:
    """One case as it was, and all that led to it."""

    case_id: str
    definition: AnyDefinition
    """The slice that the case began with."""
    facts: tuple[Fact, ...]
    items: tuple[Taped, ...]

    @property
    def kind(self) -> str:
        """Of the case."""
        return self.definition.kind


class NotReproduced(ValueError):
    """The rules do not lead to what was recorded; says at which fact, and what they lead to instead."""

    def __init__(self, case_id: str, seq: int, type_: str, instead: str) -> None:
        super().__init__(f"{case_id}, fact {seq} ({type_}): {instead}")
        self.case_id, self.seq, self.type, self.instead = case_id, seq, type_, instead


class _Differs(Exception):
    def __init__(self, fact: Fact) -> None:
        super().__init__(fact.type)
        self.fact = fact


class _Checked(Unfolding):
    """Stops at the first fact that is not the recorded one."""

    def __init__(self, state: CaseState, definition: CaseDefinition, recorded: Sequence[Fact]) -> None:
        super().__init__(state, definition)
        self._recorded = recorded

    def keep(self, fact: Fact, before: CaseState) -> None:
        if fact.seq > len(self._recorded) or fact.hash != self._recorded[fact.seq - 1].hash:
            raise _Differs(fact)

    def at_the_same_place(self) -> "_Checked":
        """Another one that can be tried out."""
        other = _Checked(self.state, self.definition, self._recorded)
        other.outlook, other._moved = self.outlook, self._moved
        return other


def tape_of(facts: Sequence[Fact], definition: AnyDefinition) -> Tape:
    """The tape of a whole journal, from fact 1 on. Raises NotReproduced with the first difference."""
    first = facts[0]
    case = _Checked(CaseState(id=first.case_id, kind=definition.kind), definition, facts)
    items: list[Taped] = []
    now = first.at
    while case.state.seq < len(facts):
        found, nearest = None, None
        for stage in _candidates(facts, case, now):
            found, nearest = _best(stage, case, nearest)
            if found is not None:
                break
        if found is None:
            raise _not_reproduced(facts, case.state.seq, nearest)
        taped, case = found
        now = taped.now
        items.append(taped)
    return Tape(first.case_id, definition, tuple(facts), tuple(items))


def _best(
    stage: Iterable[tuple[datetime, Item]], case: _Checked, nearest: Fact | None
) -> tuple[tuple[Taped, _Checked] | None, Fact | None]:
    """The item that explains most facts, the first of several; and the fact that came farthest before it differed."""
    found: tuple[Taped, _Checked] | None = None
    done = case.state.seq
    for at, item in stage:
        trial = case.at_the_same_place()
        try:
            item.play(trial, at)
        except Refused:
            continue
        except _Differs as differs:
            if nearest is None or differs.fact.seq > nearest.seq:
                nearest = differs.fact
            continue
        if trial.state.seq > (found[0].last if found else done):
            taped = Taped(at, item, done + 1, trial.state.seq, case.state.team, case.state.priority)
            found = taped, trial
    return found, nearest


def _candidates(facts: Sequence[Fact], case: Unfolding, now: datetime) -> Iterator[Iterable[tuple[datetime, Item]]]:
    """What may have come next, and when; the likeliest first, in stages: a later one counts where those before fail."""
    here = facts[case.state.seq]
    if here.seq == 1:
        opened = Opened(_opening(facts))
        yield ((at, opened) for at in (here.at, *_later(facts, here)))
        return
    at = max(here.at, now)
    if here.type in ANSWERS:
        yield ((at, came) for came in _answers(facts, here))
    if here.actor == SYSTEM:
        yield ((at, Woke()),)
    together = [fact for fact in islice(facts, here.seq - 1, here.seq - 1 + TOGETHER) if fact.at == here.at]
    yield ((at, item) for item in steps(together, case))
    said = [each for place, fact in enumerate(together) for each in _guesses(fact, together[place + 1 :])]
    if here.at >= now:
        yield ((here.at, Said(message)) for message in said)
    late = [Said(each.model_copy(update={"at": here.at})) for each in said if isinstance(each, Act)]
    for then in (at, *_later(facts, here)):
        if then > here.at:
            yield ((then, each) for each in late)


def _guesses(fact: Fact, after: Sequence[Fact]) -> Iterator[Act | News]:
    try:
        yield from guesses(fact, after)
    except (ValidationError, KeyError):
        return  # of another shape than today's acts: no way back from it


def _opening(facts: Sequence[Fact]) -> Opening:
    first = facts[0]
    with_it = list(takewhile(lambda fact: fact.type == EXPOSED, facts[1:]))
    after = facts[len(with_it) + 1 :][:1]
    told: dict[str, Any] = {name: first.data[name] for name in Opening.model_fields if name in first.data}
    told["exposures"] = [fact.data for fact in with_it]
    told["alerts"] = next((fact.data["alerts"] for fact in after if fact.type == "alerted"), ())
    usual = {"impact": "medium", "urgency": "medium"}
    try:
        return Opening.model_validate({**usual, **told, "by": first.actor, "at": first.at})
    except ValidationError as wrong:
        raise NotReproduced(first.case_id, 1, first.type, f"it opens no case: {wrong.errors()[0]['msg']}") from None


def _later(facts: Sequence[Fact], here: Fact) -> list[datetime]:
    """Instants of the facts that follow, each once, in order."""
    ahead = (fact.at for fact in islice(facts, here.seq, here.seq + TOGETHER) if fact.at > here.at)
    return sorted(set(ahead))[:INSTANTS]


def _answers(facts: Sequence[Fact], here: Fact) -> Iterator[Came]:
    """A message or page may have reached several people; then there is a fact for each, written at once."""
    same = [here]
    if here.type in ("told", "paged"):
        for fact in islice(facts, here.seq, None):
            if (fact.type, fact.at) != (here.type, here.at):
                break
            same.append(fact)
    drafts = [_draft(fact) for fact in same]
    yield from (Came(tuple(drafts[:n])) for n in range(len(drafts), 0, -1))


def _draft(fact: Fact) -> Draft:
    return Draft(
        type=fact.type, actor=fact.actor, channel=fact.channel, visibility=fact.visibility, data=dict(fact.data)
    )


def _not_reproduced(facts: Sequence[Fact], done: int, nearest: Fact | None) -> NotReproduced:
    if nearest is None:
        fact = facts[done]
        return NotReproduced(fact.case_id, fact.seq, fact.type, "nothing that the rules know leads to it")
    if nearest.seq > len(facts):
        last = facts[-1]
        return NotReproduced(last.case_id, last.seq, last.type, f"the rules go on with {nearest.type}")
    fact = facts[nearest.seq - 1]
    return NotReproduced(fact.case_id, fact.seq, fact.type, _difference(fact, nearest))


def _difference(recorded: Fact, made: Fact) -> str:
    if recorded.type != made.type:
        return f"the rules lead to {made.type}"
    for name in ("step", "at", "actor", "channel", "visibility"):
        if getattr(recorded, name) != getattr(made, name):
            return f"the rules say {name} {getattr(made, name)}, recorded is {getattr(recorded, name)}"
    for name in sorted({*recorded.data, *made.data}):
        if recorded.data.get(name) != made.data.get(name):
            said = f"the rules say {name} {str(made.data.get(name))[:80]}"
            return f"{said}, recorded is {str(recorded.data.get(name))[:80]}"
    return "the chain before it is another one"
