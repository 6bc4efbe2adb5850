"""The request: something that people ask for."""

from definitions import acts
from definitions.case import CaseState, Stage
from definitions.request import approving, cancelling, facts, fulfilling
from definitions.request.acts import Approve, ClaimTask, NotDecided, Reject, ReleaseTask, TaskDone
from definitions.request.looking import look
from definitions.request.notices import reactions
from definitions.request.opening import opening
from definitions.request.tasks import tasks_of
from definitions.rules import ending, working
from definitions.rules.kind import TALK, Kind


def waits(state: CaseState) -> tuple[str, str] | None:
    """What it waits for and who may act, for people who look at the run; None where it is as for any case."""
    request = facts.of(state)
    if request.stage is not None and not state.ended:
        stage = request.stage
        who = ", ".join(stage.silent) or (f"somebody of {stage.team}" if stage.team else "nobody")
        return f"{stage.title} ({who})", f"{who}: `approve`, `reject`; the requester: `cancel`"
    if state.stage in (Stage.QUEUED, Stage.IN_PROGRESS):
        tasks = [
            f"{work.key} ({work.automation if work.state == 'running' else work.assignee or work.team})"
            for work in request.tasks
            if not work.over
        ]
        acts = "the teams: `claim_task`, `release_task`, `task_done`"
        if request.cancelling:
            return f"taking back: {', '.join(tasks)}", acts
        return ", ".join(tasks), f"{acts}; the requester: `cancel`"
    return None


REQUEST = Kind(
    name="request",
    prefix="REQ",
    acts=TALK | {Approve, Reject, NotDecided, ClaimTask, ReleaseTask, TaskDone},
    opening=opening,
    rules=facts.RULES,
    look=look,
    reactions=reactions,
    tasks=tasks_of,
    decides={acts.Cancel: cancelling.cancel, acts.Reopen: cancelling.reopen},
    waits=waits,
    paged="See what it waits for (jidoka request show {case}), and get it going.",
)
RULES_OF = (approving, ending, fulfilling, working)
"""Imported for what they register with `decide`."""
