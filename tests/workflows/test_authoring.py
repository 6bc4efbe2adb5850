"""The words an author writes a process with: step, promise, ask, automate, tell, until."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions import acts
    from definitions.base import StepKind
    from definitions.case import Question, Receipt, Stage
    from definitions.facts import Draft
    from definitions.rules.notices import Tell
    from definitions.rules.opening import opening
    from definitions.runs import AutomationCall, StartCase
    from office.errors import ActRefused
    from tests.workflows.house import house
    from workflows.blocks.case import Case


@workflow.defn(name="IncidentWorkflow")
class Rehearsal(Case):
    """A process made of every word."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        assert start.opening is not None
        self.journal.write(opening(start.opening, start.definition), workflow.now(), start.opening.at)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """The block runs it."""
        return await self.live()

    async def process(self) -> None:
        """Everything once."""
        now = workflow.now()
        async with self.step("triage", StepKind.NECESSARY):
            found = await self.automate(AutomationCall(automation="nobody-wrote-this", case_id=self.state.id))
        self.promise("rita", "update", now + timedelta(hours=1))
        self.tell(Tell(template="major_declared", to="rita"))
        colour = await self.ask(
            Question(
                key="colour",
                to="network",
                options=("red", "green"),
                remind_at=now + timedelta(hours=1),
                due_at=now + timedelta(hours=2),
            )
        )
        size = await self.ask(Question(key="size", to="network", due_at=workflow.now() + timedelta(hours=1)))
        said = f"{found.outcome}, {colour}, {size}"
        self.write(Draft(type="closed", actor="jidoka", step="end", data={"outcome": said}))
        assert self.state.stage is Stage.CLOSED


async def test_every_word_of_an_author_becomes_facts_by_itself(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, workflows=[Rehearsal]) as home:
        home.replay_at_end = False
        case = await home.open()
        await home.pass_time(minutes=5)

        with pytest.raises(ActRefused, match="say one of red, green"):
            await home.act(case, acts.Answer(by="jay", question="colour", value="blue"))
        await home.act(case, acts.Answer(by="jay", question="colour", value="red"))
        with pytest.raises(ActRefused, match="jay said 'red'"):
            await home.act(case, acts.Answer(by="kim", question="colour", value="green"))
        await home.pass_time(hours=2)
        await home.ends(case)

        shown = await home.show(case)
        types = [event["type"] for event in shown["events"]]
        assert shown["outcome"] == "failed, red, None"
        assert types.count("asked") == 2
        assert "lapsed" in types
        assert "automated" in types
        assert ("major_declared", "rita") in home.sent(case)
        assert [p["state"] for p in shown["promises"] if p["what"] == "update"] == ["broken", "withdrawn"]
