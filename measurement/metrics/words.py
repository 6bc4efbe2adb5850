"""The activities and columns that metrics read: an imported log that uses these words is understood like `live`.

They are the types of the engine's own facts and their data. `docs/datasets.md` shows them to who writes a mapping.
"""

from collections.abc import Collection

from measurement.log.cases import text

ACKNOWLEDGED = ("acknowledged", "started")
ANSWERED = ("acknowledged", "commented", "resolved")
"""What the requester hears from a person; internal comments and those of the requester are left out."""
OPENED = "opened"
RESOLVED = "resolved"
REOPENED = "reopened"
TARGETS = ("target_met", "target_breached")
PROMISES = ("promise_kept", "promise_broken")
RATED = "rated"
"""A number that somebody said when asked a `question`: `score`."""
ASKED = "survey_asked"
FEEDBACK = "feedback"
"""Somebody said what is good or bad; of the kind of case as well, whose opening it is."""
PASSED_ON = "shared_with"
"""A compliment reached those it is about."""
FEEDBACK_ANSWERED = ("answered_giver", "taken_up", "acted_on", "not_acted_on", PASSED_ON)
"""Each of them is words to whoever gave it."""
FEEDBACK_ACTED_ON = ("acted_on", PASSED_ON)
APPROVAL_ASKED = "approval_asked"
APPROVAL_ENDED = ("stage_granted", "stage_refused")
APPROVAL_ESCALATED = "approval_escalated"
TASK_OPENED, TASK_CLAIMED, TASK_DONE = "task_opened", "task_claimed", "task_done"
TASK_FAILED, TASK_WITHDRAWN = "task_failed", "task_withdrawn"
AUTOMATED = "automated"
"""An automation was at work on the case; `ended_at` is when it was done.

`outcome` is `ok` or `done` where it did what it should, and anything else where it did nothing for the case: `nothing`
to do, `refused`, `failed`, `unknown`. Without one it counts as done.
"""
SELF_SERVICE = ("offer_taken", "offer_declined")
"""The person tried an article that was offered, and said whether it was what was needed."""
FOUND = "offer_taken"
OFFERED = "offered"
REMEDY = "remedy_tried"
HELP = "help_drawn"
"""Help would have been offered or run; `help_arm` is `help`, or `hold_out` where it was held back by chance."""
OVERRIDDEN = "overridden"
"""Somebody went against a `proposal` of the engine, for a `reason`."""
LOOK_UP = "find-duplicates"
"""What the engine looks up at the triage of every case: no work that an automation took from anybody."""

WITHDRAWN = "WHEN ended_as <> 'resolved' THEN ended_as"
"""Of a case that ended without a solution: cancelled, merged, rejected."""

REQUESTER = "requester"
"""Value of the column `role` on what the person served did."""


def among(activities: Collection[str]) -> str:
    """`activity IN (...)`."""
    return f"activity IN ({', '.join(text(activity) for activity in activities)})"


def staff(columns: Collection[str]) -> str:
    """A condition on an event: somebody of the desk did it."""
    if "by_hand" in columns:
        return "by_hand"
    return f"human AND role IS DISTINCT FROM {text(REQUESTER)}" if "role" in columns else "human"


def public(columns: Collection[str]) -> str:
    """A condition on an event: the requester could see it."""
    return "visibility IS DISTINCT FROM 'internal'" if "visibility" in columns else "true"
