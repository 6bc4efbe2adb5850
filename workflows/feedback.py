"""Feedback: it finds its owner, is answered, and stays open until something was done about it or is said why not."""

from typing import cast

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import Receipt
    from definitions.feedback.definition import FeedbackDefinition
    from definitions.feedback.rules import received
    from definitions.runs import StartCase
    from workflows.blocks.case import Case


@workflow.defn
class FeedbackWorkflow(Case):
    """One complaint, compliment or suggestion; it may take months."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @property
    def definition(self) -> FeedbackDefinition:
        """The slice in force."""
        return cast(FeedbackDefinition, self.journal.definition)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until it has ended; answers with its last receipt."""
        return await self.live()

    async def process(self) -> None:
        """It goes to its owner; all else follows from what people do and from time."""
        if self.state.team is None:
            self.write(*received(self.state, self.definition))
        await self.until(lambda: self.state.ended)
