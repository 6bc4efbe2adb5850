"""Help before a person: who is drawn for it, what is offered and tried, and what follows when it solved the case."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from definitions import acts
from definitions.assignment import assign
from definitions.case import SYSTEM, CaseState, Question, Stage
from definitions.facts import Draft, Fact, Visibility
from definitions.help import CONSENT, LAYER, HelpState, Offered, Remedy, fitting
from definitions.rules import deadlines, notices
from definitions.rules.base import Refused, decide, draft, said, workable, working_days
from definitions.rules.ending import confirmed, resolution
from definitions.rules.facts import COMMON, Change, Rule
from definitions.rules.notices import Command, Tell
from definitions.rules.opening import Opening
from definitions.runs import AutomationResult
from definitions.slices import IncidentDefinition

CONSENT_DAYS = 1
"""Working days after which nobody waits for a yes any more."""


def drawn(start: Opening, definition: IncidentDefinition, case_id: str, secret: bytes) -> Opening:
    """Settle for good whether the case may be helped before a person: only somebody's own contact that is answered."""
    if start.requester is None or start.silent or start.alerts or start.channel == "alert":
        return start
    held = definition.help.hold_out
    arm = "help" if held is None else assign(case_id, LAYER, {"help": 1 - held, "hold_out": held}, secret)
    return start.model_copy(update={"help": arm})


def exposed(state: CaseState, definition: IncidentDefinition, offer: Offered | None) -> tuple[Draft, ...]:
    """That there was something to offer or to run, and the offer itself where the case is not held out."""
    if state.help is None or state.major or state.stage is not Stage.QUEUED:
        return ()
    remedy = fitting(definition.help.remedies, state.category, offer.category if offer else None)
    if offer is None and remedy is None:
        return ()
    share = definition.help.hold_out or 0.0
    seen = draft(
        "help_drawn", SYSTEM, layer=LAYER, arm=state.help.arm, share=share, remedy=remedy.automation if remedy else None
    )
    if offer is None or not state.help.on:
        return (seen,)
    made = draft(
        "offered", SYSTEM, visibility=Visibility.PUBLIC, articles=[*offer.articles], confidence=offer.confidence
    )
    return (seen, made)


def to_try(state: CaseState, definition: IncidentDefinition) -> Remedy | None:
    """The remedy that may run now: none once a person has begun, the case was reopened, or it was tried before."""
    help = state.help
    if help is None or not help.on or help.tried or state.stage is not Stage.QUEUED or state.reopened or state.major:
        return None
    if any(q.key == CONSENT and q.state != "open" and q.answer != "yes" for q in state.questions):
        return None
    return next((each for each in definition.help.remedies if each.automation == help.remedy), None)


def consent(state: CaseState, definition: IncidentDefinition, now: datetime) -> Question:
    """Whether a remedy may run for them. Silence is a no."""
    due_at = working_days(definition.calendar(definition.confirm.calendar), now, CONSENT_DAYS)
    return Question(key=CONSENT, to=str(state.requester), options=("yes", "no"), due_at=due_at)


def tried(
    remedy: Remedy, result: AutomationResult, state: CaseState, definition: IncidentDefinition, now: datetime
) -> tuple[Draft, ...]:
    """What became of it. Solved only when it was done, was not found wanting, and nobody has begun meanwhile."""
    held = result.data.get("verified")
    fact = draft("remedy_tried", SYSTEM, automation=remedy.automation, outcome=result.outcome, verified=held)
    if result.outcome != "done" or held is False or state.stage is not Stage.QUEUED or not alone(state):
        return (fact,)
    return (fact, *resolution(SYSTEM, "automation", state, definition, now, how="automated"))


def first_answer(message: Tell, state: CaseState) -> Tell:
    """What the requester hears first, with what was found for them."""
    assert state.help is not None
    asked = next((q for q in state.questions if q.key == CONSENT and q.state == "open"), None)
    if not state.help.articles and asked is None:
        return message
    more = {"remedy": state.help.remedy, "until": asked.due_at} if asked else {}
    return message.model_copy(update={"template": "offer", "articles": state.help.articles, **more})


def has_offer(state: CaseState) -> bool:
    """Whether articles were offered to the requester and still stand."""
    return state.help is not None and state.help.on and bool(state.help.articles)


def alone(state: CaseState) -> bool:
    """Whether nothing but this requester's own need hangs on it."""
    return not (state.major or state.children or state.absorbed)


# -- what people say to it -------------------------------------------------------------------------------------------


@decide.register
def _(act: acts.Solved, state: CaseState, definition: IncidentDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is Stage.RESOLVED:
        return confirmed(act, state)
    workable(state, "close")
    if not alone(state):
        what = "is a major incident" if state.major else "stands for other cases too"
        raise Refused(f"{state.id} {what}: the people who work on it say when it is over")
    if act.article is None and not has_offer(state):
        raise Refused(f"no article was offered on {state.id}: name the one that helped, or cancel it with your reason")
    return taken(act, state, act.article)


def taken(act: acts.Act, state: CaseState, article: str | None = None) -> tuple[Draft, ...]:
    """Solved without a person, and ended by the requester's own word. Unnamed, the article is the best one offered."""
    used = article or (state.help.articles[0] if state.help else None)
    return (
        said(act, "offer_taken", public=True, article=used, named=article is not None),
        draft(
            "resolved", SYSTEM, "confirm", act.channel, Visibility.PUBLIC, text=None, article=used, how="self_service"
        ),
        said(act, "confirmed", public=True),
        draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome="self_service"),
    )


