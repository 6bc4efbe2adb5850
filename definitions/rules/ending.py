"""Ending an incident: resolve, confirm, reopen, cancel."""

from collections.abc import Sequence
from datetime import datetime

from definitions import acts
from definitions.case import ENDED, SYSTEM, CaseState, Question, Stage
from definitions.facts import Draft, TextRef, Visibility
from definitions.rules.base import SOLVED, Refused, acknowledged_by, decide, draft, ref, said, workable, working_days
from definitions.slices import CaseDefinition


@decide.register
def _(act: acts.Resolve, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "resolve")
    seen = acknowledged_by(act, state, "resolve")
    return (*seen, *resolution(act.by, act.channel, state, definition, now, act.text, act.article))


def resolution(
    by: str,
    channel: str,
    state: CaseState,
    definition: CaseDefinition,
    at: datetime,
    text: TextRef | None = None,
    article: str | None = None,
    how: str | None = None,
) -> tuple[Draft, ...]:
    """Resolved, and the requester is asked; a case nobody asked for is closed at once.

    `how` is the outcome of its end where no person solved it.
    """
    more = {"how": how} if how else {}
    fact = draft("resolved", by, "confirm", channel, Visibility.PUBLIC, text=ref(text), article=article, **more)
    if state.requester is None:
        return (fact, draft("closed", SYSTEM, "end", outcome="no_requester"))
    rule = definition.confirm
    calendar = definition.calendar(rule.calendar)
    question = Question(
        key=SOLVED,
        to=state.requester,
        options=("yes", "no"),
        remind_at=working_days(calendar, at, rule.remind_after_days),
        due_at=working_days(calendar, at, rule.close_after_days),
    )
    return (fact, draft("asked", SYSTEM, visibility=Visibility.PUBLIC, **question.model_dump(mode="json")))


def heard_of(template: str, told: Sequence[Draft], state: CaseState) -> tuple[Draft, ...]:
    """What became of asking "is it solved?": only of somebody who was asked, silence is taken for a yes."""
    question = next((q for q in state.questions if q.key == SOLVED and q.state == "open"), None)
    if question is None or template not in ("resolved", "offer_remedied", "reminder"):
        return ()
    reached = any(fact.data["outcome"] == "sent" for fact in told)
    if reached and question.unheard:
        return (draft("question_heard", SYSTEM, key=SOLVED),)
    if not reached and template != "reminder":
        return (draft("question_unheard", SYSTEM, key=SOLVED),)
    return ()


@decide.register
def _(act: acts.Confirm, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is not Stage.RESOLVED:
        raise Refused(f"{state.id} is {state.stage}: there is nothing to confirm yet")
    return confirmed(act, state)


def confirmed(act: acts.Act, state: CaseState) -> tuple[Draft, ...]:
    """The requester's yes ends the case."""
    outcome = (state.help and state.help.ends_as) or "confirmed"
    return (
        said(act, "answered", public=True, key=SOLVED, value="yes"),
        said(act, "confirmed", public=True),
        draft("closed", SYSTEM, "end", outcome=outcome),
    )


@decide.register
def _(act: acts.Reopen, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is Stage.CLOSED and state.merged_into is None:
        return reopening(act)
    if state.stage is not Stage.RESOLVED:
        hint = f"; act on {state.merged_into}" if state.merged_into else "; open a new one" if state.ended else ""
        raise Refused(f"{state.id} is {state.stage}: only a resolved or closed case can be reopened{hint}")
    return reopened(act, state)


def reopening(act: acts.Reopen) -> tuple[Draft, ...]:
    """An ended case goes on in a new run."""
    return (said(act, "reopened", "queue", public=True, text=ref(act.text)),)


def reopened(act: acts.Act, state: CaseState) -> tuple[Draft, ...]:
    """Back to the team that had it; a no, where somebody was asked whether it is solved."""
    text = act.text if isinstance(act, acts.Reopen | acts.Hear) else None
    asked = any(question.key == SOLVED and question.state == "open" for question in state.questions)
    answer = (said(act, "answered", public=True, key=SOLVED, value="no"),) if asked else ()
    return (*answer, said(act, "reopened", "queue", public=True, text=ref(text)))


@decide.register
def _(act: acts.Cancel, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage in ENDED or state.stage is Stage.MERGED:
        workable(state, "cancel")
    return (said(act, "cancelled", "end", public=True, text=ref(act.text)),)
