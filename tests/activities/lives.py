"""Incidents that were resolved, as journals in the records: routed by the rules, resolved by a team."""

from datetime import UTC, datetime, timedelta
from typing import Any

from definitions.facts import GENESIS, Draft, Fact, chained
from records.store import Store
from tests.records.chains import flush

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday."""


def life(
    number: int, resolver: str, person: str, *, first: str = "service-desk", learned: dict[str, Any] | None = None
) -> list[Fact]:
    """One about logging in to the VPN; an hour later than the one before."""
    at = BEGAN + timedelta(hours=number)
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("opened", "rita", "triage", {"service": "vpn", "category": "access", "requester": "rita", "priority": "P3"}),
        ("routed", "jidoka", "queue", {"team": first, "rule": "access", "why": "who may use it", "learned": learned}),
    ]
    if resolver != first:
        moved = {"team": resolver, "assignee": None, "from_team": first}
        steps.append(("handed_over", "sam", "handover", moved))
    steps += [
        ("started", person, "work", {"assignee": person}),
        ("resolved", person, "confirm", {"text": None, "article": None}),
        ("closed", "jidoka", "end", {"outcome": "confirmed"}),
    ]
    facts: list[Fact] = []
    for seq, (type_, actor, step, data) in enumerate(steps, 1):
        draft = Draft(type=type_, actor=actor, step=step, channel="email", data=data)
        before = facts[-1].hash if facts else GENESIS
        case = f"INC-l{number:05}"
        when = at + timedelta(minutes=5 * seq)
        facts.append(chained(draft, case_id=case, seq=seq, step=step, at=when, prev_hash=before))
    return facts


def many(store: Store, *of: tuple[str, str, int]) -> None:
    """Resolver, person and how many, one after the other."""
    number = 0
    for resolver, person, n in of:
        for _ in range(n):
            store.events.flush(flush(life(number, resolver, person), team=resolver, state="closed"))
            number += 1
