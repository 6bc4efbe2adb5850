"""What people do to a problem and to incidents because of one, and the news that both have for each other."""

from typing import Annotated

from pydantic import Field, model_validator

from definitions.acts import Act, CaseId, News
from definitions.base import Instant, Key
from definitions.facts import TextRef

WatchDays = Annotated[int, Field(gt=0, le=366)]


class RecordKnownError(Act):
    """What is known: the cause, how to go on working meanwhile, the article that says it. What is left out stays."""

    text: TextRef | None = None
    """The cause."""
    workaround: TextRef | None = None
    article: Key | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordKnownError":
        if self.text is None and self.workaround is None and self.article is None:
            raise ValueError("say what is known: the cause, a workaround or an article")
        return self


class RuleOut(Act):
    """It is not this; with the reason, so that nobody looks there again."""

    text: TextRef


class ResolveProblem(Act):
    """The cause is gone; from here on it is watched whether the problem comes back."""

    text: TextRef
    article: Key | None = None
    watch_days: WatchDays | None = None
    """None: as the service says."""


class LinkIncident(Act):
    """This incident, which may have ended, comes from the problem."""

    incident: CaseId


class LinkProblem(Act):
    """The incident comes from this problem; where it was linked to another one, it is so no longer."""

    problem: CaseId


class UnlinkProblem(Act):
    """The incident comes from something else."""


class ShareWorkaround(Act):
    """Tell the requester of an incident how to go on working; the incident is linked to the problem with it."""

    problem: CaseId
    text: TextRef
    article: Key | None = None


class IncidentLinked(News):
    """An incident names us as its problem."""

    incident: str
    opened_at: Instant


class IncidentUnlinked(News):
    """An incident does so no longer."""

    incident: str


class ProblemLinked(News):
    """A problem counts us among its incidents."""

    problem: str


class WorkaroundFound(News):
    """How to go on working is known."""

    problem: str
    text: TextRef
    article: Key | None = None


class ProblemSolved(News):
    """The cause is gone."""

    problem: str
    text: TextRef | None = None


class Recurred(News):
    """An incident like those of the problem, which was held to be solved."""

    incident: str
