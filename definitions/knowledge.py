"""An article: what people asked and what helped, in versions; and the rules for what may become of it."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from definitions.base import Instant, Key, Value

HEADINGS = ("Problem", "Environment", "Answer", "Cause")
"""The parts of an article, in the order in which they are read; in a file each is a heading of level 2."""
REVIEW_AFTER = timedelta(days=365)
"""How long a published article is taken to be right before its owner is asked."""


def _tidy(text: str) -> str:
    """One way of writing, so that a file and what was read from it are the same: no carriage returns, no odd ends."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for line in lines:
        if line in (f"## {heading}" for heading in HEADINGS):
            raise ValueError(f"the line {line!r} begins a part of the article: use a heading of level 3")
    if "\x00" in text:
        raise ValueError("it holds a NUL character: take it out")
    return "\n".join(lines).strip("\n")


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it must be one line of visible characters")
    return text


Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_tidy)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160), AfterValidator(_one_line)]


class Audience(StrEnum):
    """For whom an article is."""

    PUBLIC = "public"
    """Everybody who may ask for help."""
    STAFF = "staff"
    TEAM = "team"
    """The team that owns it."""


class ArticleState(StrEnum):
    """How far the newest version has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class Content(Value):
    """What one version says, and for whom."""

    title: Line
    problem: Words
    """In the words of whoever had it: these are the words the next one searches with."""
    environment: Words = ""
    answer: Words = ""
    cause: Words = ""
    service: Key
    category: Key | None = None
    audience: Audience = Audience.STAFF
    team: Key
    owner: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Who is asked whether it is still right."""
    expires: date | None = None
    """From this day on it is not shown to readers."""

    @model_validator(mode="after")
    def _a_problem(self) -> "Content":
        if not self.problem:
            raise ValueError("say the problem, in the words of whoever had it")
        return self


class Article(Value):
    """Where an article stands. Readers see version `live`; `newest` may be ahead of it."""

    key: Key
    state: ArticleState
    newest: Annotated[int, Field(ge=1)]
    live: int | None
    review_on: date | None
    authors: tuple[str, ...]
    """Who wrote what readers have not seen yet: the versions after `live`."""


class Version(Value):
    """One version: what was written, by whom, when and why."""

    number: int
    author: str
    at: Instant
    why: str
    content: Content


class Step(StrEnum):
    """What can be done to an article as it stands; a new version comes with its content."""

    EDIT = "edit"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETIRE = "retire"
    REVIEW = "review"


class FlagKind(StrEnum):
    """What a reader finds wrong with an article."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"


class Refused(Exception):
    """The article, as it stands, does not take this step; the text says why, `hint` what would help."""

    code = "refused"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def decide(
    step: Step, article: Article, content: Content, by: str, today: date, *, review_on: date | None = None
) -> Article:
    """The article after the step; `content` is its newest version. Raises Refused.

    Two people stand behind whatever readers see: nobody approves what they wrote themselves, whatever their roles.
    """
    key, state = article.key, article.state
    match step:
        case Step.EDIT:
            authors = tuple(dict.fromkeys((*article.authors, by)))
            return _with(article, state=ArticleState.DRAFT, newest=article.newest + 1, authors=authors)
        case Step.APPROVE:
            if state is not ArticleState.DRAFT:
                raise Refused(f"{key} is {state}: only a draft can be approved", f"See `jidoka knowledge show {key}`.")
            if by in article.authors:
                raise Refused(f"{by} wrote {key}: nobody approves their own article", "Ask a colleague to read it.")
            if not content.answer:
                raise Refused(f"{key} has no answer yet", f"Write it: `jidoka knowledge edit {key} --answer ...`.")
            return _with(article, state=ArticleState.APPROVED)
        case Step.PUBLISH:
            if state is not ArticleState.APPROVED:
                hint = f"Approve it first: `jidoka knowledge approve {key}`." if state is ArticleState.DRAFT else ""
                raise Refused(f"{key} is {state}: only what is approved can be published", hint)
            if content.expires is not None and content.expires <= today:
                raise Refused(f"{key} expired on {content.expires}", "Give it a later day with `edit --expires`.")
            until = _later(review_on or today + REVIEW_AFTER, today)
            return _with(article, state=ArticleState.PUBLISHED, live=article.newest, review_on=until, authors=())
        case Step.RETIRE:
            if state is ArticleState.RETIRED:
                raise Refused(f"{key} is retired already")
            return _with(article, state=ArticleState.RETIRED, live=None, review_on=None)
        case Step.REVIEW:
            if article.live is None:
                raise Refused(f"readers do not see {key}: there is nothing to review", "Publish it first.")
            return _with(article, review_on=_later(review_on or today + REVIEW_AFTER, today))


def _later(day: date, today: date) -> date:
    if day <= today:
        raise Refused(f"{day} is not in the future: the next review cannot be then")
    return day


def _with(article: Article, **fields: object) -> Article:
    return article.model_copy(update=fields)
