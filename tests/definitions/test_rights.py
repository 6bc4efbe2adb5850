"""Who may do what: every role, action, door and situation has an answer written down here, and the rest is no."""

from collections.abc import Iterator

import pytest

from definitions.people import Action, Actor, Door, Object, Role
from definitions.rights import may

ROLES = [Role.REQUESTER, Role.ANALYST, Role.LEAD, Role.OPERATOR, Role.VENDOR, Role.ADMIN]

# For a verified person with one role, on an open case: o = their own, p = one they take part in,
# t = one of their team, f = anybody else's (and whatever is no case). `-` is never.
GRID = """
open              o    optf optf -    -    optf
acknowledge       -    optf optf -    -    optf
start             -    optf optf -    -    optf
pause             -    optf optf -    -    optf
resume            -    optf optf -    -    optf
assign            -    optf optf -    -    optf
comment           op   optf optf -    op   optf
comment_internal  -    optf optf -    -    optf
resolve           -    optf optf -    -    optf
confirm           o    -    -    -    -    -
solved            o    -    -    -    -    -
reopen            o    optf optf -    -    optf
cancel            o    optf optf -    -    optf
merge             -    optf optf -    -    optf
unmerge           -    optf optf -    -    optf
link              -    optf optf -    -    optf
major             -    optf optf -    -    optf
set_priority      -    optf optf -    -    optf
redefine          -    t    optf -    -    optf
show              op   optf optf -    op   optf
show_internal     -    optf optf -    -    optf
ls                o    optf optf optf -    optf
intake            -    -    -    optf -    optf
alert             -    -    -    optf -    optf
audit             -    -    -    optf -    optf
rebuild           -    -    -    optf -    optf
quarantine_read   -    -    -    optf -    optf
quarantine_write  -    -    -    optf -    optf
definitions       -    optf optf optf -    optf
definitions_accept -   -    optf -    -    optf
config            -    -    -    optf -    optf
metrics           -    optf optf optf -    optf
approve           op   opt  opt  -    -    opt
reject            op   opt  opt  -    -    opt
claim_task        -    t    optf -    -    optf
release_task      -    t    optf -    -    optf
task_done         -    t    optf -    -    optf
rate              o    -    -    -    -    -
answer_giver      -    t    optf -    -    optf
share_with        -    t    optf -    -    optf
close_feedback    -    t    optf -    -    optf
ideas             optf optf optf optf -    optf
take_idea         -    t    optf -    -    optf
survey            -    -    optf optf -    optf
review            -    optf optf -    -    optf
add_finding       -    optf optf -    -    optf
add_action        -    optf optf -    -    optf
action_done       -    optf optf optf -    optf
drop_action       -    t    optf -    -    optf
conclude          -    t    optf -    -    optf
call_off          -    -    optf -    -    optf
automate             -    optf optf -    -    optf
automation_approve   -    -    optf -    -    optf
automation_switch    -    -    optf optf -    optf
cycle                op   optf optf -    -    optf
cycle_lead           -    -    optf -    -    optf
experiment_stop      -    -    optf optf -    optf
knowledge_read       optf optf optf optf -    optf
knowledge_read_staff -    optf optf optf -    optf
knowledge_read_team  -    t    t    -    -    optf
knowledge_write      -    optf optf -    -    optf
knowledge_approve    -    t    optf -    -    optf
"""
EXPECTED = {
    (Action(action), role): set(cell) - {"-"}
    for action, *cells in (line.split() for line in GRID.strip().splitlines())
    for role, cell in zip(ROLES, cells, strict=True)
}
ON_CLOSED = {"show", "show_internal", "comment", "comment_internal", "reopen", "link", "unmerge", "review", "rate"}
MAIL = {"open", "comment", "confirm", "solved", "reopen", "cancel", "approve", "reject"}
HOOK = {"open", "intake", "alert"}
SYSTEM = {"open", "intake", "alert", "metrics", "knowledge_read"}

SITUATIONS = {
    "o": Object(kind="case", id="INC-1", requester="me", team="other-team"),
    "p": Object(kind="case", id="INC-1", requester="else", participants=("me",), team="other-team"),
    "t": Object(kind="case", id="INC-1", requester="else", team="my-team"),
    "f": Object(kind="case", id="INC-1", requester="else", participants=("third",), team="other-team"),
    "d": Object(kind="desk"),
}


