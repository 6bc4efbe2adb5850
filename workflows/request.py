"""The request: approved, fulfilled, confirmed; or taken back."""

from typing import cast

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import Receipt
    from definitions.catalogue import RequestDefinition
    from definitions.runs import StartCase
    from workflows.blocks.approval import approved
    from workflows.blocks.case import Case
    from workflows.blocks.fulfilment import fulfilled


@workflow.defn
class RequestWorkflow(Case):
    """One request for an item of the catalogue; the door has judged its form and who may ask for it."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @property
    def definition(self) -> RequestDefinition:
        """The slice in force."""
        return cast(RequestDefinition, self.journal.definition)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the request has ended; answers with its last receipt."""
        return await self.live()

    async def process(self) -> None:
        """Stage by stage, then task by task; the requester's yes, or the last step back, ends it."""
        self.write()  # what it waits for stands in the UI from the beginning
        if await approved(self, self.definition):
            await fulfilled(self)
