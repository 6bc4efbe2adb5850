"""What comes round by a schedule of the Temporal server, in the working hours of the desk."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.voice import AskRound
from definitions.organisation import Organisation
from office.errors import NotFound, Unreachable
from workflows.survey import SurveyWorkflow

SURVEYS = "jidoka-surveys"
BEGINS_WITHIN_S = 30.0

log = logging.getLogger("jidoka.schedules")


def of_surveys(organisation: Organisation, task_queue: str) -> Schedule:
    """Every hour from 8 to 17 on Monday to Friday where the desk is; a round that takes longer is not doubled."""
    working_hours = ScheduleCalendarSpec(
        minute=[ScheduleRange(10)],
        hour=[ScheduleRange(8, 17)],
        day_of_week=[ScheduleRange(1, 5)],
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(SurveyWorkflow.run, id=SURVEYS, task_queue=task_queue),
        spec=ScheduleSpec(calendars=[working_hours], time_zone_name=organisation.calendars[0].zone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=1)),
    )


async def ensure_surveys(client: Client, organisation: Organisation, task_queue: str) -> None:
    """The schedule as it should be: made, brought up to date, or gone where nothing is asked."""
    handle = client.get_schedule_handle(SURVEYS)
    try:
        if organisation.surveys:
            await _kept(client, handle, of_surveys(organisation, task_queue))
        else:
            await _gone(handle)
    except RPCError as error:
        # People are asked later then; cases are served all the same.
        log.warning("the schedule of surveys cannot be kept: %s", error.message)


async def _kept(client: Client, handle: ScheduleHandle, wanted: Schedule) -> None:
    try:
        await client.create_schedule(SURVEYS, wanted)
    except ScheduleAlreadyRunningError:
        # Whether somebody has paused it is theirs to say.
        def renewed(known: ScheduleUpdateInput) -> ScheduleUpdate:
            wanted.state = known.description.schedule.state
            return ScheduleUpdate(schedule=wanted)

        await handle.update(renewed)


async def run_surveys(client: Client) -> AskRound:
    """A round now, after one that is under way. Raises NotFound without a schedule, Unreachable without a worker."""
    handle = client.get_schedule_handle(SURVEYS)
    try:
        before = (await handle.describe()).info.num_actions
        await handle.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)
        async with asyncio.timeout(BEGINS_WITHIN_S):
            while (info := (await handle.describe()).info).num_actions <= before:
                await asyncio.sleep(0.1)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("nothing is asked here", "Define surveys; the worker makes their schedule.") from None
        raise Unreachable(
            f"Temporal says {error.status.name.lower()}: {error.message}", "Run `jidoka doctor`."
        ) from error
    except TimeoutError:
        raise Unreachable("the round before this one is still under way", "Try again when it is over.") from None
    begun = info.recent_actions[-1].action
    assert isinstance(begun, ScheduleActionExecutionStartWorkflow)
    run = client.get_workflow_handle(begun.workflow_id, run_id=begun.first_execution_run_id, result_type=AskRound)
    made: AskRound = await run.result()
    return made


async def _gone(handle: ScheduleHandle) -> None:
    try:
        await handle.delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
