"""Trials that a change of the standard would spoil: what they compare with would no longer be so."""

from collections.abc import Iterator, Sequence
from typing import Literal

from definitions.base import Value
from definitions.case import CaseState
from definitions.change import Change, ChangeRefused, rebased
from definitions.clashes import shared
from definitions.experiment import Experiment
from definitions.organisation import Organisation
from definitions.standards import Standard
from records.store import Store
from settings import Clock


class Hindered(Value):
    """One of them, and how."""

    kind: Literal["experiment", "cycle"]
    key: str
    why: str


class Trials:
    """Those of one installation."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def hindered(self, change: Change | None, becomes: Organisation, but: str | None = None) -> tuple[Hindered, ...]:
        """Experiments of other cycles that compare with what would no longer be so."""
        plans = [Experiment.model_validate(row.plan) for row in self._store.experiments.running()]
        found = []
        for plan in plans:
            if but is not None and plan.cycle == but:
                continue
            if change is not None and (both := shared(change, plan.change)) is not None:
                found.append(Hindered(kind="experiment", key=plan.key, why=f"it changes {both} as well"))
                continue
            try:
                rebased(plan.change, becomes, self._clock())
            except ChangeRefused as refused:
                why = f"its own change would not fit: {refused.message}"
                found.append(Hindered(kind="experiment", key=plan.key, why=why))
        return tuple(found)

    def undecided(self, history: Sequence[Standard], change: Change, but: str | None) -> Iterator[Hindered]:
        """Cycles of others whose change everybody has for a trial, and which compare before with after there."""
        for standard in history:
            if standard.cycle in (None, but) or (both := shared(standard.change, change)) is None:
                continue
            row = self._store.cases.get(str(standard.cycle))
            if row is None or row.closed_at is not None:
                continue
            cycle = CaseState.model_validate(row.state_json).cycle
            if cycle is not None and cycle.standard == standard.number and cycle.decided is None:
                yield Hindered(kind="cycle", key=row.id, why=f"it compares what {both} brought with the weeks before")
