"""The journal of a run: how its case unfolds, and what of it the records have.

Deterministic and without awaits, so that an update's facts, state and answer belong together.
"""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import CaseState, Receipt
    from definitions.facts import Fact
    from definitions.kinds import tasks_of
    from definitions.rules.deadlines import Outlook
    from definitions.slices import CaseDefinition
    from definitions.unfolding import Unfolding
    from records.values import CaseRow
    from workflows.blocks.meters import count


class Journal(Unfolding):
    """Facts go in through `write`; what is stored is taken away by `stored`."""

    def __init__(self, state: CaseState, definition: CaseDefinition) -> None:
        super().__init__(state, definition)
        self.unstored: list[Fact] = []
        self.lines: list[str] = []
        """Every fact of this run as JSON: small in memory, and all that a rebuild needs."""
        self._written: tuple[datetime, Outlook, int] | None = None
        """When, with what outlook, and with how much settled this run wrote its case row last."""
        self._settled = state.seq
        self._task = 0

    @property
    def settled(self) -> int:
        """The last fact made before the workflow task that is under way: the history has it, whoever dies now."""
        return self._settled if self._task == _task() else self.state.seq

    def keep(self, fact: Fact, before: CaseState) -> None:
        """For the records, for a rebuild and for the meters."""
        if self._task != (task := _task()):
            self._settled, self._task = before.seq, task
        self.unstored.append(fact)
        self.lines.append(fact.model_dump_json(exclude_defaults=True))
        count(fact, before, self.state)

    def stored(self, number: int, row: CaseRow, outlook: Outlook) -> None:
        """The first `number` facts are in the records, and with them this row, made with this outlook."""
        del self.unstored[:number]
        self._written = (row.updated_at, outlook, row.settled or 0)

    @property
    def stored_row(self) -> CaseRow | None:
        """The case row as this run wrote it last, while no fact has come since; None before the first write."""
        if self._written is None:
            return None
        now, outlook, settled = self._written
        # Made again from the state, which is the same: to keep it would double what an open case takes.
        return self._row(now, outlook, settled)

    def receipt(self) -> Receipt:
        """The short answer to an act."""
        state = self.state
        return Receipt(
            id=state.id,
            seq=state.seq,
            state=state.stage,
            priority=state.priority,
            team=state.team,
            assignee=state.assignee,
            due_at=self.outlook.due_at,
        )

    def row(self, now: datetime) -> CaseRow:
        """The case as lists and counts see it."""
        return self._row(now, self.outlook, self.settled)

    def _row(self, now: datetime, outlook: Outlook, settled: int) -> CaseRow:
        state = self.state
        touch, wait = state.seconds()
        return CaseRow(
            id=state.id,
            kind=state.kind,
            state=state.stage.value,
            stage=state.step,
            priority=state.priority,
            service=state.service,
            category=state.category,
            team=state.team,
            assignee=state.assignee,
            requester=state.requester,
            channel=state.channel,
            title=state.title,
            opened_at=state.opened_at or now,
            resolved_at=state.resolved_at,
            closed_at=state.closed_at,
            # As the last fact about it says; hashing the definition for each write cost a quarter of a run's time.
            definition_version=state.definition_version or self.definition.version,
            arm=state.arm,
            parent=state.parent,
            merged_into=state.merged_into,
            major=state.major,
            touch_s=touch,
            wait_s=wait,
            touchless=state.human_acts == 0,
            human_acts=state.human_acts,
            due_at=outlook.due_at,
            next_step=outlook.waits_for or None,
            seq=state.seq,
            settled=settled,
            updated_at=now,
            state_json=state.model_dump(mode="json"),
            tasks=tasks_of(state),
        )


def _task() -> int:
    """Names the workflow task under way; the same when it is replayed."""
    return workflow.info().get_current_history_length()
