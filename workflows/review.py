"""The post-incident review: held by the lead, its actions watched for months until silence proves them."""

from datetime import timedelta
from typing import cast

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.reviews import Look, ReviewActivities
    from definitions.case import Receipt
    from definitions.review.definition import ReviewDefinition
    from definitions.review.rules import of
    from definitions.review.watching import looked, next_look, watches
    from definitions.runs import StartCase
    from workflows.blocks.case import Case

LOOK_FOR = timedelta(minutes=1)
UNTIL_THERE = RetryPolicy(maximum_interval=timedelta(minutes=10), maximum_attempts=0)
"""An action is proven by silence, never by records that could not be asked."""


@workflow.defn
class ReviewWorkflow(Case):
    """One review, until it is concluded and each of its actions is proven or dropped."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @property
    def definition(self) -> ReviewDefinition:
        """The slice in force."""
        return cast(ReviewDefinition, self.journal.definition)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the review has ended; answers with its last receipt."""
        return await self.live()

    async def process(self) -> None:
        """Looks whenever a look is due; all else follows from what people do and from time."""
        while True:
            await self.until(lambda: self.state.ended or self._look_is_due())
            if self.state.ended:
                return
            await self.look()

    async def look(self) -> None:
        """Ask the records whether it came again."""
        asked = watches(self.state)
        found = await workflow.execute_activity_method(
            ReviewActivities.look,
            Look(review=self.state.id, case=of(self.state).case, watches=asked),
            start_to_close_timeout=LOOK_FOR,
            retry_policy=UNTIL_THERE,
            summary="look whether it came again",
        )
        if not self.state.ended:
            self.write(*looked(self.state, self.definition, workflow.now(), asked, found))

    def _look_is_due(self) -> bool:
        at = next_look(self.state)
        return at is not None and at <= workflow.now()
