"""A case on paper: it unfolds as in its run, without the run; acts, news and time are brought to it by hand."""

from collections.abc import Sequence
from datetime import datetime

from definitions import acts
from definitions.case import CaseState
from definitions.facts import Draft, Fact
from definitions.kinds import decide
from definitions.rules.base import Refused, in_time
from definitions.rules.notices import Page, Tell
from definitions.slices import CaseDefinition
from definitions.unfolding import Unfolding

MOST = 300
"""So many facts never follow from one thing that happens."""


class Lived(Unfolding):
    """What a test does to one case, and what came of it."""

    def __init__(self, case: str, definition: CaseDefinition, now: datetime) -> None:
        super().__init__(CaseState.model_validate({"id": case, "kind": definition.kind}), definition)
        self.now = now
        self.facts: list[Fact] = []
        self._before = 0

    def keep(self, fact: Fact, before: CaseState) -> None:
        self.facts.append(fact)
        assert len(self.facts) - self._before < MOST, f"what is due never ends: {fact.type}"

    def happens(self, drafts: Sequence[Draft], at: datetime | None = None) -> None:
        """Facts, and all that follows from them."""
        self._before = len(self.facts)
        self.write(drafts, self.now, at)

    def take(self, message: acts.Act | acts.News) -> None:
        """What the run does with an act or news. Raises Refused, and then nothing has happened."""
        if isinstance(message, acts.Act):
            in_time(message, self.state, self.now)
        drafts = decide(message, self.state, self.definition, self.now)
        if isinstance(message, acts.Redefine):
            self.definition = message.definition
        self.happens(drafts, getattr(message, "at", None))

    def takes(self, message: acts.Act | acts.News) -> bool:
        """As `take`; whether it was taken."""
        try:
            self.take(message)
        except Refused:
            return False
        return True

    def sleep(self, until: datetime) -> None:
        """Let time pass; the one timer wakes the case in between."""
        while self.outlook.next_at is not None and self.outlook.next_at <= until:
            assert self.outlook.next_at > self.now, "a timer in the past would go off for ever"
            self.now = self.outlook.next_at
            self.happens(())
            self.woken()
        self.now = until

    def woken(self) -> None:
        """What its process does when the timer has gone off."""

    @property
    def told(self) -> list[Tell]:
        """Every message, in order."""
        return [command for command in self.commands if isinstance(command, Tell)]

    @property
    def paged(self) -> list[Page]:
        """Every page, in order."""
        return [command for command in self.commands if isinstance(command, Page)]
