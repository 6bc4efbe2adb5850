"""The incident: triaged, routed, worked on by people, resolved, confirmed."""

from typing import cast

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.automations import fitting
    from definitions.case import Receipt
    from definitions.findings import Findings
    from definitions.rules.ending import reopening
    from definitions.rules.opening import triage
    from definitions.runs import AutomationCall, StartCase
    from definitions.slices import IncidentDefinition
    from workflows.blocks.case import Case


@workflow.defn
class IncidentWorkflow(Case):
    """One incident, from its first contact to its end."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @property
    def definition(self) -> IncidentDefinition:
        """The slice in force."""
        return cast(IncidentDefinition, self.journal.definition)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the case has ended; answers with its last receipt."""
        return await self.live()

    async def process(self) -> None:
        """What the engine does by itself; all else follows from what people do and from time."""
        if self.state.team is None:
            await self.triage()
            self.diagnose()
        await self.until(lambda: self.state.ended)

    async def triage(self) -> None:
        """Look for cases about the same thing, set the priority, find the team."""
        async with self.step("triage"):
            # The name is older than all that is looked up by it now; histories carry it.
            looked = await self.automate(
                AutomationCall(automation="find-duplicates", case_id=self.state.id, inputs=self._clues()), quick=True
            )
            found = Findings.model_validate(looked.data)
            # Somebody may have given it to a team in the meantime.
            if self.state.team is None and not self.state.ended:
                self.write(*triage(self.state, self.definition, found))

    def diagnose(self) -> None:
        """Let automations look while the case waits for a person; what each found is a fact on the case."""
        for key in fitting(self.definition.diagnoses, self.state.category):
            self.beside(self.automate(AutomationCall(automation=key, case_id=self.state.id)))

    def _clues(self) -> dict[str, object]:
        state = self.state
        return {"service": state.service, "requester": state.requester, "title": state.title and state.title.id}
