"""From a fact back to what somebody did: the acts and news that may have led to it.

A guess is nothing yet: it counts when the rules make of it the very facts that were recorded (`tape`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from definitions import acts
from definitions.acts import Act, News
from definitions.base import Value
from definitions.cycle.acts import (
    AddGround,
    AddHypothesis,
    AmendCharter,
    AskGate,
    Decide,
    Learn,
    OverrideGate,
    PlanControl,
    PlanTrial,
    Propose,
    StopCycle,
)
from definitions.facts import Fact, Visibility
from definitions.feedback.acts import AnswerGiver, CloseFeedback, IdeaTried, RateIdea, ShareWith, TakeIdea
from definitions.problem.acts import (
    IncidentLinked,
    IncidentUnlinked,
    LinkIncident,
    LinkProblem,
    ProblemLinked,
    ProblemSolved,
    RecordKnownError,
    Recurred,
    ResolveProblem,
    RuleOut,
    ShareWorkaround,
    UnlinkProblem,
    WorkaroundFound,
)
from definitions.request.acts import Approve, ClaimTask, NotDecided, Reject, ReleaseTask, TaskDone
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction, Reviewed

Guesses = Iterator[tuple[type[Value], dict[str, Any]]]
Inverse = Callable[[Fact, Sequence[Fact]], Guesses]


def guesses(fact: Fact, after: Sequence[Fact]) -> Iterator[Act | News]:
    """What may have led to `fact`; `after` are the facts that follow it at once."""
    inverse = INVERSE.get(fact.type)
    if inverse is None:
        return
    for kind, fields in inverse(fact, after):
        who: dict[str, Any] = {"by": fact.actor}
        if issubclass(kind, Act) and fact.channel is not None:
            who["channel"] = fact.channel
        made = kind.model_validate(who | fields)
        assert isinstance(made, Act | News)
        yield made


def _as_it_is(*kinds: type[Value], **names: str) -> Inverse:
    """Fields under their own names; `names`: field -> key in the data of the fact."""

    def inverse(fact: Fact, after: Sequence[Fact]) -> Guesses:
        for kind in kinds:
            taken = {field: names.get(field, field) for field in kind.model_fields if field not in ("by", "at")}
            yield kind, {field: fact.data[key] for field, key in taken.items() if key in fact.data}

    return inverse


def _reasons(after: Sequence[Fact]) -> list[Any]:
    """Why somebody went against what was proposed, as the facts beside the act's own say."""
    return [*dict.fromkeys(fact.data["reason"] for fact in after if fact.type == "overridden"), None]


def _overriding(inverse: Inverse) -> Inverse:
    def reasoned(fact: Fact, after: Sequence[Fact]) -> Guesses:
        for (kind, fields), reason in product(inverse(fact, after), _reasons(after)):
            yield kind, fields | {"reason": reason}

    return reasoned


def _handed(fact: Fact, after: Sequence[Fact]) -> Guesses:
    data = fact.data
    yield acts.Assign, {"team": data.get("team"), "to": data.get("assignee"), "text": data.get("text")}


def _commented(fact: Fact, after: Sequence[Fact]) -> Guesses:
    internal = fact.visibility is not Visibility.PUBLIC
    yield acts.Comment, {"text": fact.data["text"], "internal": internal, "broadcast": fact.data.get("broadcast")}


def _heard(fact: Fact, after: Sequence[Fact]) -> Guesses:
    """What the words said stands in what followed, so each way is tried."""
    known = {name: fact.data.get(name) for name in ("text", "verified", "message_id", "logged_by")}
    for answer, solved in ((None, False), (True, False), (False, False), (True, True), (None, True)):
        yield acts.Hear, known | {"answer": answer, "solved": solved}


