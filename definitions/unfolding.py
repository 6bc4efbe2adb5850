"""How a case unfolds: facts in order, the state they add up to, and what follows from them.

The one place where rules become facts: the journal of a run is one of these, and what-if plays recorded cases on it.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from definitions.case import SYSTEM, CaseState
from definitions.facts import Draft, Fact, chained
from definitions.kinds import RULES, evolve, look, reactions
from definitions.rules.deadlines import Outlook
from definitions.rules.notices import Command, Tell
from definitions.slices import CaseDefinition

NOTHING_YET = Outlook(drafts=(), next_at=None, waits_for="")


class Unfolding:
    """Facts go in through `write`; those that follow come by themselves. Deterministic, and nothing is awaited."""

    def __init__(self, state: CaseState, definition: CaseDefinition) -> None:
        self.state = state
        self.definition = definition
        self.commands: deque[Command] = deque()
        """What is to be done in the world, in order; whoever does it takes it from here."""
        self.outlook = NOTHING_YET
        self._moved = True
        """Something has happened that the outlook may depend on."""

    def write(self, drafts: Iterable[Draft], now: datetime, at: datetime | None = None) -> None:
        """Remember facts at `at` (default `now`), then whatever follows from them by the rules."""
        for draft in drafts:
            self._append(draft, at or now, now)
        self.settle(now)

    def settle(self, now: datetime) -> None:
        """Remember all that is due; each fact may make others due."""
        if not self._moved and (self.outlook.next_at is None or now < self.outlook.next_at):
            return
        while True:
            self._moved = False
            self.outlook = look(self.state, self.definition, now)
            if not self.outlook.drafts:
                return
            for draft in self.outlook.drafts:
                self._append(draft, now, now)

    def keep(self, fact: Fact, before: CaseState) -> None:
        """Called with each new fact and the state it found; `state` has it already."""

    def _append(self, draft: Draft, at: datetime, now: datetime) -> None:
        before = self.state
        fact = chained(
            draft,
            case_id=before.id,
            seq=before.seq + 1,
            step=before.step,
            at=at,
            prev_hash=before.last_hash,
        )
        self.state = evolve(before, fact)
        # Facts without a rule (told, heard, automated...) are remembered and change nothing.
        self._moved |= fact.type in RULES or self.state.step != before.step
        self.keep(fact, before)
        for command in reactions(fact, self.state, self.definition, now):
            self.commands.append(command)
            if isinstance(command, Tell) and command.promise is not None:
                self._append(promised(command), now, now)


def promised(command: Tell) -> Draft:
    """The word given with a message."""
    assert command.promise is not None
    return Draft(type="promised", actor=SYSTEM, data=command.promise.model_dump(mode="json"))
