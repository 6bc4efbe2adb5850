"""Surveys: who is asked what, how often and by what chance, what an answer may be, and what follows from a bad one."""

import math
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from definitions.assignment import fraction
from definitions.base import Definition, Key, Value
from definitions.case import ENDED, CaseState, Stage

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""From here periods are counted; any instant would do."""
APART = timedelta(days=7)
"""So long nobody is asked anything after they were asked something."""
ASKED_WITHIN = timedelta(days=7)
"""Who is asked in turn is asked at the beginning of the turn: a new survey goes round, it does not go out at once."""
LOOK_BACK = timedelta(days=3)
"""Nobody is asked about a case that ended longer ago: a stack that was down does not ask about last month."""

EFFORT = (1, 7)
MOST_MINUTES = 60 * 24 * 30


class Also(StrEnum):
    """What may be asked beside the one question; nobody has to answer it."""

    EFFORT = "effort"
    """`It was made easy for me`, 1 (not at all) to 7 (very)."""
    MINUTES = "minutes"
    """Working time lost, as the person sees it."""
    WORDS = "words"


class Survey(Definition):
    """One question with a scale, asked of some people now and then."""

    title: str
    """The subject of the mail."""
    asks: Literal["requester", "assignee", "everybody"]
    """After a case, whom it served or who served; or everybody in turn, about the service as a whole."""
    question: str
    measures: Literal["csat", "overall", "nps", "happiness"]
    """The number that the answers make."""
    low: Annotated[int, Field(ge=0, le=1)] = 1
    high: Annotated[int, Field(ge=3, le=10)] = 5
    worst: str
    best: str
    """What the two ends of the scale mean."""
    also: tuple[Also, ...] = ()
    words: str = "What could we do better?"
    """The question that words answer."""
    every_days: Annotated[int, Field(ge=1, le=730)]
    """Nobody is asked the same twice within so many days."""
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Of the people, each period anew, by a keyed hash."""
    open_days: Annotated[int, Field(ge=1, le=90)] = 14
    """So long an answer is taken; until then the last word counts."""
    poor: int | None = None
    """An answer as low as this becomes a complaint, and somebody answers it."""
    services: tuple[Key, ...] = ()
    """Only after cases of these; empty means all."""

    @model_validator(mode="after")
    def _rules(self) -> "Survey":
        scale = {"csat": (1, 5), "overall": (1, 5), "nps": (0, 10), "happiness": (0, 10)}[self.measures]
        if (self.low, self.high) != scale:
            raise ValueError(f"survey {self.key}: {self.measures} goes from {scale[0]} to {scale[1]}: set low and high")
        if (self.measures == "overall") != (self.asks == "everybody"):
            raise ValueError(
                f"survey {self.key}: `overall` is asked of everybody and nothing else is: never mix the two"
            )
        if self.poor is not None and not self.low <= self.poor < self.high:
            raise ValueError(f"survey {self.key}: poor must lie from {self.low} to {self.high - 1}")
        return self

    @property
    def scale(self) -> range:
        """Every answer there is."""
        return range(self.low, self.high + 1)


class Answer(Value):
    """What somebody answered; only what was said is there."""

    score: int | None = None
    effort: Annotated[int, Field(ge=EFFORT[0], le=EFFORT[1])] | None = None
    minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] | None = None
    text: Annotated[str, Field(max_length=10_000)] | None = None

    @property
    def empty(self) -> bool:
        """Nothing was said."""
        return all(value is None for value in (self.score, self.effort, self.minutes)) and not (self.text or "").strip()


class Turn(NamedTuple):
    """Where a person stands in a survey's periods: each has their own beginning, so that answers come all the time."""

    number: int
    begins: datetime
    drawn: bool


def turn(survey: Survey, person: str, now: datetime, secret: bytes) -> Turn:
    """The period that `person` is in, and whether it is one in which they may be asked. Pure: the hash is keyed."""
    phase = fraction(person, f"survey/{survey.key}/phase", secret)
    number = math.floor((now - BEGIN) / timedelta(days=survey.every_days) - phase)
    drawn = fraction(f"{person}/{number}", f"survey/{survey.key}", secret) < survey.share
    return Turn(number, BEGIN + timedelta(days=survey.every_days) * (number + phase), drawn)


def asked_about(survey: Survey, state: CaseState) -> str | None:
    """Who is asked about this case, or None: a machine's, a merged or an unseen one says nothing of our service."""
    if (
        survey.asks == "everybody"
        or state.stage not in ENDED
        or (survey.services and state.service not in survey.services)
    ):
        return None
    unseen = state.stage is Stage.CANCELLED and state.acknowledged_at is None
    if state.requester is None or state.silent or state.channel == "alert" or state.merged_into or unseen:
        return None
    if survey.asks == "requester":
        return state.requester
    return state.assignee if state.human_acts and state.assignee != state.requester else None


COMPLAINT = re.compile(
    r"\b(complain|complaint|unacceptable|outrageous|disgrace|rude|unfriendly|ignored me|nobody (answered|called|cared)"
    r"|never (answered|called back|got an answer)|too slow|far too long|beschwer|unverschämt|inakzeptabel|frechheit"
    r"|still (not|no|doesn'?t|does not|fails?|broken|down)|not (yet )?(solved|fixed|working)"
    r"|(does not|doesn['’]?t) work|geht (immer )?noch nicht|nicht gelöst)",
    re.IGNORECASE,
)
"""Words that somebody should answer, whatever the score beside them."""


def complains(survey: Survey, answer: Answer) -> bool:
    """Whether somebody has to answer this."""
    poor = survey.poor is not None and answer.score is not None and answer.score <= survey.poor
    return poor or bool(answer.text and COMPLAINT.search(answer.text))


def mistakes(survey: Survey, answer: Answer) -> list[str]:
    """What is wrong with an answer, in words."""
    found = []
    if answer.empty:
        found.append(f"nothing was answered: give a number from {survey.low} to {survey.high}")
    if answer.score is not None and answer.score not in survey.scale:
        found.append(
            f"{answer.score} is not on the scale from {survey.low} ({survey.worst}) to {survey.high} ({survey.best})"
        )
    return found
