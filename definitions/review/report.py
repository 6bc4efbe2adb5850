"""The report of a review: the same bytes from the same facts, whoever asks and whenever."""

from collections.abc import Mapping, Sequence

from definitions.base import Instant, Key, Value
from definitions.case import CaseState
from definitions.facts import Fact, TextRef
from definitions.review.course import Course, course
from definitions.review.rules import of
from definitions.review.state import FindingKind
from definitions.review.timeline import Entry, Names, timeline

ERASED = "(erased)"


class ReportedFinding(Value):
    """One finding with its words."""

    kind: FindingKind
    text: str


class ReportedAction(Value):
    """One action with its words, and what became of it."""

    id: str
    text: str
    owner: str
    due: Instant
    watches: str
    """The class of cases that would be a recurrence: `vpn/outage`."""
    watch_days: int
    state: str
    watched_until: Instant | None
    recurred: int


class Report(Value):
    """Everything of it; `as_of` is the last fact it knows of, so that nothing in it depends on when it is asked for."""

    id: str
    case: str
    service: Key
    category: Key | None
    priority: str
    major: bool
    why: str
    state: str
    zone: str
    as_of: Instant
    course: Course
    timeline: tuple[Entry, ...]
    findings: tuple[ReportedFinding, ...]
    actions: tuple[ReportedAction, ...]
    conclusion: str | None
    """The words it was concluded or called off with."""


def report(
    review: CaseState,
    zone: str,
    facts: Sequence[Fact],
    case_facts: Sequence[Fact],
    texts: Mapping[str, str],
    names: Names,
    owners: Names,
) -> Report:
    """Of the review's state and facts, and the facts of the case.

    `texts` by id; `names` of those who had a part in the case, as `timeline.roles` gives them; `owners` of actions.
    """
    own = of(review)
    latest = _latest(case_facts)
    ended = [fact for fact in facts if fact.type in ("resolved", "cancelled")][-1:]
    said = ended[0].data.get("text") if ended else None
    return Report(
        id=review.id,
        case=own.case,
        service=str(latest["service"]),
        category=None if latest["category"] is None else str(latest["category"]),
        priority=str(latest["priority"]),
        major=any(fact.type == "major_declared" for fact in case_facts),
        why=own.why,
        state=review.stage.value,
        zone=zone,
        as_of=max(fact.at for fact in (*facts, *case_facts)),
        course=course(case_facts, names),
        timeline=timeline(case_facts, names),
        findings=tuple(ReportedFinding(kind=each.kind, text=texts.get(each.text.id, ERASED)) for each in own.findings),
        actions=tuple(
            ReportedAction(
                id=each.id,
                text=texts.get(each.title.id, ERASED),
                owner=owners.get(each.owner, each.owner),
                due=each.due,
                watches=f"{each.service}/{each.category}" if each.category else each.service,
                watch_days=each.watch_days,
                state=each.state,
                watched_until=each.watched_until,
                recurred=each.recurred,
            )
            for each in own.actions
        ),
        conclusion=texts.get(TextRef.model_validate(said).id, ERASED) if isinstance(said, dict) else None,
    )


def texts_of(review: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The ids of the words that a report needs."""
    own = of(review)
    ended = [fact.data.get("text") for fact in facts if fact.type in ("resolved", "cancelled")]
    said = [str(text["id"]) for text in ended if isinstance(text, dict)]
    return [*(each.text.id for each in own.findings), *(each.title.id for each in own.actions), *said]


def _latest(facts: Sequence[Fact]) -> dict[str, object]:
    """Service, category and priority as they were last."""
    known: dict[str, object] = {}
    for fact in facts:
        if fact.type in ("opened", "redefined", "prioritised"):
            known |= {name: fact.data[name] for name in ("service", "category", "priority") if name in fact.data}
    return known
