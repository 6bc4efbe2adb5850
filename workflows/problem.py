"""The problem: looked into by people, its known error recorded, solved, and watched until it is proven to be."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import Receipt
    from definitions.runs import StartCase
    from workflows.blocks.case import Case


@workflow.defn
class ProblemWorkflow(Case):
    """One problem, from the suspicion of a common cause to the proof that it is gone."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the case has ended; answers with its last receipt."""
        return await self.live()

    async def process(self) -> None:
        """All that happens follows from what people do, from news of its incidents and from time."""
        await self.until(lambda: self.state.ended)