def said_to_help(act: acts.Hear, state: CaseState) -> tuple[Draft, ...]:
    """What the requester's words say to an offer, or to the question whether a remedy may run."""
    if state.stage is Stage.RESOLVED:
        return ()
    # Once a person has written to them, nobody knows what "it works now" is about.
    spoken = state.help is not None and state.help.spoken
    if act.solved and has_offer(state) and not spoken and alone(state) and state.stage is not Stage.MERGED:
        return taken(act, state)
    if act.answer is not None and any(q.key == CONSENT and q.state == "open" for q in state.questions):
        return (said(act, "answered", public=True, key=CONSENT, value="yes" if act.answer else "no"),)
    if act.answer is False and has_offer(state) and state.help and not state.help.declined:
        return (said(act, "offer_declined", public=True),)
    return ()


# -- what changes, what time brings, who is told ---------------------------------------------------------------------


def _remembers(change: Callable[[HelpState, Fact], dict[str, Any]]) -> Callable[[CaseState, Fact], Change]:
    def also(state: CaseState, fact: Fact) -> Change:
        return {"help": state.help.model_copy(update=change(state.help, fact))} if state.help else {}

    return also


def _and(type_: str, more: Callable[[CaseState, Fact], Change]) -> Rule:
    usual = COMMON[type_].also
    return replace(COMMON[type_], also=lambda state, fact: (usual(state, fact) if usual else {}) | more(state, fact))


def _drawn(state: CaseState, fact: Fact) -> Change:
    arm = fact.data.get("help")
    return {"help": HelpState.model_validate({"arm": arm})} if arm else {}


def _spoken(state: CaseState, fact: Fact) -> Change:
    if state.help is None or fact.visibility is not Visibility.PUBLIC:
        return {}
    if fact.type != "reopened" and fact.actor == state.requester:
        return {}
    return {"help": state.help.model_copy(update={"spoken": True})}


RULES: dict[str, Rule] = {
    "opened": _and("opened", _drawn),
    "help_drawn": Rule(also=_remembers(lambda help, fact: {"exposed": True, "remedy": fact.data["remedy"]})),
    "help_left": Rule(also=_remembers(lambda help, fact: {"left": True})),
    "offered": Rule(also=_remembers(lambda help, fact: {"articles": tuple(fact.data["articles"])})),  # type: ignore[arg-type]
    "offer_declined": Rule(also=_remembers(lambda help, fact: {"declined": True})),
    "remedy_tried": Rule(also=_remembers(lambda help, fact: {"tried": True})),
    **{type_: _and(type_, _spoken) for type_ in ("commented", "paused", "reopened")},
    "resolved": _and("resolved", _remembers(lambda help, fact: {"ends_as": fact.data.get("how")})),
}


def due(state: CaseState, definition: IncidentDefinition) -> Iterator[Draft]:
    """A major incident leaves; a remedy that nobody has agreed to yet is off once a person has the case."""
    if state.help is None or state.ended:
        return
    if state.major and not state.help.left:
        yield draft("help_left", SYSTEM, why="major")
    asked = any(q.key == CONSENT and q.state == "open" for q in state.questions)
    gone = all(remedy.automation != state.help.remedy for remedy in definition.help.remedies)
    if asked and (state.major or gone or state.stage is not Stage.QUEUED):
        yield draft("question_withdrawn", SYSTEM, key=CONSENT)


def look(state: CaseState, definition: IncidentDefinition, now: datetime) -> deadlines.Outlook:
    """As for every case, and what is due about help."""
    return deadlines.look(state, definition, now, due=due(state, definition))


def reactions(fact: Fact, state: CaseState, definition: IncidentDefinition, now: datetime) -> tuple[Command, ...]:
    """As for every case; what was solved without a person is told in other words."""
    usual = notices.reactions(fact, state, definition, now)
    if state.help is None or fact.type not in ("resolved", "closed"):
        return usual
    how = fact.data.get("how")
    if how == "self_service":
        # They said so themselves: nobody asks them whether it is true.
        return tuple(command for command in usual if not isinstance(command, Tell))
    if how == "automated":
        return tuple(
            command.model_copy(update={"template": "offer_remedied", "remedy": state.help.remedy})
            if isinstance(command, Tell)
            else command
            for command in usual
        )
    if fact.data.get("outcome") == "self_service":
        return (*usual, *_taken(state))
    return usual


def _taken(state: CaseState) -> Iterator[Tell]:
    if state.requester is not None:
        yield Tell(template="offer_taken", to=state.requester, articles=state.articles[-1:])
    if state.assignee not in (None, state.requester):
        yield Tell(template="offer_taken_meanwhile", to=str(state.assignee), articles=state.articles[-1:])
