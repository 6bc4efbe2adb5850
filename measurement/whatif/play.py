"""A recorded case played again: its tape against a definition, on a clock of its own.

What people did stays where it still fits, as long after what set it off as it was. What nobody ever did, because the
definition did not ask for it, is drawn from like cases and counted. Timers go off on time.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from definitions.acts import Act, Assign, Redefine, wire_name
from definitions.calendars import Calendar
from definitions.case import WORKABLE, CaseState
from definitions.facts import Fact
from definitions.rules.base import Refused
from definitions.rules.opening import Opening
from definitions.runs import AnyDefinition
from measurement.whatif.alike import Alike, at_team
from measurement.whatif.delays import ARRIVED, Delay, Hours, Set, set_off
from measurement.whatif.items import Came, Fulfilled, Item, Opened, Said, Woke
from measurement.whatif.lacking import CannotPlay, Known, lacking
from measurement.whatif.life import Life
from measurement.whatif.tape import Tape

MOST_EVENTS = 10_000


@dataclass(frozen=True, slots=True)
class World:
    """What a case is played in."""

    definition: AnyDefinition
    hours: Hours
    """The open hours of teams, as the definition has them."""
    alike: Alike
    until: datetime
    """Cases that were open when the recording ended are played up to here."""
    opening: Opening | None = None
    """How it begins, where that is not as on the tape: other people are to be asked."""
    redefined: dict[str, AnyDefinition] = field(default_factory=dict)
    """Slices that cases are reclassified to, by key."""


class Played(NamedTuple):
    """One case as it would have gone."""

    case_id: str
    facts: tuple[Fact, ...]
    state: CaseState
    acts: int
    """What people and automations did, imputed or not."""
    imputed: Counter[str]
    """What was drawn from like cases, by what it is."""
    left_out: Counter[str]
    """What people did that does not fit any more, by what it is."""


def play(tape: Tape, world: World, recorded_hours: Hours) -> Played:
    """Raises CannotPlay where the definition asks for what no like case shows, or the tape ends before the case."""
    playing = _Playing(tape, world, set_off(tape, recorded_hours))
    playing.run()
    return playing.outcome()


class _Due(NamedTuple):
    at: datetime
    sure: bool
    """What set it off on the tape has happened here too."""
    imputed: str | None = None


class _Playing:
    def __init__(self, tape: Tape, world: World, sets: tuple[Set, ...]) -> None:
        self._tape, self._world = tape, world
        self._case = Life(tape, world.definition)
        self._ahead = [each for each in sets[1:] if not isinstance(each.taped.item, Woke)]
        self._parked: list[Set] = []
        self._extra: list[tuple[datetime, Item]] = []
        self._known = Known.of(tape.facts)
        self._asked_for: set[str] = set()
        self._acts = 0
        self._imputed: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        ends = [fact.type for fact in tape.facts if fact.type in ("closed", "cancelled", "reopened")]
        self._ends = ends[-1:] in (["closed"], ["cancelled"])
        """It had ended when the recording did; else it is played only as far as that went."""

    def run(self) -> None:
        first = self._tape.items[0]
        opened = first.item if self._world.opening is None else Opened(self._world.opening)
        opened.play(self._case, first.now)
        self._impute()
        for _ in range(MOST_EVENTS):
            if not self._go_on():
                return
        raise CannotPlay("it never comes to an end")

    def outcome(self) -> Played:
        state = self._case.state
        self._left_out.update(_word(each.taped.item) for each in self._parked if isinstance(each.taped.item, Said))
        if self._ends and not state.ended:
            waits = "nobody took it further" if state.stage in WORKABLE else f"it is {state.stage}"
            raise CannotPlay(f"the tape ends before the case: {waits}")
        return Played(state.id, tuple(self._case.facts), state, self._acts, self._imputed, self._left_out)

    # -- one thing after the other ---------------------------------------------------------------------------------

    def _go_on(self) -> bool:
        """The next thing that happens; False when there is none."""
        case = self._case
        self._unpark()
        head = self._ahead[0] if self._ahead else None
        due = self._due(head) if head is not None else None
        extra = min(self._extra, key=lambda each: each[0], default=None)
        if due is not None and not due.sure and extra is not None:
            due = None  # what is drawn may bring about what it waits for
        wake = case.outlook.next_at
        ahead = [at for at in (due and due.at, extra and extra[0], None if self._ends else self._world.until) if at]
        limit = min(ahead, default=None)
        if wake is not None and (limit is None or wake <= limit):
            self._play(Woke(), wake)
        elif head is not None and due is not None and due.at == limit:
            self._ahead.pop(0)
            self._take(head, due)
        elif extra is not None and extra[0] == limit:
            self._extra.remove(extra)
            with suppress(Refused):  # cancelled in the meantime
                self._do(extra[1], extra[0])
        else:
            return False
        self._impute()
        return True

    def _take(self, head: Set, due: _Due) -> None:
        item = head.taped.item
        if isinstance(item, Came):
            if self._case.awaits(item):
                self._play(item, due.at)
            elif not due.sure:
                self._parked.append(head)
            return
        before = self._case.state.team
        try:
            self._do(self._fitting(head, due.at), due.at)
        except Refused:
            if due.sure or due.imputed:
                self._left_out[_word(item)] += 1
            else:
                self._parked.append(head)
            return
        if due.imputed:
            self._imputed[due.imputed] += 1
        team = self._case.state.team
        if team != before and team != self._team_on_tape(head):
            self._skip_to(team)

    def _do(self, item: Item, at: datetime) -> None:
        self._play(item, at)
        self._acts += isinstance(item, Said | Fulfilled)

    def _play(self, item: Item, at: datetime) -> None:
        self._case.now = max(at, self._case.now)
        item.play(self._case, self._case.now)

    def _fitting(self, head: Set, at: datetime) -> Item:
        """The item as it is here: dated back by as much, and reclassified to what the definitions are here."""
        item = head.taped.item
        if not isinstance(item, Said) or not isinstance(item.message, Act):
            return item
        message = item.message
        if isinstance(message, Redefine) and (other := self._world.redefined.get(message.definition.key)):
            message = message.model_copy(update={"definition": other})
        if message.at is not None:
            message = message.model_copy(update={"at": max(at, self._case.now) - (head.taped.now - message.at)})
        return Said(message)

    # -- when ------------------------------------------------------------------------------------------------------

    def _due(self, head: Set) -> _Due:
        """When it happens here: as long after what set it off as it was; else after what came before that."""
        hours = self._world.hours(self._case.state.team) if head.staff else None
        for place, (name, at) in enumerate(head.causes()):
            if name in self._case.known:
                return _Due(self._after(head.delay(at), name, hours), place == 0)
            if place == 0 and head.staff and name.startswith(f"{ARRIVED}:") and (drawn := self._pace(head)):
                return drawn
        return _Due(self._case.now, True)

    def _after(self, delay: Delay, cause: str, hours: Calendar | None) -> datetime:
        return max(self._case.now, delay.after(self._case.known[cause], hours))

    def _pace(self, head: Set) -> _Due | None:
        """A team that had the case only here begins when its own cases are begun; as it was, where it has none."""
        arrived = [name for name in self._case.known if name.startswith(f"{ARRIVED}:")]
        team = self._case.state.team
        if not arrived or team == head.taped.team:
            return None
        kind, priority = self._tape.definition.kind, self._case.state.priority
        seen = self._world.alike.draw(f"{self._tape.case_id}/{head.taped.first}", priority, at_team(kind, team))
        own = head.since(f"{ARRIVED}:")
        delay = seen.delay if seen is not None else own
        if delay is None:
            return None
        what = "begun by another team" if seen else "begun by another team, which has no like case"
        return _Due(self._after(delay, arrived[-1], self._world.hours(team)), False, what)

    def _unpark(self) -> None:
        """What could not be done because what sets it off had not happened: it has now."""
        for each in list(self._parked):
            cause = each.cause()
            if cause is not None and cause in self._case.known:
                self._parked.remove(each)
                self._ahead.insert(0, each)

    # -- another way through the teams -------------------------------------------------------------------------------

    def _team_on_tape(self, head: Set) -> str | None:
        place = self._tape.items.index(head.taped)
        following = self._tape.items[place + 1] if place + 1 < len(self._tape.items) else None
        return following.team if following else None

    def _skip_to(self, team: str | None) -> None:
        """Where the tape brings it to this very team later, nobody before that has anything to do with it."""
        for place, each in enumerate(self._ahead):
            item = each.taped.item
            if isinstance(item, Said) and isinstance(item.message, Assign) and item.message.team == team:
                for gone in self._ahead[: place + 1]:
                    self._left_out[_word(gone.taped.item)] += gone.staff
                self._ahead[: place + 1] = [gone for gone in self._ahead[:place] if not gone.staff]
                return

    # -- what nobody ever did ----------------------------------------------------------------------------------------

    def _impute(self) -> None:
        """Decisions and tasks that the definition asks for here, and the tape knows nothing of."""
        for what, item, places in lacking(self._case.state, self._known, self._asked_for):
            self._asked_for.add(what)
            seen = self._world.alike.draw(f"{self._tape.case_id}/{what}", self._case.state.priority, *places)
            if seen is None:
                raise CannotPlay(f"no like case shows {what}")
            self._imputed[what] += 1
            delay, hours = seen.delay, self._world.hours(self._case.state.team)
            self._extra.append((max(self._case.now, delay.after(self._case.now, hours)), item(seen.result)))


def _word(item: Item) -> str:
    return wire_name(type(item.message)) if isinstance(item, Said) else type(item).__name__.lower()
