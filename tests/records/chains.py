"""Facts and rows for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from definitions.base import Priority
from definitions.facts import GENESIS, Draft, Fact, chained
from records.values import CaseRow, Flush

OPENED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def chain(case_id: str, length: int, *, after: Fact | None = None, word: str = "comment") -> list[Fact]:
    """Facts of one case that follow each other, from the first or from the one after `after`."""
    facts: list[Fact] = []
    for _ in range(length):
        last = facts[-1] if facts else after
        seq = last.seq + 1 if last else 1
        facts.append(
            chained(
                Draft(type=word, actor="sam", step="triage", channel="mail", data={"n": seq, "share": 1e16}),
                case_id=case_id,
                seq=seq,
                step="intake",
                at=OPENED + timedelta(seconds=seq, microseconds=1),
                prev_hash=last.hash if last else GENESIS,
            )
        )
    return facts


def row(case_id: str, seq: int, **changes: Any) -> CaseRow:
    """A case row that reflects fact `seq`."""
    values: dict[str, Any] = {
        "id": case_id, "kind": "incident", "state": "open", "stage": "triage", "priority": Priority.P3,
        "service": "vpn", "team": "network", "requester": "p-ann", "opened_at": OPENED, "definition_version": "abc",
        "seq": seq, "updated_at": OPENED, "state_json": {"notes": [1, 2.5, None]},
    }  # fmt: skip
    return CaseRow(**values | changes)


def flush(facts: list[Fact], **changes: Any) -> Flush:
    """Facts together with the row they lead to."""
    return Flush(case_id=facts[0].case_id, facts=tuple(facts), row=row(facts[0].case_id, facts[-1].seq, **changes))
