"""What the retained runs remember: the journal of each case, put together over all of its runs."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError, RPCStatusCode

from definitions.base import Value
from definitions.facts import GENESIS, Fact
from records.values import CaseRow, Journal
from workflows.blocks.case import Case
from workflows.cases import LISTED

ASK_FOR = timedelta(seconds=20)
AT_ONCE = 4
"""Cases asked at the same time; each query may replay a run."""


class Unreadable(Value):
    """A run that could not say what it remembers."""

    case_id: str
    run_id: str
    reason: str


class Journals:
    """Asks every retained run of an incident; the runs that gave no answer are in `unreadable` afterwards."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.unreadable: list[Unreadable] = []

    async def __aiter__(self) -> AsyncIterator[Journal]:
        """One journal for each case. Raises RPCError while the server is away."""
        runs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        async for found in self._client.list_workflows(LISTED):
            runs[found.id].append((found.start_time.isoformat(), found.run_id))
        cases = sorted(runs)
        for start in range(0, len(cases), AT_ONCE):
            part = cases[start : start + AT_ONCE]
            read = await asyncio.gather(*(self._case(case, [run for _, run in sorted(runs[case])]) for case in part))
            for journal in read:
                if journal is not None:
                    yield journal

    async def _case(self, case_id: str, run_ids: Sequence[str]) -> Journal | None:
        """The chain that ends with the latest run's last fact: what a reset left behind is no part of it."""
        by_hash: dict[str, Fact] = {}
        last: Fact | None = None
        row: CaseRow | None = None
        for run_id in run_ids:
            facts, its_row = await self._run(case_id, run_id)
            by_hash |= {fact.hash: fact for fact in facts}
            last, row = (facts[-1] if facts else last), (its_row or row)
        chain: list[Fact] = []
        while last is not None:
            chain.append(last)
            last = by_hash.get(last.prev_hash) if last.prev_hash != GENESIS else None
        return Journal(case_id=case_id, facts=tuple(reversed(chain)), row=row) if chain else None

    async def _run(self, case_id: str, run_id: str) -> tuple[list[Fact], CaseRow | None]:
        handle = self._client.get_workflow_handle(case_id, run_id=run_id)
        try:
            lines = await handle.query(Case.journal_lines, rpc_timeout=ASK_FOR)
            row = await handle.query(Case.row, rpc_timeout=ASK_FOR)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as failed:
            self._cannot(case_id, run_id, str(failed))
            return [], None
        except RPCError as error:
            if error.status is RPCStatusCode.UNAVAILABLE:
                raise
            self._cannot(case_id, run_id, f"{error.status.name.lower()}: {error.message}")
            return [], None
        return [Fact.model_validate_json(line) for line in lines], row

    def _cannot(self, case_id: str, run_id: str, reason: str) -> None:
        self.unreadable.append(Unreadable(case_id=case_id, run_id=run_id, reason=reason[:300]))