def _actor(*roles: Role, door: Door = Door.CLI, verified: bool = True, acting_for: tuple[str, ...] = ()) -> Actor:
    return Actor(person="me", roles=roles, teams=("my-team",), door=door, verified=verified, acting_for=acting_for)


def _expected(role: Role | None, action: Action, door: Door, verified: bool, situation: str, closed: bool) -> bool:
    if closed and action.value not in ON_CLOSED:
        return False
    if door is Door.HOOK:
        return verified and action.value in HOOK
    if door is Door.SYSTEM:
        return verified and action.value in SYSTEM
    by_role = role is not None and ("f" if situation == "d" else situation) in EXPECTED[action, role]
    if door is Door.MAIL:
        unproved = action.value in {"open", "comment"} and situation in {"o", "p"}
        return by_role and action.value in MAIL and (verified or unproved)
    return by_role and verified


def _combinations() -> Iterator[tuple[Role | None, Action, Door, bool, str, bool]]:
    for role in [*ROLES, None]:
        for action in Action:
            for door in Door:
                for verified in (True, False):
                    for situation in SITUATIONS:
                        for closed in (False, True) if situation != "d" else (False,):
                            yield role, action, door, verified, situation, closed


def test_every_role_action_door_and_situation_gets_the_answer_written_down() -> None:
    wrong, asked, allowed = [], 0, 0

    for role, action, door, verified, situation, closed in _combinations():
        actor = _actor(*([role] if role else []), door=door, verified=verified)
        decision = may(actor, action, SITUATIONS[situation].model_copy(update={"closed": closed}))
        asked, allowed = asked + 1, allowed + decision.allowed
        if decision.allowed != _expected(role, action, door, verified, situation, closed) or not decision.reason:
            wrong.append((role, action, door, verified, situation, closed, decision))

    print(f"\nmay(): {asked} combinations asked, {allowed} allowed, {len(wrong)} wrong")
    assert not wrong
    assert asked == 7 * len(Action) * 5 * 2 * 9


def test_the_table_has_a_row_for_every_action() -> None:
    assert {action for action, _ in EXPECTED} == set(Action)


def test_roles_add_up_and_never_take_away() -> None:
    for first in ROLES:
        for second in ROLES:
            for action in Action:
                for object in SITUATIONS.values():
                    alone = [may(_actor(role), action, object).allowed for role in (first, second)]

                    assert may(_actor(first, second), action, object).allowed == any(alone)


def test_a_delegate_has_the_part_of_the_one_they_act_for_and_no_more() -> None:
    theirs = SITUATIONS["f"]
    delegate = _actor(Role.REQUESTER, acting_for=("else",))

    assert may(delegate, Action.CONFIRM, theirs).allowed
    assert not may(delegate, Action.RESOLVE, theirs).allowed
    assert not may(_actor(Role.REQUESTER, acting_for=("nobody",)), Action.CONFIRM, theirs).allowed


def test_nobody_confirms_for_somebody_else_whatever_their_roles() -> None:
    decision = may(_actor(*ROLES), Action.CONFIRM, SITUATIONS["f"])

    assert not decision.allowed
    assert decision.reason == "me may confirm only for their own cases"


@pytest.mark.parametrize(
    ("actor", "action", "said"),
    [
        (_actor(Role.REQUESTER), Action.AUDIT, "audit is not for requester: ask operator or admin"),
        (_actor(), Action.SHOW, "show is not for people without a role"),
        (_actor(Role.ADMIN, verified=False), Action.SHOW, "sign in or give a token"),
        (_actor(Role.ADMIN, door=Door.MAIL), Action.SHOW, "show cannot be done by mail"),
        (_actor(Role.REQUESTER, door=Door.MAIL, verified=False), Action.CONFIRM, "a reply to a message of ours"),
        (_actor(Role.REQUESTER, door=Door.MAIL, verified=False), Action.COMMENT, "only for people who take part"),
    ],
)
def test_a_refusal_says_why_and_what_would_help(actor: Actor, action: Action, said: str) -> None:
    decision = may(actor, action, SITUATIONS["f"])

    assert not decision.allowed
    assert said in decision.reason
