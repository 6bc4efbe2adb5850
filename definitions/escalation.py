"""Escalation: who is told when nobody answers or a target is in danger, and when."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from definitions.base import Definition, Instant, Key, Priority, Value
from definitions.sparse import Sparse
from definitions.targets import Clock


class EscalationStep(Sparse):
    """One page: what sets it off, how long after, and to whom."""

    key: Key
    on: Literal["unacknowledged", "warned", "breached"]
    clock: Clock | None = None
    """The target in danger; only for `warned` and `breached`."""
    after_s: Annotated[int, Field(ge=0)] = 0
    """Elapsed seconds after opening, the warning or the breach."""
    notify: Literal["assignee", "on_call", "lead", "manager"]
    priorities: tuple[Priority, ...] = ()
    """Empty means all."""
    via: tuple[Literal["mail", "webhook"], ...] = ("mail",)

    @model_validator(mode="after")
    def _rules(self) -> "EscalationStep":
        if self.on == "unacknowledged" and self.clock is not None:
            raise ValueError(f"escalation step {self.key}: unacknowledged looks at no target: leave clock out")
        if self.on != "unacknowledged" and self.clock is None:
            raise ValueError(f"escalation step {self.key}: say which clock must be {self.on}")
        if not self.via:
            raise ValueError(f"escalation step {self.key} pages over nothing: give mail, webhook or both in via")
        return self


class EscalationChain(Definition):
    """The steps of one chain; each is paged at most once per case."""

    title: str
    steps: tuple[EscalationStep, ...]

    @model_validator(mode="after")
    def _each_step_once(self) -> "EscalationChain":
        keys = [step.key for step in self.steps]
        if repeated := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"escalation chain {self.key} repeats {', '.join(repeated)}: give each step its own key")
        return self


class Due(Value):
    """A step and the instant from which it is due."""

    step: EscalationStep
    at: Instant


def steps_due(
    chain: EscalationChain,
    *,
    priority: Priority,
    opened_at: datetime,
    acknowledged_at: datetime | None,
    warned: Mapping[Clock, datetime],
    breached: Mapping[Clock, datetime],
    done: AbstractSet[str],
    now: datetime,
) -> tuple[Due, ...]:
    """What must be paged now, earliest first; steps that are `done` stay out."""
    planned = _planned(chain, priority, opened_at, acknowledged_at, warned, breached, done)
    return tuple(sorted((due for due in planned if due.at <= now), key=lambda due: due.at))


def next_due(
    chain: EscalationChain,
    *,
    priority: Priority,
    opened_at: datetime,
    acknowledged_at: datetime | None,
    warned: Mapping[Clock, datetime],
    breached: Mapping[Clock, datetime],
    done: AbstractSet[str],
) -> datetime | None:
    """When the earliest step not yet done is due, as things stand; it may lie in the past."""
    planned = _planned(chain, priority, opened_at, acknowledged_at, warned, breached, done)
    return min((due.at for due in planned), default=None)


def _planned(
    chain: EscalationChain,
    priority: Priority,
    opened_at: datetime,
    acknowledged_at: datetime | None,
    warned: Mapping[Clock, datetime],
    breached: Mapping[Clock, datetime],
    done: AbstractSet[str],
) -> Iterator[Due]:
    for step in chain.steps:
        if step.key in done or (step.priorities and priority not in step.priorities):
            continue
        base: datetime | None
        if step.on == "unacknowledged":
            # An acknowledged case needs nobody to be woken for it, even if the step was due before.
            base = opened_at if acknowledged_at is None else None
        elif step.clock is not None:
            base = (warned if step.on == "warned" else breached).get(step.clock)
        else:
            base = None
        if base is not None:
            # In UTC, because adding to a local time would count wall-clock seconds across a DST change.
            yield Due(step=step, at=base.astimezone(UTC) + timedelta(seconds=step.after_s))
