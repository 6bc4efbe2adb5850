"""Overrides: somebody goes against what the engine proposed. The fact beside the act's own makes that countable."""

from pydantic import JsonValue

from definitions.acts import Act
from definitions.base import Key, OverrideReason
from definitions.facts import Draft


def overridden(act: Act, step: Key, reason: OverrideReason | None) -> tuple[Draft, ...]:
    """The fact that `step` was overridden, and why; none for None, which only acts carry from before it was asked.

    `step` names what the engine proposed or demanded: `routing`, `priority`, `finding`, `review`. The desk makes
    `NOT_GIVEN` of no reason, which counts too. Words stand on the act's own fact.
    """
    if reason is None:
        return ()
    fact: dict[str, JsonValue] = {"step": step, "reason": reason.value}
    return (Draft(type="overridden", actor=act.by, channel=act.channel, data=fact),)
