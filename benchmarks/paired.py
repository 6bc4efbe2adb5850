"""Two ways of doing the same, block by block in the order ABBA, so that a drifting machine touches both alike."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple, TypeVar

Block = Callable[[], Awaitable[float]]
"""Does a fixed amount of work; returns the figure to compare (a rate, or a duration)."""

T = TypeVar("T")
RESAMPLES = 2_000


class Ratio(NamedTuple):
    """`a` over `b`: the median over pairs of blocks, with a 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    a: float
    b: float
    pairs: int

    def shown(self) -> dict[str, float | int]:
        """Rounded for reading."""
        return {name: round(value, 4) for name, value in self._asdict().items()}


async def at_once(items: Iterable[T], number: int, one: Callable[[T], Awaitable[object]]) -> float:
    """Do `one` for each item, `number` at a time; the seconds it took."""
    waiting = iter(items)

    async def lane() -> None:
        for item in waiting:
            await one(item)

    begun = perf_counter()
    await asyncio.gather(*(lane() for _ in range(number)))
    return perf_counter() - begun


async def abba(a: Block, b: Block, pairs: int) -> Ratio:
    """Runs `pairs` blocks of each; every second pair the other way round."""
    found: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2 == 0:
            first, second = await a(), await b()
        else:
            second, first = await b(), await a()
        found.append((first, second))
    return ratio(found)


def ratio(found: Sequence[tuple[float, float]]) -> Ratio:
    """The ratio of pairs measured next to each other."""
    ratios = [a / b for a, b in found]
    low, high = interval(ratios)
    return Ratio(median(ratios), low, high, median(a for a, _ in found), median(b for _, b in found), len(found))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % bootstrap interval of the median; the seed is fixed, so the same figures give the same interval."""
    chance = Random(1)
    medians = sorted(median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]


def percentile(values: Sequence[float], share: float) -> float:
    """By linear interpolation between ranks."""
    ranked = sorted(values)
    place = (len(ranked) - 1) * share
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)
