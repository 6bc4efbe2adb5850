"""How each fact changes a case: `evolve`. The one place where state changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter

from definitions.acts import AlertSeen
from definitions.base import PauseReason, Priority, StepKind
from definitions.case import SYSTEM, CaseState, Promise, Question, Stage
from definitions.clock import Mark, MarkKind
from definitions.facts import Fact, Visibility

Change = dict[str, Any]
QUIET_ALERTS = 500
"""So many alerts that have ended are remembered in the state; the event log has them all."""


@dataclass(frozen=True)
class Rule:
    """What a fact of one type does: the stage it leads to, its mark on the clocks, the fields it sets."""

    stage: Stage | None = None
    mark: MarkKind | None = None
    sets: tuple[str, ...] = ()
    also: Callable[[CaseState, Fact], Change] | None = None
    by_hand: bool = False
    """Work of the people who serve; a case without any before it was resolved is touchless."""


NO_RULE = Rule()

_FIELDS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(cast(Any, field.annotation)) for name, field in CaseState.model_fields.items()
}


def evolve(state: CaseState, fact: Fact, rules: Mapping[str, Rule]) -> CaseState:
    """The state after `fact`. Unknown types (of later versions) change nothing but the count."""
    rule = rules.get(fact.type, NO_RULE)
    change: Change = {"seq": fact.seq, "last_hash": fact.hash}
    if fact.step != state.step or state.step_since is None:
        change |= _step(state, fact)
    if rule.stage is not None:
        change["stage"] = rule.stage
    if rule.mark is not None:
        change["marks"] = (*state.marks, _mark(rule.mark, state, fact))
    for name in rule.sets:
        if name in fact.data:
            change[name] = _FIELDS[name].validate_python(fact.data[name])
    if rule.also is not None:
        change |= rule.also(state, fact)
    if change.get("stage", state.stage) is not state.stage or state.stage_since is None:
        change["stage_since"] = max(fact.at, state.stage_since or fact.at)
    if rule.by_hand and fact.actor not in (SYSTEM, state.requester) and state.resolved_at is None:
        change["human_acts"] = state.human_acts + 1
    return state.model_copy(update=change)


def _step(state: CaseState, fact: Fact) -> Change:
    """Close the step in force and begin the fact's; a contact logged late never makes time run backwards."""
    if state.step_since is None:
        return {"step": fact.step, "step_since": fact.at}
    at = max(fact.at, state.step_since)
    kind = state.kind_of(state.step)
    spent = dict(state.step_s)
    spent[kind] = spent.get(kind, 0.0) + (at - state.step_since).total_seconds()
    return {"step": fact.step, "step_since": at, "step_s": spent}


def _mark(kind: MarkKind, state: CaseState, fact: Fact) -> Mark:
    reason = fact.data.get("reason") if kind is MarkKind.PAUSED else None
    priority = fact.data.get("priority") if kind in (MarkKind.OPENED, MarkKind.PRIORITY) else None
    return Mark(
        at=fact.at,
        kind=kind,
        reason=PauseReason(str(reason)) if reason else None,
        priority=Priority(str(priority)) if priority else None,
    )


def _step_entered(state: CaseState, fact: Fact) -> Change:
    kind = fact.data.get("kind")
    return {"kinds": state.kinds | {fact.step: StepKind(str(kind))}} if kind else {}


def _opened(state: CaseState, fact: Fact) -> Change:
    return {"opened_at": fact.at, "queued_at": fact.at}


def _routed(state: CaseState, fact: Fact) -> Change:
    learned = fact.data.get("learned")
    chosen = isinstance(learned, dict) and learned["known"]
    return {"queued_at": fact.at} | ({"learned": True} if chosen else {})


def _similar_found(state: CaseState, fact: Fact) -> Change:
    alike = cast(list[dict[str, str]], fact.data["open"])
    return {"duplicates": tuple(each["case"] for each in alike)}


