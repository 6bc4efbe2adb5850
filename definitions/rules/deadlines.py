"""What time brings: warnings, breaches, pages, reminders, broken promises; and when to look again.

Pure: `look(state, definition, now)` is asked after every fact and whenever the one timer of the run goes off.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from definitions.base import Value
from definitions.case import SYSTEM, WORKABLE, CaseState, Promise, Stage
from definitions.clock import Ledger, Position, TargetState, ledger, position
from definitions.escalation import EscalationChain, next_due, steps_due
from definitions.facts import Draft, Visibility
from definitions.rules.base import SOLVED, draft
from definitions.slices import CaseDefinition
from definitions.targets import Clock


class Outlook(Value):
    """What follows now, and the next instant at which something will follow by itself."""

    drafts: tuple[Draft, ...]
    next_at: datetime | None
    waits_for: str
    """What happens at `next_at`, in words for the timer's label."""
    due_at: datetime | None = None
    """When the next target is due: resolution, or response while nobody has answered."""


def look(
    state: CaseState,
    definition: CaseDefinition,
    now: datetime,
    *,
    due: Iterable[Draft] = (),
    ahead: Iterable[tuple[datetime, str]] = (),
) -> Outlook:
    """Facts that are due at `now`, else when to look again; `due` and `ahead` are what a kind of case adds."""
    standing = positions_of(state, definition, now)
    drafts = tuple(
        [*_targets(state, definition, standing, now), *_promises(state, now), *_pages(state, definition, now)]
        + [*_questions(state, now), *due]
    )
    if drafts or state.ended:
        return Outlook(drafts=drafts, next_at=None, waits_for="")
    coming = [(at, what) for at, what in (*_ahead(state, definition, standing), *ahead) if at > now]
    at, what = min(coming, default=(None, "nothing but people"), key=lambda item: item[0])
    dues = [
        stand.due_at
        for stand in standing.values()
        if stand.due_at is not None and stand.target.clock is not Clock.CUSTOMER and stand.state is TargetState.RUNNING
    ]
    return Outlook(drafts=(), next_at=at, waits_for=what, due_at=min(dues, default=None))


def positions_of(state: CaseState, definition: CaseDefinition, now: datetime) -> dict[str, Position]:
    """Where each target stands, by key; cheaper than its ledger."""
    return {
        target.key: position(state.marks, definition.calendar(target.calendar), target, now=now)
        for target in definition.targets
    }


def ledgers_of(state: CaseState, definition: CaseDefinition, now: datetime) -> dict[str, Ledger]:
    """The ledger of each target, by key."""
    return {
        target.key: ledger(state.marks, definition.calendar(target.calendar), target, now=now)
        for target in definition.targets
    }


def _targets(
    state: CaseState, definition: CaseDefinition, standing: dict[str, Position], now: datetime
) -> Iterator[Draft]:
    for target in definition.targets:
        stand = standing[target.key]
        if stand.state is TargetState.MET and target.key not in (*state.met, *state.breached):
            yield draft("target_met", SYSTEM, target=target.key, clock=target.clock.value)
        elif stand.breached_at is not None and target.key not in state.breached:
            yield draft(
                "target_breached",
                SYSTEM,
                target=target.key,
                clock=target.clock.value,
                breached_at=stand.breached_at.isoformat(),
            )
        elif stand.state is TargetState.RUNNING and stand.breached_at is None:
            for share in target.warn:
                at = stand.reaches(share)
                if at is not None and at <= now and f"{target.key}:{share}" not in state.warned:
                    yield draft("target_warned", SYSTEM, target=target.key, clock=target.clock.value, share=share)


def _promises(state: CaseState, now: datetime) -> Iterator[Draft]:
    for promise in state.promises:
        if promise.state == "open" and (end := _promise_end(promise, state, now)) is not None:
            yield draft(f"promise_{end}", SYSTEM, visibility=Visibility.PUBLIC, id=promise.id, what=promise.what)


