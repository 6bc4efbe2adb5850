"""A round of surveys, started by a schedule: people are asked in working hours, never two rounds at once."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.voice import AskRound, VoiceActivities

TRY_FOR = timedelta(hours=12)
"""A mail server that is away longer is asked again by the next round."""


@workflow.defn
class SurveyWorkflow:
    """Asks whoever is due."""

    @workflow.run
    async def run(self) -> AskRound:
        """How many were drawn, asked, and left out."""
        return await workflow.execute_activity_method(
            VoiceActivities.ask,
            schedule_to_close_timeout=TRY_FOR,
            start_to_close_timeout=timedelta(minutes=30),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=10), maximum_attempts=0
            ),
            summary="ask people how it went",
        )
