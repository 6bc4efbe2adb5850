"""One run of an automation that a person asked for: durable, on a worker, where its secrets and its servers are."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.runs import AutomationCall, AutomationResult
    from workflows.blocks import errands


@workflow.defn
class AutomationWorkflow:
    """Runs it once and answers with what it found or did; what it may do is settled around the automation itself."""

    @workflow.run
    async def run(self, call: AutomationCall) -> AutomationResult:
        """A failure is an answer too."""
        return await errands.automate(call, quick=False)
