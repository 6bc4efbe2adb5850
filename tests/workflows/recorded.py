"""Cycles as the records have them, without their runs: for what only reads them."""

from typing import Any

from definitions.case import CaseState, Stage
from definitions.cycle.charter import Charter, Scope
from definitions.cycle.state import COURSE, CycleBrief, CycleState, Decided, Method
from records.cases import upsert_rows
from records.values import CaseRow
from tests.workflows.house import House


def recorded(
    home: House,
    key: str,
    *,
    accepted: bool | None = None,
    settled: bool = True,
    ended: bool = False,
    scope: Scope | None = None,
) -> str:
    """A cycle of the network team, led by dana, in its first phase; decided, carried out or over where that is said."""
    method: Method = "kaizen" if key.startswith("KZN") else "dmaic"
    now, before = home.desk.clock(), home.store.cases.get(key)
    charter = Charter(title=home.words("Calls"), lead="dana", owner="network", scope=scope or Scope())
    decided = Decided(accepted=accepted, by="dana", at=now) if accepted is not None else None
    cycle = CycleState(
        **dict(CycleBrief(charter=charter)), phase=COURSE[method][0], decided=decided,
        settling=None if settled or accepted is None else "accept" if accepted else "roll_back",
    )  # fmt: skip
    definition = home.desk.organisation.cycle(method, "network")
    state = CaseState(
        id=key, kind=method, service="vpn", opened_at=now, stage=Stage.CLOSED if ended else Stage.IN_PROGRESS,
        closed_at=now if ended else None, team="network", cycle=cycle, seq=before.seq + 1 if before else 1,
        definition_version=definition.version,
    )  # fmt: skip
    row: dict[str, Any] = {
        "id": key, "kind": method, "service": "vpn", "priority": "P3", "state": state.stage.value, "team": "network",
        "stage": state.stage.value, "opened_at": now, "closed_at": state.closed_at, "updated_at": now,
        "seq": state.seq, "definition_version": definition.version, "state_json": state.model_dump(mode="json"),
    }  # fmt: skip
    with home.store.db.write() as connection:
        upsert_rows(home.store.db, connection, [CaseRow.model_validate(row)])
    return key
