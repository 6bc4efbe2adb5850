"""The three places of a value stream where time is lost most: where the kaizen bursts go."""

from dataclasses import dataclass
from typing import Literal

from measurement.flow.stream import DAY, ValueStream
from pictures.stream_words import spoken, waited

WORST = 3
LEAST = 0.02
"""A place that takes less of the lead time gets no burst."""


@dataclass(frozen=True)
class Worst:
    """One burst: its number, where it stands, and why in words."""

    number: int
    kind: Literal["inventory", "step", "loop"]
    place: int
    """Which inventory, step or loop, from 0."""
    seconds: float
    said: str


def worst(stream: ValueStream) -> tuple[Worst, ...]:
    """By time per case. What an inventory waits for is said; a loop costs the stays that were not the first."""
    found: list[tuple[float, Literal["inventory", "step", "loop"], int, str]] = []
    names = [*(f"before {step.name}" for step in stream.steps), "before the end"]
    for place, inventory in enumerate(stream.inventories):
        days = stream.inventory_days[place]
        reason = f", mostly {inventory.reasons[0]}" if inventory.reasons else ""
        wait = f"{waited(days, stream.of_24_h)} of waiting {names[place]}{reason}"
        found.append((days * DAY, "inventory", place, wait))
    for place, step in enumerate(stream.steps):
        seconds = step.work_s + step.unclassified_s
        found.append((seconds, "step", place, f"{spoken(seconds)} in {step.name}"))
    for place, loop in enumerate(stream.loops):
        way = f"back to {loop.back_to}" + ("" if loop.back_from == loop.back_to else f" from {loop.back_from}")
        found.append((loop.seconds or 0.0, "loop", place, f"{spoken(loop.seconds)} in work that came {way}"))
    found.sort(key=lambda one: -one[0])
    lead = stream.lead_s
    return tuple(
        Worst(number, kind, place, seconds, f"{said} ({seconds / lead:.0%} of the lead time)")
        for number, (seconds, kind, place, said) in enumerate(found[:WORST], 1)
        if lead > 0 and seconds >= LEAST * lead
    )
