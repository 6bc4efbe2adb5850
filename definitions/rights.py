"""What people may do: one table of roles, reaches and actions, asked by every door."""

from enum import StrEnum

from definitions.base import Value
from definitions.people import Action, Actor, Door, Object, Role


class Decision(Value):
    """Yes or no, and why in words fit for the person who asked."""

    allowed: bool
    reason: str


class Reach(StrEnum):
    """How far a right goes, narrowest first."""

    OWN = "their own cases"
    PARTICIPANT = "cases they take part in"
    TEAM = "what their teams hold"
    ANY = "everything"


A = Action
_WORK = (
    *(A.OPEN, A.ACKNOWLEDGE, A.START, A.PAUSE, A.RESUME, A.ASSIGN, A.COMMENT, A.COMMENT_INTERNAL, A.RESOLVE),
    *(A.REOPEN, A.LINK, A.SET_PRIORITY, A.SHOW, A.SHOW_INTERNAL, A.LS, A.DEFINITIONS, A.METRICS),
    *(A.KNOWLEDGE_READ, A.KNOWLEDGE_READ_STAFF, A.KNOWLEDGE_WRITE, A.AUTOMATE, A.IDEAS),
)
_TASKS = (A.CLAIM_TASK, A.RELEASE_TASK, A.TASK_DONE)
_DECIDE = (A.APPROVE, A.REJECT)
_LEARN = (A.REVIEW, A.ADD_FINDING, A.ADD_ACTION, A.ACTION_DONE)
_CONCLUDE = (A.CONCLUDE, A.DROP_ACTION)
_VOICE = (A.ANSWER_GIVER, A.SHARE_WITH, A.CLOSE_FEEDBACK, A.TAKE_IDEA)
_OWN = (A.OPEN, A.SHOW, A.LS, A.COMMENT, A.CONFIRM, A.SOLVED, A.REOPEN, A.CANCEL, A.RATE)

RIGHTS: dict[Role, dict[Reach, tuple[Action, ...]]] = {
    # Who is asked to decide takes part in the request; whether they are asked, and not about their own, it says itself.
    Role.REQUESTER: {
        Reach.OWN: _OWN,
        Reach.PARTICIPANT: (A.SHOW, A.COMMENT, A.CYCLE, *_DECIDE),
        Reach.ANY: (A.KNOWLEDGE_READ, A.IDEAS),
    },
    # Triage means moving a case to the service it belongs to, so analysts may redefine what their own team holds.
    # A merge can be undone and a major incident stood down: better early by anybody than late by the right one.
    # Knowledge is approved by those who would answer the question themselves: the colleagues in the team, and leads.
    Role.ANALYST: {
        Reach.ANY: (*_WORK, *_LEARN, A.MERGE, A.UNMERGE, A.MAJOR, A.CANCEL, A.CYCLE),
        Reach.TEAM: (A.REDEFINE, A.KNOWLEDGE_READ_TEAM, A.KNOWLEDGE_APPROVE, *_TASKS, *_DECIDE, *_VOICE, *_CONCLUDE),
        Reach.PARTICIPANT: _DECIDE,
    },
    Role.LEAD: {
        Reach.ANY: (
            *(*_WORK, A.REDEFINE, A.MERGE, A.UNMERGE, A.MAJOR, A.CANCEL, A.KNOWLEDGE_APPROVE),
            *(A.AUTOMATION_APPROVE, A.AUTOMATION_SWITCH, *_LEARN, *_CONCLUDE, A.CALL_OFF, *_TASKS, *_VOICE, A.SURVEY),
            *(A.EXPERIMENT_STOP, A.CYCLE, A.CYCLE_LEAD, A.DEFINITIONS_ACCEPT),
        ),
        Reach.TEAM: (A.KNOWLEDGE_READ_TEAM, *_DECIDE),
        Reach.PARTICIPANT: _DECIDE,
    },
    Role.OPERATOR: {
        Reach.ANY: (
            *(A.LS, A.INTAKE, A.IDEAS, A.ALERT, A.AUDIT, A.REBUILD, A.QUARANTINE_READ, A.QUARANTINE_WRITE),
            *(A.DEFINITIONS, A.CONFIG, A.METRICS, A.KNOWLEDGE_READ, A.KNOWLEDGE_READ_STAFF),
            *(A.AUTOMATION_SWITCH, A.EXPERIMENT_STOP, A.ACTION_DONE, A.SURVEY),
        )
    },
    Role.VENDOR: {Reach.PARTICIPANT: (A.SHOW, A.COMMENT)},
    # A confirmation is the word of the person served, a decision of who was asked: no administrator gives it for them.
    Role.ADMIN: {
        Reach.ANY: tuple(a for a in Action if a not in (A.CONFIRM, A.RATE, A.SOLVED, *_DECIDE)),
        Reach.PARTICIPANT: _DECIDE,
        Reach.TEAM: _DECIDE,
    },
}
"""Role x reach x action. What is not here is denied."""

