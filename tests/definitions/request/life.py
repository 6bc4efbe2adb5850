"""One request as its run keeps it, without the run: acts, time and automations go through the same pure rules."""

from collections.abc import Sequence
from datetime import UTC, datetime

from definitions import acts
from definitions.base import Level
from definitions.case import SYSTEM, CaseState
from definitions.catalogue import CatalogueItem, RequestDefinition
from definitions.example import organisation
from definitions.facts import Draft, Fact, TextRef, chained
from definitions.kinds import decide, evolve, look, reactions
from definitions.organisation import Organisation
from definitions.request.facts import of
from definitions.request.fulfilling import tried
from definitions.request.opening import opening
from definitions.request.state import RequestBrief, RequestState, Work
from definitions.rules.base import in_time
from definitions.rules.deadlines import Outlook
from definitions.rules.notices import Command, Page, Tell
from definitions.rules.opening import Opening
from definitions.runs import AutomationResult

CASE = "REQ-00000000"
WORDS = TextRef(id="t-1", digest="0" * 64)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change
MOST_ROUNDS = 60


def slice_of(item: CatalogueItem, org: Organisation = organisation) -> RequestDefinition:
    """What a request for `item` carries, whether the organisation has it or not."""
    return org.model_copy(update={"catalogue": (item,)}).request(item.key)


class Life:
    """A request from its opening on."""

    def __init__(
        self,
        definition: RequestDefinition,
        *,
        requester: str = "rita",
        for_whom: str = "rita",
        approvers: dict[str, tuple[str, ...]] | None = None,
        now: datetime = MONDAY,
    ) -> None:
        self.definition, self.now = definition, now
        self.state = CaseState(id=CASE, kind="request")
        self.facts: list[Fact] = []
        self.commands: list[Command] = []
        self.outlook = Outlook(drafts=(), next_at=None, waits_for="")
        start = Opening(
            service=definition.service,
            channel="cli",
            title=WORDS,
            requester=requester,
            by=requester,
            at=now,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            request=RequestBrief(item=definition.key, for_whom=for_whom, approvers=approvers or {}),
        )
        self.write(opening(start, definition))

    @property
    def request(self) -> RequestState:
        """What it remembers."""
        return of(self.state)

    @property
    def tells(self) -> list[tuple[str, str]]:
        """Template and recipient of every message, in order."""
        return [(command.template, command.to) for command in self.commands if isinstance(command, Tell)]

    @property
    def pages(self) -> list[str]:
        """Every page that went out."""
        return [command.page for command in self.commands if isinstance(command, Page)]

    def types(self) -> list[str]:
        """The types of its facts, in order."""
        return [fact.type for fact in self.facts]

    def of_type(self, type_: str) -> list[Fact]:
        """Its facts of one type."""
        return [fact for fact in self.facts if fact.type == type_]

    def waiting(self) -> list[Work]:
        """What somebody or something can do now."""
        return [work for work in self.request.tasks if not work.over]

    def write(self, drafts: Sequence[Draft], at: datetime | None = None) -> None:
        """Remember facts and all that follows from them."""
        for draft in drafts:
            self._append(draft, at or self.now)
        for _ in range(MOST_ROUNDS):
            self.outlook = look(self.state, self.definition, self.now)
            if not self.outlook.drafts:
                return
            for draft in self.outlook.drafts:
                self._append(draft, self.now)
        raise AssertionError(f"what is due never ends: {[draft.type for draft in self.outlook.drafts]}")

    def _append(self, draft: Draft, at: datetime) -> None:
        before = self.state
        fact = chained(draft, case_id=CASE, seq=before.seq + 1, step=before.step, at=at, prev_hash=before.last_hash)
        self.state = evolve(before, fact)
        self.facts.append(fact)
        for command in reactions(fact, self.state, self.definition, self.now):
            self.commands.append(command)
            if isinstance(command, Tell) and command.promise is not None:
                promised = command.promise.model_dump(mode="json")
                self._append(Draft(type="promised", actor=SYSTEM, data=promised), self.now)

    def take(self, act: acts.Act | acts.News) -> None:
        """What the run does with an act or news. Raises Refused, and then nothing has happened."""
        if isinstance(act, acts.Act):
            in_time(act, self.state, self.now)
        self.write(decide(act, self.state, self.definition, self.now), getattr(act, "at", None))

    def automated(self, key: str, outcome: str = "done", **data: bool | None) -> None:
        """The automation of a task comes back."""
        result = AutomationResult(outcome=outcome, finding=f"It is {outcome}.", data=dict(data))
        self.write(tried(key, result, self.state))

    def sleep(self, until: datetime) -> None:
        """Let time pass; the one timer wakes the case in between."""
        while self.outlook.next_at is not None and self.outlook.next_at <= until:
            assert self.outlook.next_at > self.now, "a timer in the past would go off for ever"
            self.now = self.outlook.next_at
            self.write(())
        self.now = until
