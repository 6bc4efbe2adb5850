"""Takes down the runs of a house: history and journal of each."""

from collections.abc import AsyncIterator

from definitions.facts import Fact
from office.recorded import Golden
from tests.workflows.house import House
from workflows.incident import IncidentWorkflow


class Book:
    """What one story leaves behind."""

    def __init__(self) -> None:
        self.runs: list[Golden] = []

    async def keep(self, home: House, name: str, case_id: str, run_id: str | None = None) -> None:
        """The latest run of a case, or the given one and all that it went on as."""
        kept = [run async for run in _chain(home, case_id, run_id)]
        for number, run in enumerate(kept, 1):
            self.runs.append(run._replace(name=f"{name}-{number}" if len(kept) > 1 else name))


async def _chain(home: House, case_id: str, run_id: str | None) -> AsyncIterator[Golden]:
    while True:
        handle = home.env.client.get_workflow_handle_for(IncidentWorkflow.run, case_id, run_id=run_id)
        lines = await handle.query(IncidentWorkflow.journal_lines)
        history = await handle.fetch_history()
        yield Golden("", history, tuple(Fact.model_validate_json(line) for line in lines))
        again = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        if not again:
            return
        run_id = again