def _acknowledged(state: CaseState, fact: Fact) -> Change:
    change: Change = {"acknowledged_at": fact.at, "spoke_at": fact.at}
    if state.responded_at is None:
        change |= {"responded_at": fact.at, "marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.RESPONDED))}
    return change


def _paused(state: CaseState, fact: Fact) -> Change:
    return {} if state.stage is Stage.PAUSED else {"stage_before": state.stage}


def _back(state: CaseState, fact: Fact) -> Change:
    return {"stage": state.stage_before or Stage.QUEUED, "stage_before": None}


def _commented(state: CaseState, fact: Fact) -> Change:
    if fact.visibility is not Visibility.PUBLIC or fact.actor == state.requester:
        return {}
    change: Change = {"spoke_at": fact.at}
    if state.responded_at is None:
        change |= {"responded_at": fact.at, "marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.RESPONDED))}
    return change


def _handed_over(state: CaseState, fact: Fact) -> Change:
    return {
        "hand_overs": state.hand_overs + 1,
        "queued_at": fact.at,
        "acknowledged_at": None,
        "round": state.round + 1,
        "learned": None,
    }


def _resolved(state: CaseState, fact: Fact) -> Change:
    article = fact.data.get("article")
    return {
        "resolved_at": fact.at,
        "spoke_at": fact.at,
        "responded_at": state.responded_at or fact.at,
        "articles": (*state.articles, str(article)) if article else state.articles,
    }


def _closed(state: CaseState, fact: Fact) -> Change:
    change: Change = {"closed_at": fact.at}
    if state.merged_into is not None:
        return change | {"marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.CANCELLED))}
    if fact.data["outcome"] == "unasked":
        # The silence of somebody who was never asked is no yes: the customer's clock ends without a verdict.
        return change | {"marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.CANCELLED))}
    # Silence counts as a yes from here on; the outcome says that it was assumed.
    last = [mark.kind for mark in state.marks if mark.kind in (MarkKind.CONFIRMED, MarkKind.REOPENED)][-1:]
    if last != [MarkKind.CONFIRMED]:
        change["marks"] = (*state.marks, Mark(at=fact.at, kind=MarkKind.CONFIRMED))
    return change


def _reopened(state: CaseState, fact: Fact) -> Change:
    return {
        "resolved_at": None,
        "closed_at": None,
        "outcome": None,
        "reopened": state.reopened + 1,
        "queued_at": fact.at,
        "acknowledged_at": None,
        "round": state.round + 1,
    }


def _merged(state: CaseState, fact: Fact) -> Change:
    return {"merged_into": str(fact.data["into"]), "stage_before": state.stage}


def _unmerged(state: CaseState, fact: Fact) -> Change:
    return {"merged_into": None, "queued_at": fact.at, **_back(state, fact)}


def _promised(state: CaseState, fact: Fact) -> Change:
    return {"promises": (*state.promises, Promise.model_validate(fact.data))}


def _promise_ends(outcome: str) -> Callable[[CaseState, Fact], Change]:
    def change(state: CaseState, fact: Fact) -> Change:
        ended = fact.data["id"]
        return {
            "promises": tuple(p.model_copy(update={"state": outcome}) if p.id == ended else p for p in state.promises)
        }

    return change


def _asked(state: CaseState, fact: Fact) -> Change:
    return {"questions": (*state.questions, Question.model_validate(fact.data))}


def _question(**update: Any) -> Callable[[CaseState, Fact], Change]:
    def change(state: CaseState, fact: Fact) -> Change:
        said = update | ({"answer": fact.data["value"], "answered_by": fact.actor} if "value" in fact.data else {})
        return {
            "questions": tuple(
                q.model_copy(update=said) if q.key == fact.data["key"] and q.state == "open" else q
                for q in state.questions
            )
        }

    return change


def _alerted(state: CaseState, fact: Fact) -> Change:
    known = {(a.fingerprint, a.starts_at): a for a in state.alerts}
    for raw in fact.data["alerts"]:  # type: ignore[union-attr]
        alert = AlertSeen.model_validate(raw)
        known[alert.fingerprint, alert.starts_at] = alert
    quiet = [alert for alert in known.values() if not alert.firing]
    forgotten = {id(alert) for alert in quiet[:-QUIET_ALERTS]}
    return {"alerts": tuple(alert for alert in known.values() if id(alert) not in forgotten)}


def _adds(field: str, name: str) -> Callable[[CaseState, Fact], Change]:
    return lambda state, fact: {field: tuple(dict.fromkeys((*getattr(state, field), fact.data[name])))}


def _drops(field: str, name: str) -> Callable[[CaseState, Fact], Change]:
    return lambda state, fact: {field: tuple(x for x in getattr(state, field) if x != fact.data[name])}


def _warned(state: CaseState, fact: Fact) -> Change:
    return {"warned": state.warned | {f"{fact.data['target']}:{fact.data['share']}": fact.at}}


def _breached(state: CaseState, fact: Fact) -> Change:
    return {"breached": state.breached | {str(fact.data["target"]): fact.at}}


def _exposed(state: CaseState, fact: Fact) -> Change:
    label = f"{fact.data['experiment']}:{fact.data['arm']}"
    return {"arm": f"{state.arm},{label}" if state.arm else label}


COMMON: dict[str, Rule] = {
    "opened": Rule(
        Stage.QUEUED,
        MarkKind.OPENED,
        (
            *("service", "category", "channel", "title", "requester", "definition_version", "arm"),
            *("impact", "urgency", "priority", "silent"),
        ),
        _opened,
    ),
    "exposed": Rule(also=_exposed),
    # A contact logged late waits for its team only from here on.
    "routed": Rule(sets=("team", "assignee"), also=_routed),
    "step_entered": Rule(also=_step_entered),
    "duplicates_found": Rule(sets=("duplicates",)),
    "similar_found": Rule(also=_similar_found),
    "acknowledged": Rule(Stage.ACKNOWLEDGED, None, ("assignee",), _acknowledged, by_hand=True),
    "started": Rule(Stage.IN_PROGRESS, None, ("assignee",), by_hand=True),
    "paused": Rule(Stage.PAUSED, MarkKind.PAUSED, (), _paused, by_hand=True),
    "resumed": Rule(None, MarkKind.RESUMED, (), _back, by_hand=True),
    "assigned": Rule(sets=("assignee",), by_hand=True),
    "handed_over": Rule(Stage.QUEUED, None, ("team", "assignee"), _handed_over, by_hand=True),
    "commented": Rule(also=_commented, by_hand=True),
    "resolved": Rule(Stage.RESOLVED, MarkKind.RESOLVED, (), _resolved, by_hand=True),
    "confirmed": Rule(mark=MarkKind.CONFIRMED),
    "closed": Rule(Stage.CLOSED, None, ("outcome",), _closed),
    "reopened": Rule(Stage.QUEUED, MarkKind.REOPENED, (), _reopened),
    "cancelled": Rule(
        Stage.CANCELLED, MarkKind.CANCELLED, (), lambda state, fact: {"closed_at": fact.at, "outcome": "cancelled"}
    ),
    "merged": Rule(Stage.MERGED, MarkKind.MERGED, (), _merged, by_hand=True),
    "unmerged": Rule(None, MarkKind.UNMERGED, (), _unmerged),
    "absorbed": Rule(also=_adds("absorbed", "source")),
    "returned": Rule(also=_drops("absorbed", "source")),
    "linked": Rule(sets=("parent",), by_hand=True),
    "child_linked": Rule(also=_adds("children", "child")),
    "major_declared": Rule(also=lambda state, fact: {"major": True}, by_hand=True),
    "major_stood_down": Rule(also=lambda state, fact: {"major": False}, by_hand=True),
    "prioritised": Rule(None, MarkKind.PRIORITY, ("impact", "urgency", "priority"), by_hand=True),
    "redefined": Rule(None, None, ("service", "category", "definition_version"), by_hand=True),
    "alerted": Rule(also=_alerted),
    "target_warned": Rule(also=_warned),
    "target_breached": Rule(also=_breached),
    "target_met": Rule(also=_adds("met", "target")),
    "escalated": Rule(also=_adds("pages", "page")),
    "promised": Rule(also=_promised),
    "promise_kept": Rule(also=_promise_ends("kept")),
    "promise_broken": Rule(also=_promise_ends("broken")),
    "promise_withdrawn": Rule(also=_promise_ends("withdrawn")),
    "asked": Rule(also=_asked),
    "reminded": Rule(also=_question(reminded=True)),
    "question_unheard": Rule(also=_question(unheard=True)),
    "question_heard": Rule(also=_question(unheard=False)),
    "answered": Rule(also=_question(state="answered")),
    "lapsed": Rule(also=_question(state="lapsed")),
    "question_withdrawn": Rule(also=_question(state="withdrawn")),
}
"""Every fact type that changes a case of any kind. Others (heard, told...) are remembered and change nothing."""
