"""What people do to a review besides talking: note findings, give actions, see them through, conclude."""

from definitions.acts import Act, CaseId, News, Overriding, PersonKey
from definitions.base import Instant, Key
from definitions.facts import TextRef
from definitions.review.state import FindingKind, WatchDays, Why


class AddFinding(Act):
    """What was a cause, what contributed, what went well."""

    what: FindingKind
    text: TextRef


class AddAction(Act):
    """Something to be done by somebody, and what would show that it did not help."""

    text: TextRef
    """What is to be done."""
    owner: PersonKey
    due: Instant | None = None
    """None means as many working days from now as the review itself has."""
    watch_days: WatchDays | None = None
    """None means as the organisation has it."""
    service: Key
    category: Key | None = None


class ActionDone(Act):
    """It is done; from now on its class of cases is watched."""

    action: Key
    text: TextRef | None = None


class DropAction(Overriding):
    """It will not be done, and why."""

    action: Key
    text: TextRef


class Conclude(Overriding):
    """Nothing more is looked for; what is left are the actions. Without a finding it needs words that say why."""

    text: TextRef | None = None


class CallOff(Overriding):
    """No review is held, and why."""

    text: TextRef


class Reviewed(News):
    """To the case that a review is about."""

    review: CaseId
    why: Why
