"""Letters about a case that somebody at the desk sends to several people: each once, however often it is tried."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.channels import ChannelActivities
    from definitions.runs import Sent, TellMessage
    from workflows.blocks.errands import PATIENCE


@workflow.defn
class LettersWorkflow:
    """A run of its own, because a case that has ended has none."""

    @workflow.run
    async def run(self, messages: list[TellMessage]) -> list[Sent]:
        """What became of each, in their order."""
        answers = await asyncio.gather(*(_sent(message) for message in messages))
        return [sent for answer in answers for sent in answer]


async def _sent(message: TellMessage) -> list[Sent]:
    try:
        return await workflow.execute_activity_method(
            ChannelActivities.tell, message, **PATIENCE, summary=f"send {message.template}"
        )
    except ActivityError as error:
        return [Sent(to=message.to, channel="email", outcome="failed", reason=str(error.cause or error))]
