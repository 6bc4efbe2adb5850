"""The incident: triaged, routed, worked on by people, resolved, confirmed."""

from typing import cast

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.automations import fitting
    from definitions.case import Receipt
    from definitions.findings import Findings
    from definitions.rules.help import consent, exposed, first_answer, to_try, tried
    from definitions.rules.notices import Tell
    from definitions.rules.triage import asked, triage
    from definitions.runs import AutomationCall, StartCase
    from definitions.slices import IncidentDefinition
    from workflows.blocks.case import Case


@workflow.defn
class IncidentWorkflow(Case):
    """One incident, from its first contact to its end."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self._looked = False
        """Triage has found what there is to offer."""
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
        self._looked = True
        await self.remedy()
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
            self.write(*exposed(self.state, self.definition, found.offer))

    async def worded(self, message: Tell) -> Tell:
        """The first answer waits the milliseconds that triage takes, and carries what was found for the requester."""
        if message.template != "received" or self.state.help is None or not self.state.help.on:
            return message
        await workflow.wait_condition(lambda: self._looked)
        return first_answer(message, self.state)

    async def remedy(self) -> None:
        """Let an automation try to solve it before a person does, once the requester agrees where that is needed."""
        remedy = to_try(self.state, self.definition)
        if remedy is None:
            return
        if remedy.consent:
            await self.ask(consent(self.state, self.definition, workflow.now()))
            if to_try(self.state, self.definition) is None:
                return
        call = AutomationCall(
            automation=remedy.automation,
            case_id=self.state.id,
            inputs=dict.fromkeys(remedy.inputs, self.state.requester),
            step="remedy",
            consent_by=self.state.requester if remedy.consent else None,
        )
        result = await self.automate(call)
        self.write(*tried(remedy, result, self.state, self.definition, workflow.now()))

    def diagnose(self) -> None:
        """Let automations look while the case waits for a person; what each found is a fact on the case."""
        for key in fitting(self.definition.diagnoses, self.state.category):
            self.beside(self.automate(AutomationCall(automation=key, case_id=self.state.id)))

    def _clues(self) -> dict[str, object]:
        state, routing = self.state, asked(self.state, self.definition)
        return {
            "service": state.service,
            "category": state.category,
            "requester": state.requester,
            "title": state.title and state.title.id,
            "help": state.help is not None,
            "routing": routing and routing.model_dump(mode="json"),
        }
