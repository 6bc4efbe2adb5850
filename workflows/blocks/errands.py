"""What a case has done in the world: messages, pages, news for other cases, automations; and how that comes back."""

from datetime import timedelta
from typing import TypedDict

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from pydantic import JsonValue

    from activities.automations import AutomationActivities
    from activities.channels import ChannelActivities
    from activities.reviews import OpenReview, ReviewActivities
    from definitions.acts import Absorbed, MergeRefused, wire_name
    from definitions.case import SYSTEM
    from definitions.facts import Draft, Visibility
    from definitions.kinds import decide
    from definitions.rules.ending import heard_of
    from definitions.rules.notices import Command, Convene, Notify, Page, Tell
    from definitions.runs import AutomationCall, AutomationResult, PageMessage, Sent, TellMessage
    from workflows.blocks.journal import Journal

SEND_FOR = timedelta(days=2)
"""How long an outside system may be away before a message counts as failed."""
RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10), maximum_attempts=0)
TRY = timedelta(minutes=5)
"""Longer than the slowest mail server takes: a second attempt must not begin while the first is still sending."""
NOTICED = timedelta(seconds=10)
"""How long after its last sign of life a worker counts as dead, and another one goes on with the message."""
QUICK = timedelta(seconds=5)
"""How long a new case waits for what is looked up about it; then the rules decide by themselves."""


class Patience(TypedDict):
    """How long and how often a sending is tried."""

    schedule_to_close_timeout: timedelta
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


PATIENCE: Patience = {
    "schedule_to_close_timeout": SEND_FOR,
    "start_to_close_timeout": TRY,
    "heartbeat_timeout": NOTICED,
    "retry_policy": RETRY,
}


async def carry_out(command: Command, journal: Journal) -> list[Draft]:
    """Do what a fact led to; the facts say what became of it."""
    match command:
        case Tell():
            told = await tell(command, journal)
            return [*told, *heard_of(command.template, told, journal.state)]
        case Page():
            return await page(command, journal)
        case Convene():
            return await convene(command, journal)
        case Notify():
            return _unheard(command, await notify(command), journal)


async def tell(command: Tell, journal: Journal) -> list[Draft]:
    """Send one message; the facts say to whom it went and what became of it."""
    state = journal.state
    promise = command.promise
    message = TellMessage(
        case_id=state.id,
        template=command.template,
        to=command.to,
        by=command.by,
        service=state.service,
        priority=state.priority,
        at=workflow.now(),
        title=state.title,
        text=command.text,
        promise=promise.what if promise else None,
        promise_by=promise.due if promise else None,
        until=command.until,
        due_at=journal.outlook.due_at,
        reason=command.reason,
        team=state.team,
        channel=state.channel,
        task=command.task,
        lines=command.lines,
        line_texts=command.line_texts,
        articles=command.articles,
        remedy=command.remedy,
    )
    try:
        sent = await workflow.execute_activity_method(
            ChannelActivities.tell,
            message,
            **PATIENCE,
            summary=f"tell the requester: {command.template}",
        )
    except ActivityError as error:
        sent = [Sent(to=command.to, channel="email", outcome="failed", reason=_why(error))]
    visibility = Visibility.INTERNAL if command.internal else Visibility.PUBLIC
    return [_told("told", item, visibility, template=command.template) for item in sent]


async def page(command: Page, journal: Journal) -> list[Draft]:
    """Page whoever is responsible now; one page per step by its id, however often this is tried."""
    state = journal.state
    message = PageMessage(
        case_id=state.id,
        page=command.page,
        step=command.step,
        on=command.on,
        notify=command.notify,
        via=command.via,
        service=state.service,
        priority=state.priority,
        at=workflow.now(),
        team=command.team,
        assignee=command.assignee,
        title=state.title,
        due_at=journal.outlook.due_at,
    )
    try:
        sent = await workflow.execute_activity_method(
            ChannelActivities.page,
            message,
            **PATIENCE,
            summary=f"page {command.notify} ({command.step})",
        )
    except ActivityError as error:
        sent = [Sent(to=command.notify, channel="page", outcome="failed", reason=_why(error))]
    return [_told("paged", item, Visibility.INTERNAL, page=command.page, step=command.step) for item in sent]


def _told(type_: str, sent: Sent, visibility: Visibility, **more: JsonValue) -> Draft:
    data = sent.model_dump(mode="json", exclude={"channel"}) | more
    return Draft(type=type_, actor=SYSTEM, channel=sent.channel, visibility=visibility, data=data)


async def notify(command: Notify) -> str | None:
    """Send news to another case's run; the reason when it cannot hear, because it is over or never was."""
    name = wire_name(type(command.news))
    handle = workflow.get_external_workflow_handle(command.case_id)
    try:
        await handle.signal(name, command.news)
    except ApplicationError as error:
        return error.message
    return None


def _unheard(command: Notify, reason: str | None, journal: Journal) -> list[Draft]:
    if reason is None:
        return []
    name = wire_name(type(command.news))
    drafts = [Draft(type="unheard", actor=SYSTEM, data={"case": command.case_id, "news": name, "reason": reason})]
    if isinstance(command.news, Absorbed):
        refused = MergeRefused(target=command.case_id, reason="its run is over")
        drafts += decide(refused, journal.state, journal.definition, workflow.now())
    return drafts


async def convene(command: Convene, journal: Journal) -> list[Draft]:
    """Have the case reviewed; the fact names the review, once, for whatever reasons it was convened."""
    state = journal.state
    order = OpenReview(
        case=state.id,
        why=command.why,
        at=workflow.now(),
        service=state.service,
        category=state.category,
        team=state.team,
    )
    try:
        review = await workflow.execute_activity_method(
            ReviewActivities.open,
            order,
            schedule_to_close_timeout=SEND_FOR,
            start_to_close_timeout=TRY,
            retry_policy=RETRY,
            summary="have it reviewed",
        )
    except ActivityError as error:
        return [Draft(type="review_not_opened", actor=SYSTEM, data={"why": command.why, "reason": _why(error)})]
    if journal.state.reviewed is not None:
        return []
    return [Draft(type="review_opened", actor=SYSTEM, data={"review": review, "why": command.why})]


async def automate(call: AutomationCall, *, quick: bool) -> AutomationResult:
    """Run an automation; a failure is a result too, because a person takes over then."""
    try:
        if quick:
            return await workflow.execute_local_activity_method(
                AutomationActivities.run,
                call,
                schedule_to_close_timeout=QUICK,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        return await workflow.execute_activity_method(
            AutomationActivities.run,
            call,
            schedule_to_close_timeout=timedelta(minutes=30),
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=3),
            summary=f"automation {call.automation}",
        )
    except FailureError as error:  # a local activity's failure comes without its ActivityError
        if is_cancelled_exception(error):
            raise
        # Whose end nobody heard of may have had its effect.
        lost = not quick and isinstance(error.cause, TimeoutError)
        return AutomationResult(outcome="unknown" if lost else "failed", finding=_why(error))


def _why(error: FailureError) -> str:
    return str(error.cause or error)[:300]
