"""A value stream: steps with what is known of them, what waits before each, and the totals of its ladder."""

import json
import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from definitions.base import Value
from measurement.values import BadData

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
DAY = 86400.0
Kind = TypeVar("Kind", bound=Value)


class Inventory(Value):
    """What waits at one place: so many pieces, or so many days. Days = pieces / daily demand (Little's law)."""

    pieces: Amount | None = None
    days: Amount | None = None
    reasons: tuple[str, ...] = ()
    """What it waits for, the longest first."""
    move: Literal["push", "pull", "fifo"] = "push"


class Step(Value):
    """One process box and its data box; only what is known is filled. Times in seconds."""

    name: Annotated[str, Field(min_length=1)]
    before: Inventory = Inventory()
    cycle_s: Amount | None = None
    """C/T: median of one stay in the step."""
    cycle_p85_s: Amount | None = None
    touch_s: Amount | None = None
    """Work for each case, the mean over all cases, repeated stays too; None: `cycle_s` times `share`."""
    unclassified_s: Amount = 0.0
    """Time for each case that may be work or waiting: the log does not say."""
    n: int | None = None
    """Cases that entered it."""
    share: Share = 1.0
    """Share of all cases that entered it."""
    people: Amount | None = None
    batch: Amount | None = None
    changeover_s: Amount | None = None
    uptime: Share | None = None
    first_pass_yield: Share | None = None
    complete_accurate: Share | None = None
    automated: Share | None = None
    """Share of the stays in which no person did anything."""

    @property
    def work_s(self) -> float:
        """Lower rung of the ladder."""
        return self.touch_s if self.touch_s is not None else (self.cycle_s or 0.0) * self.share


class Loop(Value):
    """Work that comes back: from one step to the same or an earlier one."""

    back_from: str
    back_to: str
    share: Share
    """Share of all cases."""
    seconds: Amount | None = None
    """What it costs each case, the mean over all cases."""


class Information(Value):
    """An arrow of the information flow: straight when people carry it, zig-zag when machines do."""

    start: Literal["requester", "customer", "control"]
    end: Literal["requester", "customer", "control", "steps"]
    label: str = ""
    electronic: bool = True