def _promise_end(promise: Promise, state: CaseState, now: datetime) -> str | None:
    done = {"respond": state.responded_at, "resolve": state.resolved_at, "update": state.spoke_at}[promise.what]
    if done is not None and promise.what == "update" and done <= promise.made_at:
        done = None
    if done is not None:
        return "kept" if done <= promise.due else "broken"
    # We wait for the person we promised it to, or it is wanted no longer: the promise is off, not broken.
    if state.ended or state.stage is Stage.MERGED or state.step == "wait_requester":
        return "withdrawn"
    return "broken" if promise.due <= now else None


def _pages(state: CaseState, definition: CaseDefinition, now: datetime) -> Iterator[Draft]:
    # Before it has found its team there is nobody to page.
    if state.stage not in WORKABLE or state.queued_at is None or state.team is None or definition.chain is None:
        return
    due = steps_due(
        definition.chain,
        priority=state.priority,
        opened_at=state.queued_at,
        acknowledged_at=state.acknowledged_at,
        warned=_by_clock(state, definition, "warned"),
        breached=_by_clock(state, definition, "breached"),
        done=_paged(state, definition.chain),
        now=now,
    )
    for item in due:
        step = item.step
        yield Draft(
            type="escalated",
            actor=SYSTEM,
            data={
                "page": f"{step.key}@{state.round}",
                "step": step.key,
                "on": step.on,
                "notify": step.notify,
                "via": list(step.via),
                "due_at": item.at.isoformat(),
                "team": state.team,
            },
        )


def _by_clock(state: CaseState, definition: CaseDefinition, what: str) -> dict[Clock, datetime]:
    clocks = {target.key: target.clock for target in definition.targets}
    found: dict[Clock, datetime] = {}
    for key, at in (state.warned if what == "warned" else state.breached).items():
        clock = clocks.get(key.partition(":")[0])
        if clock is not None:
            found[clock] = min(at, found.get(clock, at))
    return found


def _paged(state: CaseState, chain: EscalationChain) -> frozenset[str]:
    """Steps not to page again. A hand over begins a new round for those that wait for an acknowledgement."""
    again = {step.key for step in chain.steps if step.on == "unacknowledged"}
    pages = [page.rpartition("@") for page in state.pages]
    return frozenset(key for key, _, number in pages if key not in again or int(number) == state.round)


def _questions(state: CaseState, now: datetime) -> list[Draft]:
    drafts = []
    for question in state.questions:
        if question.state != "open":
            continue
        if state.ended:
            drafts.append(draft("question_withdrawn", SYSTEM, key=question.key))
            continue
        if question.due_at <= now:
            drafts.append(draft("lapsed", SYSTEM, key=question.key))
            if question.key == SOLVED and state.stage is Stage.RESOLVED:
                outcome = "unasked" if question.unheard else "assumed"
                drafts.append(draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome=outcome))
        elif question.remind_at is not None and question.remind_at <= now and not question.reminded:
            drafts.append(draft("reminded", SYSTEM, visibility=Visibility.PUBLIC, key=question.key))
    return drafts


def _ahead(
    state: CaseState, definition: CaseDefinition, standing: dict[str, Position]
) -> Iterator[tuple[datetime, str]]:
    """Instants, in the past or to come, at which `look` would have something to say."""
    for target in definition.targets:
        stand = standing[target.key]
        if stand.state is not TargetState.RUNNING or stand.breached_at is not None:
            continue
        if stand.due_at is not None:
            yield stand.due_at, f"{target.title} is due"
        for share in target.warn:
            at = stand.reaches(share)
            if at is not None and f"{target.key}:{share}" not in state.warned:
                yield at, f"{share:.0%} of {target.title} is used up"
    for promise in state.promises:
        if promise.state == "open":
            yield promise.due, f"we promised to {promise.what} by then"
    for question in state.questions:
        if question.state == "open":
            if question.remind_at is not None and not question.reminded:
                yield question.remind_at, f"a reminder about {question.key!r}"
            yield question.due_at, f"{question.key!r} lapses without an answer"
    if state.stage in WORKABLE and state.queued_at is not None and definition.chain is not None:
        page = next_due(
            definition.chain,
            priority=state.priority,
            opened_at=state.queued_at,
            acknowledged_at=state.acknowledged_at,
            warned=_by_clock(state, definition, "warned"),
            breached=_by_clock(state, definition, "breached"),
            done=_paged(state, definition.chain),
        )
        if page is not None:
            yield page, "the next escalation step"
