"""Whether somebody may, asked before anything is done."""

from definitions.people import Action, Actor, Object, Role
from definitions.rights import may
from office.errors import NotAllowed

ASK = "Ask somebody who may, or use --as with your own name."
WORK_HERE = frozenset({Role.ANALYST, Role.LEAD, Role.OPERATOR, Role.ADMIN})


def allow(actor: Actor, action: Action, object: Object, hint: str = ASK) -> None:
    """Raise NotAllowed, with the reason and `hint`, unless the actor may."""
    decision = may(actor, action, object)
    if not decision.allowed:
        raise NotAllowed(decision.reason, hint)
