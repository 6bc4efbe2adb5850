"""What a run shows of itself: search attributes for lists, words for the Temporal UI, the view for `show`."""

from datetime import datetime
from typing import Any, NamedTuple

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from definitions.base import rfc3339
    from definitions.case import CaseState, Stage
    from definitions.kinds import KINDS
    from definitions.rules.reading import reading
    from definitions.runs import StartCase
    from workflows.blocks.journal import Journal

KIND = SearchAttributeKey.for_keyword("JidokaKind")
SERVICE = SearchAttributeKey.for_keyword("JidokaService")
STAGE = SearchAttributeKey.for_keyword("JidokaStage")
PRIORITY = SearchAttributeKey.for_keyword("JidokaPriority")
TEAM = SearchAttributeKey.for_keyword("JidokaTeam")
BREACHED = SearchAttributeKey.for_bool("JidokaBreached")
MAJOR = SearchAttributeKey.for_bool("JidokaMajor")
ARM = SearchAttributeKey.for_keyword_list("JidokaArm")
"""Given with the start and never changed: `fast-route:variant`, one for each experiment."""

KEYS: dict[str, SearchAttributeKey[Any]] = {
    "stage": STAGE,
    "service": SERVICE,
    "priority": PRIORITY,
    "team": TEAM,
    "breached": BREACHED,
    "major": MAJOR,
}

WAITS = {
    Stage.QUEUED: ("somebody of {team} to take it", "`acknowledge`, `start`, `assign`, `resolve`, `merge`, `cancel`"),
    Stage.ACKNOWLEDGED: ("{assignee} to start", "`start`, `pause`, `assign`, `resolve`, `merge`, `cancel`"),
    Stage.IN_PROGRESS: ("{assignee} at work", "`pause`, `assign`, `comment`, `resolve`, `merge`, `cancel`"),
    Stage.PAUSED: ("{step}", "`resume`, `assign`, `comment`, `resolve`, `cancel`"),
    Stage.RESOLVED: ("the requester's yes or no", "the requester: `confirm`, `reopen`"),
    Stage.MERGED: ("{merged_into}, which it was merged into", "`unmerge`"),
    Stage.CLOSED: ("nothing", "nobody"),
    Stage.CANCELLED: ("nothing", "nobody"),
}

WATCHED = ("its watch to pass without another incident of its kind", "`reopen`")


class Shown(NamedTuple):
    """What the server was last told, so that it is told only what changed."""

    stage: str | None = None
    service: str | None = None
    priority: str | None = None
    team: str | None = None
    breached: bool = False
    major: bool = False


def started_with(start: StartCase) -> Shown:
    """What the door gave with the start of a new case; for one that goes on nothing is taken for granted."""
    if start.opening is None:
        return Shown()
    priority = start.definition.priority_at(start.opening.impact, start.opening.urgency)
    return Shown(Stage.QUEUED.value, start.opening.service, priority.value)


def show(journal: Journal, before: Shown) -> Shown:
    """Tell the server what changed."""
    state = journal.state
    now = Shown(state.stage.value, state.service, state.priority.value, state.team, bool(state.breached), state.major)
    changed = [
        key.value_set(getattr(now, name))
        for name, key in KEYS.items()
        if getattr(now, name) not in (None, getattr(before, name))
    ]
    if changed:
        workflow.upsert_search_attributes(changed)
    workflow.set_current_details(details(state, journal))
    return now


def details(state: CaseState, journal: Journal) -> str:
    """Markdown that answers: what is it waiting for, until when, who may act."""
    usual = WATCHED if state.step == "watch" else WAITS[state.stage]
    waits, acts = KINDS[state.kind].waits(state) or usual
    words = {
        "team": state.team or "the desk",
        "assignee": state.assignee or "the assignee",
        "step": state.step.replace("_", " "),
        "merged_into": state.merged_into or "",
    }
    lines = [
        f"**{state.stage.value.replace('_', ' ')}** since {_time(state.step_since)} · {state.priority} ·"
        f" team {state.team or '-'} · {state.assignee or 'nobody yet'}",
        f"- waits for: {waits.format(**words)}",
    ]
    if journal.outlook.next_at is not None:
        lines.append(f"- by itself: {journal.outlook.waits_for}, at {_time(journal.outlook.next_at)}")
    lines.append(f"- who may act: {acts}")
    if state.breached:
        lines.append(f"- breached: {', '.join(state.breached)}")
    return "\n".join(lines)


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC") if at else "-"


def view(journal: Journal, now: datetime) -> dict[str, Any]:
    """State, ledgers, running touch and wait, and the facts that the records do not have yet."""
    return {
        **reading(journal.state, journal.definition, now),
        "waits_for": journal.outlook.waits_for,
        "next_at": rfc3339(journal.outlook.next_at) if journal.outlook.next_at else None,
        "unstored": [fact.model_dump(mode="json") for fact in journal.unstored],
        "as_of": rfc3339(now),
    }
