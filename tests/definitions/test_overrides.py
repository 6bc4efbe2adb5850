"""Whoever goes against what the engine proposed leaves a fact that can be counted."""

from datetime import UTC, datetime

import pytest

from definitions import acts
from definitions.base import Level, OverrideReason
from definitions.case import CaseState
from definitions.example import organisation
from definitions.facts import chained
from definitions.kinds import decide, evolve
from definitions.rules.overrides import overridden

NOW = datetime(2026, 3, 23, 9, tzinfo=UTC)
VPN = organisation.incident("vpn")


def priority(reason: OverrideReason | None) -> acts.SetPriority:
    return acts.SetPriority(by="jay", impact=Level.HIGH, urgency=Level.MEDIUM, reason=reason)


@pytest.mark.parametrize("reason", list(OverrideReason))
def test_another_priority_says_what_was_overridden_and_why(reason: OverrideReason) -> None:
    facts = decide(priority(reason), CaseState(id="INC-0000"), VPN, NOW)

    assert [fact.type for fact in facts] == ["prioritised", "overridden"]
    assert (facts[1].actor, facts[1].data) == ("jay", {"step": "priority", "reason": reason.value})


def test_an_act_from_before_reasons_were_asked_leads_to_the_facts_it_led_to_then() -> None:
    facts = decide(priority(None), CaseState(id="INC-0000"), VPN, NOW)

    assert [fact.type for fact in facts] == ["prioritised"]


def test_an_override_changes_nothing_on_the_case() -> None:
    state = CaseState(id="INC-0000", step_since=NOW, stage_since=NOW)
    (draft,) = overridden(priority(None), "routing", OverrideReason.KNOWS_MORE)

    after = evolve(state, chained(draft, case_id=state.id, seq=1, step=state.step, at=NOW, prev_hash=state.last_hash))

    assert after.model_dump(exclude={"seq", "last_hash"}) == state.model_dump(exclude={"seq", "last_hash"})