def _redefined(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield acts.Redefine, {"definition": fact.data["definition"], "category": fact.data.get("category")}


def _resolved(fact: Fact, after: Sequence[Fact]) -> Guesses:
    data = fact.data
    told = {"text": data.get("text"), "article": data.get("article")}
    if until := data.get("watch_until"):
        # What the rules say by themselves is nothing that somebody chose.
        for days in (None, (datetime.fromisoformat(str(until)) - fact.at).days):
            yield ResolveProblem, told | {"watch_days": days}
    if told["text"] is not None:
        yield acts.Resolve, told
    for reason in _reasons(after):
        yield Conclude, {"text": told["text"], "reason": reason}
    if fact.channel == "parent":
        yield acts.ParentResolved, {"parent": "unknown"}


def _taken(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield acts.Solved, {"article": fact.data["article"] if fact.data.get("named") else None}


def _unmerged(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield acts.Unmerge, {}
    yield acts.MergeRefused, {"target": fact.data["out_of"], "reason": str(fact.data.get("reason"))}


def _withdrawn(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield StopCycle, {"text": after[0].data.get("text"), "channel": after[0].channel}


def _cancelled(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield acts.Cancel, {"text": fact.data.get("text")}
    if fact.data.get("text") is not None:
        yield StopCycle, {"text": fact.data["text"]}
        for reason in _reasons(after):
            yield CallOff, {"text": fact.data["text"], "reason": reason}


def _done(fact: Fact, after: Sequence[Fact]) -> Guesses:
    stays = any(each.type == "remains" for each in after)
    for each in (stays, False):
        yield TaskDone, {"task": fact.data["task"], "text": fact.data.get("text"), "stays": each}


def _incident_linked(fact: Fact, after: Sequence[Fact]) -> Guesses:
    if not fact.data.get("heard"):
        yield LinkIncident, {"incident": fact.data["incident"]}
        return
    long_ago = datetime.min.replace(year=1970, tzinfo=fact.at.tzinfo)
    for opened_at in (long_ago, fact.at):
        yield IncidentLinked, {"incident": fact.data["incident"], "opened_at": opened_at}


def _problem_solved(fact: Fact, after: Sequence[Fact]) -> Guesses:
    text = next((each.data.get("text") for each in after if each.type == "resolved"), None)
    yield ProblemSolved, {"problem": fact.data["problem"], "text": text}


def _known_error(fact: Fact, after: Sequence[Fact]) -> Guesses:
    yield RecordKnownError, {name: fact.data.get(name) for name in ("text", "workaround", "article")}


def _action_added(fact: Fact, after: Sequence[Fact]) -> Guesses:
    data = fact.data
    chosen = {name: data.get(name) for name in ("text", "owner", "service", "category")}
    for due, days in product((None, data["due"]), (None, data["watch_days"])):
        yield AddAction, chosen | {"due": due, "watch_days": days}


def _closing(fact: Fact, after: Sequence[Fact]) -> Guesses:
    if "how" in fact.data:
        yield IdeaTried, {"cycle": fact.data["cycle"], "how": fact.data["how"]}
        return
    yield CloseFeedback, {"text": fact.data["text"], "done": fact.type == "acted_on"}


INVERSE: Mapping[str, Inverse] = {
    "acknowledged": _as_it_is(acts.Acknowledge),
    "started": _as_it_is(acts.Start),
    "paused": _as_it_is(acts.Pause),
    "resumed": _as_it_is(acts.Resume),
    "handed_over": _overriding(_handed),
    "assigned": _overriding(_handed),
    "commented": _commented,
    "heard": _heard,
    "prioritised": _overriding(_as_it_is(acts.SetPriority)),
    "redefined": _redefined,
    "major_declared": lambda fact, after: iter([(acts.Major, {"declare": True})]),
    "major_stood_down": lambda fact, after: iter([(acts.Major, {"declare": False})]),
    "answered": _as_it_is(acts.Answer, question="key"),
    "confirmed": _as_it_is(acts.Confirm),
    "reopened": _as_it_is(acts.Reopen),
    "cancelled": _cancelled,
    "cancelling": _as_it_is(acts.Cancel),
    "resolved": _resolved,
    "offer_taken": _taken,
    "merged": _as_it_is(acts.Merge),
    "unmerged": _unmerged,
    "linked": _as_it_is(acts.Link),
    "alerted": _as_it_is(acts.AlertsHeard),
    "absorbed": _as_it_is(acts.Absorbed),
    "absorb_refused": _as_it_is(acts.Absorbed),
    "returned": _as_it_is(acts.Returned),
    "forwarded": _as_it_is(acts.Forwarded),
    "target_ended": _as_it_is(acts.TargetEnded),
    "child_linked": _as_it_is(acts.ChildLinked),
    "parent_said": _as_it_is(acts.ParentSaid),
    "problem_linked": _as_it_is(LinkProblem, ProblemLinked),
    "problem_unlinked": _as_it_is(UnlinkProblem),
    "workaround_shared": _as_it_is(ShareWorkaround, WorkaroundFound),
    "problem_solved": _problem_solved,
    "review_opened": _as_it_is(Reviewed),
    "approved": _as_it_is(Approve),
    "rejected": _as_it_is(Reject),
    "not_decided": _as_it_is(NotDecided),
    "task_claimed": _as_it_is(ClaimTask),
    "task_released": _as_it_is(ReleaseTask),
    "task_done": _done,
    "answered_giver": _as_it_is(AnswerGiver),
    "shared_with": _as_it_is(ShareWith),
    "rated": _as_it_is(RateIdea),
    "taken_up": _as_it_is(TakeIdea),
    "given_back": _closing,
    "acted_on": _closing,
    "not_acted_on": _closing,
    "known_error": _known_error,
    "ruled_out": _as_it_is(RuleOut),
    "incident_linked": _incident_linked,
    "incident_unlinked": _as_it_is(IncidentUnlinked),
    "recurred": _as_it_is(Recurred),
    "finding_added": _as_it_is(AddFinding, what="kind"),
    "action_added": _action_added,
    "action_done": _as_it_is(ActionDone),
    "charter_amended": _as_it_is(AmendCharter),
    "hypothesis_added": _as_it_is(AddHypothesis),
    "ground_added": _as_it_is(AddGround),
    "countermeasure_proposed": _as_it_is(Propose),
    "trial_planned": _as_it_is(PlanTrial),
    "control_planned": _as_it_is(PlanControl),
    "gate_asked": _as_it_is(AskGate),
    "gate_overridden": _as_it_is(OverrideGate),
    "decided": _as_it_is(Decide, accept="accepted"),
    "learned": _as_it_is(Learn),
    "trial_withdrawn": _withdrawn,
    "action_dropped": _overriding(_as_it_is(DropAction)),
}
"""Type of the fact that an act or news is told by -> what it may have been."""
