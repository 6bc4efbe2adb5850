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
FEEDBACK = "feedback"
FEEDBACK_ANSWERED = "feedback_answered"
FEEDBACK_ACTED_ON = "feedback_acted_on"
AUTOMATED = "automated"
"""An automation was at work on the case; `ended_at` is when it was done.

`outcome` is `ok` or `done` where it did what it should, and anything else where it did nothing for the case: `nothing`
to do, `refused`, `failed`, `unknown`. Without one it counts as done.
"""
SELF_SERVICE = "self_service"
"""The person used an article, a form or a bot before asking anybody."""
FOUND = "self_service_found"
"""... and found what was needed."""
HELP = "help"
"""Help came to be shown; `arm` is `shown` or `held_out`."""
OVERRIDDEN = "overridden"

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
