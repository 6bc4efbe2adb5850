"""Which causes cost most, and whether the first is really first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from measurement.charts.series import Series, series
from measurement.values import BadData

DRAWS = 2000
BLOCKS = 2000
"""Resampled units: single items up to this many, beyond it random blocks of items, so that the time stays constant."""

LEVEL = 0.95
FEW = 20
"""Items below which resamples say nothing of their order."""

NAMELESS = "(none)"


@dataclass(frozen=True)
class Bar:
    """One cause: its total, its share and the running share of the total, both 0 to 1, and how many items it has.

    `rank_low` to `rank_high`: the ranks it takes in 95 of 100 resamples of the same items.
    """

    name: str
    total: float
    share: float
    cumulative: float
    n: int
    rank_low: int
    rank_high: int


@dataclass(frozen=True)
class Pareto:
    """Causes from the largest to the smallest. `what` says what was added up: `time lost` in s, or `count`.

    `ahead`: in what share of resamples each bar stays ahead of the next; one fewer than bars.
    """

    what: str
    unit: str
    bars: tuple[Bar, ...]
    total: float
    n: int
    ahead: tuple[float, ...]
    draws: int

    @property
    def separable(self) -> bool:
        """Whether the first bar stays ahead of the second in 95 of 100 resamples; never with fewer than 20 items."""
        return not self.ahead or (self.n >= FEW and self.ahead[0] >= LEVEL)

    @property
    def words(self) -> str:
        """What may be said of the first bar."""
        if not self.ahead:
            return "one cause only" if self.bars else "no cause"
        if self.n < FEW:
            return f"{self.n} items: with fewer than {FEW} nothing can be said of their order"
        first, second = self.bars[0].name, self.bars[1].name
        said = "is separable from" if self.separable else "is not separable from"
        return (
            f"{first} {said} {second}: it stays ahead in {self.ahead[0]:.0%} of {self.draws:,} resamples "
            f"of {self.n:,} items"
        )

    def top(self, bars: int) -> tuple[Bar, ...]:
        """The first bars, and the rest as one bar at the end: what fits on a picture."""
        rest = self.bars[bars:]
        if len(rest) < 2:
            return self.bars
        total = sum(bar.total for bar in rest)
        share = total / self.total if self.total else 0.0
        others = Bar(f"{len(rest)} others", total, share, 1.0, sum(b.n for b in rest), bars + 1, len(self.bars))
        return (*self.bars[:bars], others)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {
            "kind": "pareto",
            "what": self.what,
            "unit": self.unit,
            "n": self.n,
            "total": self.total,
            "bars": [vars(bar) for bar in self.bars],
            "ahead_of_next": list(self.ahead),
            "separable": self.separable,
            "draws": self.draws,
            "words": self.words,
        }


def pareto(
    causes: Sequence[str | None],
    weights: Sequence[float] | Series | None = None,
    *,
    what: str | None = None,
    unit: str = "s",
    seed: int = 1,
) -> Pareto:
    """Of single items with their cause, added up by weight (time lost), or counted without weights.

    Items, not totals, are resampled: a cause carried by one huge item is seen as such. Raises BadData for a negative
    weight or none at all.
    """
    if not len(causes):
        raise BadData("No items to compare.", "Take a longer period or fewer filters.")
    numbers = np.ones(len(causes)) if weights is None else series(weights, what="weights")
    if len(numbers) != len(causes):
        raise BadData(f"{len(causes)} causes but {len(numbers)} weights.", "Give one for each item.")
    if np.any(numbers < 0):
        raise BadData(f"A weight is negative: {numbers.min():g}.", "Time lost is zero or more.")
    said = np.array([NAMELESS if cause is None else str(cause) for cause in causes])
    names, which = np.unique(said, return_inverse=True)
    rng = np.random.default_rng(seed)
    items = len(numbers)
    block = np.arange(items) if items <= BLOCKS else rng.permutation(items) % BLOCKS
    sums = np.zeros((int(block.max()) + 1, len(names)))
    np.add.at(sums, (block, which), numbers)
    resampled = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=DRAWS) @ sums
    counts = np.bincount(which, minlength=len(names))
    label = what or ("count" if weights is None else "time lost")
    return _ranked(names.tolist(), sums.sum(axis=0), counts, resampled, label, "cases" if weights is None else unit)


def pareto_of(totals: Mapping[str, int], *, unit: str = "cases", seed: int = 1) -> Pareto:
    """Of counts that are already added up. Raises BadData when one is negative or all are zero."""
    counts = np.array(list(totals.values()), dtype=np.int64)
    if not counts.sum() or counts.min() < 0:
        raise BadData("No items to compare, or a negative count.", "Count each item once.")
    rng = np.random.default_rng(seed)
    resampled = rng.multinomial(int(counts.sum()), counts / counts.sum(), size=DRAWS).astype(float)
    return _ranked(list(totals), counts.astype(float), counts, resampled, "count", unit)


def _ranked(
    names: list[str],
    totals: Series,
    counts: npt.NDArray[np.int64],
    resampled: npt.NDArray[np.float64],
    what: str,
    unit: str,
) -> Pareto:
    """Equal totals keep the order of their names or of the source."""
    order = np.argsort(-totals, kind="stable")
    drawn = resampled[:, order]
    # Ranks by descending total; of equal ones the one that leads in the data stays ahead.
    ranks = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1) + 1
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    total = float(totals.sum())
    shares = totals[order] / total if total else np.zeros(len(names))
    running = np.minimum(1.0, np.cumsum(shares))
    bars = tuple(
        Bar(
            name=names[at],
            total=float(totals[at]),
            share=float(shares[i]),
            cumulative=float(running[i]),
            n=int(counts[at]),
            rank_low=int(low[i]),
            rank_high=int(high[i]),
        )
        for i, at in enumerate(order)
    )
    # A draw that ends even counts half: with equal totals neither is ahead.
    ahead = np.mean((drawn[:, :-1] > drawn[:, 1:]) + 0.5 * (drawn[:, :-1] == drawn[:, 1:]), axis=0)
    return Pareto(what, unit, bars, total, int(counts.sum()), tuple(map(float, ahead)), DRAWS)