class ValueStream(Value):
    """A whole value stream, from a log or drawn by hand; `steps` from left to right."""

    title: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    after: Inventory = Inventory()
    """What waits behind the last step."""
    loops: tuple[Loop, ...] = ()
    information: tuple[Information, ...] = ()
    requester: str = "Requester"
    customer: str = "Customer"
    control: str = "Control"
    unit: str = "cases"
    demand_per_day: Annotated[float, Field(gt=0)] | None = None
    available_s_per_day: Annotated[float, Field(gt=0)] | None = None
    """Working time in one of the days that demand is counted in."""
    n: int | None = None
    period: str = ""
    clock: str = "elapsed, days of 24 h"
    notes: tuple[str, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def _fits(self) -> "ValueStream":
        names = [step.name for step in self.steps]
        if len(set(names)) < len(names):
            raise ValueError("two steps have the same name")
        for loop in self.loops:
            if not {loop.back_from, loop.back_to} <= set(names):
                raise ValueError(f"a loop names a step that is not there: {loop.back_from} to {loop.back_to}")
        if self.demand_per_day is None and any(i.days is None and i.pieces is not None for i in self.inventories):
            raise ValueError("pieces become days by demand_per_day, which is missing")
        return self

    @property
    def of_24_h(self) -> bool:
        """Whether its days have 24 hours, so that they can be said in hours."""
        return self.clock.startswith("elapsed")

    @property
    def inventories(self) -> tuple[Inventory, ...]:
        """Before each step and behind the last."""
        return (*(step.before for step in self.steps), self.after)

    @property
    def inventory_days(self) -> tuple[float, ...]:
        """Upper rungs of the ladder."""
        return tuple(self.days_of(inventory) for inventory in self.inventories)

    def days_of(self, inventory: Inventory) -> float:
        """Its days, or its pieces over the daily demand; 0 when neither is known."""
        if inventory.days is not None:
            return inventory.days
        if inventory.pieces is None or self.demand_per_day is None:
            return 0.0
        return inventory.pieces / self.demand_per_day

    @property
    def takt_s(self) -> float | None:
        """Available time / demand: the pace at which one must be finished."""
        if self.available_s_per_day is None or self.demand_per_day is None:
            return None
        return self.available_s_per_day / self.demand_per_day

    @property
    def wait_s(self) -> float:
        """Sum of the upper rungs."""
        return math.fsum(self.inventory_days) * DAY

    @property
    def touch_s(self) -> float:
        """Sum of the lower rungs: processing time."""
        return math.fsum(step.work_s for step in self.steps)

    @property
    def unclassified_s(self) -> float:
        """Sum of what is neither known to be work nor waiting."""
        return math.fsum(step.unclassified_s for step in self.steps)

    @property
    def lead_s(self) -> float:
        """The whole ladder."""
        return self.wait_s + self.touch_s + self.unclassified_s

    @property
    def flow_efficiency(self) -> float | None:
        """Touch / lead, a lower bound while something is unclassified; None while nothing is known to be touch."""
        if self.lead_s <= 0 or (self.touch_s == 0 and self.unclassified_s > 0):
            return None
        return self.touch_s / self.lead_s

    def changed(self, what: "WhatIf") -> "ValueStream":
        """The future state: the same stream with other numbers. Raises BadData for a step that is not there."""
        there = {step.name for step in self.steps}
        for name in (*what.steps, *what.drop):
            if name not in there:
                raise BadData(f"The future changes a step {name!r} that the stream does not have.", _listed(there))
        kept = [step for step in self.steps if step.name not in what.drop]
        names = {step.name for step in kept}
        plain = self.model_dump() | {
            "title": what.title,
            "steps": [_merged(step.model_dump(), what.steps.get(step.name, {})) for step in kept],
            "after": _merged(self.after.model_dump(), what.after),
            "loops": [loop.model_dump() for loop in self.loops if {loop.back_from, loop.back_to} <= names]
            if what.loops is None
            else what.loops,
            "notes": what.notes,
        }
        plain |= {k: v for k, v in (("demand_per_day", what.demand_per_day),) if v is not None}
        return _checked(ValueStream, plain, "The future")


class WhatIf(Value):
    """Changed numbers of a value stream: by name of the step, only what changes."""

    title: str = "Future state"
    steps: dict[str, dict[str, Any]] = {}
    drop: tuple[str, ...] = ()
    """Steps that are no longer there, with what waited before them."""
    after: dict[str, Any] = {}
    loops: tuple[dict[str, Any], ...] | None = None
    """All that remain; None: as they are."""
    demand_per_day: float | None = None
    notes: tuple[str, ...] = ()


def read_stream(path: Path) -> ValueStream:
    """A value stream from a TOML or JSON file. Raises BadData with the place of each mistake."""
    return _checked(ValueStream, _read(path), path.name)


def read_what_if(path: Path) -> WhatIf:
    """The changed numbers of a future state from a TOML or JSON file. Raises BadData with the place of each mistake."""
    return _checked(WhatIf, _read(path), path.name)


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise BadData(f"{path.name} cannot be read: {error.strerror}.", "Name a TOML or JSON file.") from error
    except (ValueError, RecursionError) as error:
        raise BadData(f"{path.name} is neither TOML nor JSON: {error}.", "Correct it there.") from error


def _checked(kind: type[Kind], plain: Any, where: str) -> Kind:
    try:
        return kind.model_validate(plain)
    except ValidationError as error:
        found = [f"{'.'.join(str(p) for p in e['loc']) or 'file'}: {e['msg']}" for e in error.errors()]
        known = ", ".join(kind.model_fields)
        raise BadData(f"{where} is no value stream: {'; '.join(found)}.", f"It knows: {known}.") from error


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """New values over old ones; days given anew replace pieces, and the other way round."""
    merged = old | new
    if isinstance(new.get("before"), dict):
        merged["before"] = _merged(old["before"], new["before"])
    for given, other in (("days", "pieces"), ("pieces", "days")):
        if given in new and other in old and other not in new:
            merged[other] = None
    # A log's touch is a mean over all cases and its C/T a median of one stay: one changes in proportion to the other.
    factor = new["cycle_s"] / old["cycle_s"] if new.get("cycle_s") is not None and old.get("cycle_s") else None
    for name in ("touch_s", "unclassified_s", "cycle_p85_s"):
        if factor is not None and name not in new and old.get(name) is not None:
            merged[name] = old[name] * factor
    return merged


def _listed(names: set[str]) -> str:
    return f"It has: {', '.join(sorted(names))}."
