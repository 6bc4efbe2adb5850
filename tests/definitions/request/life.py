"""One request on paper: acts, time and automations go through the same pure rules as in its run."""

from datetime import UTC, datetime

from definitions.base import Level
from definitions.catalogue import CatalogueItem, RequestDefinition
from definitions.example import organisation
from definitions.facts import Fact, TextRef
from definitions.organisation import Organisation
from definitions.request.facts import of
from definitions.request.fulfilling import tried
from definitions.request.opening import opening
from definitions.request.state import RequestBrief, RequestState, Work
from definitions.rules.opening import Opening
from definitions.runs import AutomationResult
from tests.definitions.lived import Lived

CASE = "REQ-00000000"
WORDS = TextRef(id="t-1", digest="0" * 64)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change


def slice_of(item: CatalogueItem, org: Organisation = organisation) -> RequestDefinition:
    """What a request for `item` carries, whether the organisation has it or not."""
    return org.model_copy(update={"catalogue": (item,)}).request(item.key)


class Life(Lived):
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
        super().__init__(CASE, definition, now)
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
        self.happens(opening(start, definition))

    @property
    def request(self) -> RequestState:
        """What it remembers."""
        return of(self.state)

    @property
    def tells(self) -> list[tuple[str, str]]:
        """Template and recipient of every message, in order."""
        return [(tell.template, tell.to) for tell in self.told]

    @property
    def pages(self) -> list[str]:
        """Every page that went out."""
        return [page.page for page in self.paged]

    def types(self) -> list[str]:
        """The types of its facts, in order."""
        return [fact.type for fact in self.facts]

    def of_type(self, type_: str) -> list[Fact]:
        """Its facts of one type."""
        return [fact for fact in self.facts if fact.type == type_]

    def waiting(self) -> list[Work]:
        """What somebody or something can do now."""
        return [work for work in self.request.tasks if not work.over]

    def automated(self, key: str, outcome: str = "done", **data: bool | None) -> None:
        """The automation of a task comes back."""
        result = AutomationResult(outcome=outcome, finding=f"It is {outcome}.", data=dict(data))
        self.happens(tried(key, result, self.state))
