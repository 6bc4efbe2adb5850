"""Many comparisons at once: how many of the differences found are chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from measurement.comparison.hodges_lehmann import ratio, shift
from measurement.comparison.ranks import mann_whitney
from measurement.comparison.tested import Effect, Floats, Samples
from measurement.values import Refused


def benjamini_hochberg(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p-values: calling all below q different lets a share q of the calls be wrong on average."""
    if not p_values:
        return {}
    adjusted = stats.false_discovery_control(list(p_values.values()), method="bh")
    return dict(zip(p_values, map(float, adjusted), strict=True))


@dataclass(frozen=True)
class Against:
    """One group against all the others together: ratio (or shift) of its values, p, and p by Benjamini-Hochberg."""

    group: str
    n: int
    effect: Effect
    p: float
    adjusted_p: float


def each_against_the_rest(groups: Samples, level: float = 0.95) -> list[Against]:
    """Each group against all others together, by Mann-Whitney; the clearest first."""
    if len(groups) < 3:
        raise Refused("Two groups are one comparison.", "Compare them directly.")
    rows: list[tuple[str, Effect, float]] = []
    positive = all(values.min() >= 0 for values in groups.values())
    for name, own in groups.items():
        rest: Floats = np.concatenate([values for other, values in groups.items() if other != name])
        found = mann_whitney({"rest": rest, name: own}, level, effects=False)
        effect = (ratio if positive and max(own.max(), rest.max()) > 0 else shift)(rest, own, level)
        rows.append((name, effect, 1.0 if found.p is None else found.p))
    adjusted = benjamini_hochberg({name: p for name, _, p in rows})
    found_all = [Against(name, len(groups[name]), effect, p, adjusted[name]) for name, effect, p in rows]
    return sorted(found_all, key=lambda row: row.p)