DOORS: dict[Door, tuple[Action, ...]] = {
    Door.CLI: tuple(Action),
    Door.WEB: tuple(Action),
    Door.MAIL: (A.OPEN, A.COMMENT, A.CONFIRM, A.SOLVED, A.REOPEN, A.CANCEL, *_DECIDE),
    Door.HOOK: (A.OPEN, A.INTAKE, A.ALERT),
    Door.SYSTEM: (A.OPEN, A.INTAKE, A.ALERT, A.METRICS, A.KNOWLEDGE_READ),
}
"""What can come through a door at all. Mail never reads; hooks and the engine act without a role."""

UNVERIFIED_MAIL = (A.OPEN, A.COMMENT)
"""What a sender without proof may do: open a case of their own, comment where they take part."""

AFTER_CLOSING = (A.SHOW, A.SHOW_INTERNAL, A.COMMENT, A.COMMENT_INTERNAL, A.REOPEN, A.LINK, A.UNMERGE, A.RATE, A.REVIEW)
"""What can still be done to a case that has ended."""


def may(actor: Actor, action: Action, object: Object) -> Decision:
    """Whether `actor` may do `action` to `object`. Everything not granted is denied."""
    if action not in DOORS[actor.door]:
        return _no(f"{action} cannot be done by {actor.door}")
    if not actor.verified and actor.door is not Door.MAIL:
        return _no(f"{action} needs proof of who you are: sign in or give a token")
    if not actor.verified and action not in UNVERIFIED_MAIL:
        return _no(f"{action} by mail needs an authenticated sender or a reply to a message of ours")
    if object.closed and object.kind == "case" and action not in AFTER_CLOSING:
        return _no(f"{action} is not possible: the case has ended; reopen it first")
    if actor.door in (Door.HOOK, Door.SYSTEM):
        return Decision(allowed=True, reason=f"{actor.door} may {action}")
    reaches = _reaches(actor, object)
    if not actor.verified and not reaches & {Reach.OWN, Reach.PARTICIPANT}:
        # A name in a From line is a claim: it reaches no further than the claimed person's own part.
        return _no(f"{action} by mail without proof is only for people who take part in the case")
    for role in actor.roles:
        for reach, actions in RIGHTS[role].items():
            if reach in reaches and action in actions:
                return Decision(allowed=True, reason=f"{role} may {action}: {reach.value}")
    return _no(_why_not(actor, action))


def _reaches(actor: Actor, object: Object) -> set[Reach]:
    selves = {actor.person, *actor.acting_for}
    reaches = {Reach.ANY}
    if object.requester in selves:
        reaches |= {Reach.OWN, Reach.PARTICIPANT}
    if selves & set(object.participants):
        reaches.add(Reach.PARTICIPANT)
    if object.team is not None and object.team in actor.teams:
        reaches.add(Reach.TEAM)
    return reaches


def _why_not(actor: Actor, action: Action) -> str:
    granted = {reach for role in actor.roles for reach, actions in RIGHTS[role].items() if action in actions}
    if granted:
        where = " or ".join(reach.value for reach in Reach if reach in granted)
        return f"{actor.person} may {action} only for {where}"
    able = [role.value for role in Role if any(action in actions for actions in RIGHTS[role].values())]
    return f"{action} is not for {' or '.join(actor.roles) or 'people without a role'}: ask {' or '.join(able)}"


def _no(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason)
