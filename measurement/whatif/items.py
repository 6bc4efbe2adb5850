"""What a tape is made of: what people, the world and the clock brought to a case, each as the rules took it in.

An item holds no fact that the rules make by themselves; played, it says which drafts go into the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from definitions.acts import Absorbed, Act, MergeRefused, News, Redefine, wire_name
from definitions.base import Priority
from definitions.case import SYSTEM
from definitions.cycle import errands
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.errands import Began, Failed, FollowedUp, Settled, Watched
from definitions.cycle.errands import Looked as LookedAt
from definitions.cycle.evidence import Evidence
from definitions.facts import Draft
from definitions.feedback.definition import FeedbackDefinition
from definitions.feedback.rules import received
from definitions.findings import Findings
from definitions.help import Offered
from definitions.kinds import decide, opening
from definitions.request.fulfilling import tried as task_tried
from definitions.review.definition import ReviewDefinition
from definitions.review.watching import looked, watches
from definitions.rules.base import Refused, in_time
from definitions.rules.ending import heard_of
from definitions.rules.help import consent, exposed, to_try, tried
from definitions.rules.opening import Opening
from definitions.rules.triage import triage
from definitions.runs import AutomationResult
from definitions.slices import IncidentDefinition
from definitions.unfolding import Unfolding


@dataclass(frozen=True, slots=True)
class Opened:
    """How the case began."""

    opening: Opening

    def play(self, case: Unfolding, now: datetime) -> None:
        """The first facts, at the time of the contact."""
        case.write(opening(case.state.kind, self.opening, case.definition), now, self.opening.at)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did, or what another case told. Raises Refused when it does not fit."""

    message: Act | News

    def play(self, case: Unfolding, now: datetime) -> None:
        """As the run does with an update or a signal."""
        message = self.message
        if isinstance(message, Act):
            in_time(message, case.state, now)
        drafts = decide(message, case.state, case.definition, now)
        if isinstance(message, Redefine):
            case.definition = message.definition
        case.write(drafts, now, getattr(message, "at", None))


@dataclass(frozen=True, slots=True)
class Came:
    """What came of something done in the world: a message, a page, an automation, a review; as it was."""

    drafts: tuple[Draft, ...]

    def play(self, case: Unfolding, now: datetime) -> None:
        """Remembered, with what a message that did not arrive means for a question."""
        template = self.drafts[0].data.get("template")
        more = heard_of(str(template), self.drafts, case.state) if self.drafts[0].type == "told" else ()
        if self.drafts[0].type == "unheard" and self.drafts[0].data["news"] == wire_name(Absorbed):
            refused = MergeRefused(target=str(self.drafts[0].data["case"]), reason="its run is over")
            more = decide(refused, case.state, case.definition, now)
        case.write((*self.drafts, *more), now)


@dataclass(frozen=True, slots=True)
class Triaged:
    """What the looks of triage found; the team follows by the rules."""

    found: Findings

    def play(self, case: Unfolding, now: datetime) -> None:
        """Only for a case that has no team yet."""
        if case.state.team is None and not case.state.ended:
            case.write(triage(case.state, cast(IncidentDefinition, case.definition), self.found), now)


@dataclass(frozen=True, slots=True)
class Helped:
    """What the articles had for it, and the question whether a remedy may run."""

    offer: Offered | None

    def play(self, case: Unfolding, now: datetime) -> None:
        """Offered, where the case is not held out."""
        definition = cast(IncidentDefinition, case.definition)
        case.write(exposed(case.state, definition, self.offer), now)


@dataclass(frozen=True, slots=True)
class Asks:
    """The requester is asked whether a remedy may run for them."""

    def play(self, case: Unfolding, now: datetime) -> None:
        """Once."""
        definition = cast(IncidentDefinition, case.definition)
        remedy = to_try(case.state, definition)
        if remedy is not None and remedy.consent:
            asked = consent(case.state, definition, now).model_dump(mode="json")
            case.write([Draft(type="asked", actor=SYSTEM, data=asked)], now)


@dataclass(frozen=True, slots=True)
class Remedied:
    """A remedy ran."""

    automation: str
    result: AutomationResult

    def play(self, case: Unfolding, now: datetime) -> None:
        """What it came to; nothing where the rules know no such remedy any more."""
        definition = cast(IncidentDefinition, case.definition)
        remedy = next((each for each in definition.help.remedies if each.automation == self.automation), None)
        if remedy is not None and case.state.help is not None:
            case.write(tried(remedy, self.result, case.state, definition, now), now)


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """An automation was at a task of a request."""

    task: str
    result: AutomationResult

    def play(self, case: Unfolding, now: datetime) -> None:
        """Done, or a person takes over. Raises Refused where no automation is at it."""
        work = case.state.request.work(self.task) if case.state.request else None
        if work is None or work.state != "running":
            raise Refused(f"no automation is at {self.task} of {case.state.id}")
        case.write(task_tried(self.task, self.result, case.state), now)


@dataclass(frozen=True, slots=True)
class Received:
    """Feedback finds its owner."""

    def play(self, case: Unfolding, now: datetime) -> None:
        """Once."""
        if case.state.feedback is not None and case.state.team is None:
            case.write(received(case.state, cast(FeedbackDefinition, case.definition)), now)


@dataclass(frozen=True, slots=True)
class Looked:
    """A review asked the records whether it came again: action -> the cases."""

    found: Mapping[str, tuple[str, ...]]

    def play(self, case: Unfolding, now: datetime) -> None:
        """Proven, recurred or quiet so far."""
        if not case.state.ended:
            definition, asked = cast(ReviewDefinition, case.definition), watches(case.state)
            case.write(looked(case.state, definition, now, asked, self.found), now)


@dataclass(frozen=True, slots=True)
class Woke:
    """The one timer of the run went off."""

    def play(self, case: Unfolding, now: datetime) -> None:
        """Whatever is due by then."""
        case.settle(now)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the desk answered a cycle: measured, begun, looked, settled, watched."""

    answer: Evidence | Began | LookedAt | Settled | Watched | Failed | FollowedUp

    def play(self, case: Unfolding, now: datetime) -> None:
        """As the run takes it in."""
        state, definition = case.state, cast(CycleDefinition, case.definition)
        match self.answer:
            case Evidence():
                drafts = errands.measured(state, definition, now, self.answer)
            case Began():
                drafts = errands.began(state, now, self.answer)
            case LookedAt():
                drafts = errands.looked(state, definition, now, self.answer)
            case Settled():
                drafts = errands.settled(state, self.answer)
            case Watched():
                drafts = errands.watched(state, definition, now, self.answer)
            case Failed():
                drafts = errands.failed(self.answer, now)
            case FollowedUp():
                drafts = errands.followed(self.answer)
        case.write(drafts, now)


Item = Opened | Said | Came | Triaged | Helped | Asks | Remedied | Fulfilled | Received | Looked | Answered | Woke


@dataclass(frozen=True, slots=True)
class Taped:
    """An item, and when the run took it in."""

    now: datetime
    item: Item
    first: int
    """The number of the first fact that came of it."""
    last: int
    team: str | None = None
    """Who had the case then."""
    priority: Priority = Priority.P3
