"""Sample-ratio check: an experiment whose arms are not as large as they were drawn is broken, whatever it found."""

from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from measurement.values import BadData

ALARM = 0.001
"""Below this p the arms are not what was drawn; strict, because every experiment is checked."""


@dataclass(frozen=True)
class Balance:
    """Counts found and expected; `ok` is false where chance cannot explain the difference."""

    found: dict[str, int]
    expected: dict[str, float]
    chisq: float
    p: float
    ok: bool

    def __str__(self) -> str:
        said = ", ".join(f"{arm} {n} (expected {self.expected[arm]:.0f})" for arm, n in self.found.items())
        verdict = "as drawn" if self.ok else "NOT as drawn: cases are lost or assigned otherwise; find out why first"
        return f"{said}: {verdict} (p {self.p:.2g})"


def balance(found: Mapping[str, int], weights: Mapping[str, float] | None = None) -> Balance:
    """Chi-squared of the arms' counts against their weights (equal ones by default)."""
    shares = dict(weights) if weights is not None else dict.fromkeys(found, 1.0)
    if shares.keys() != found.keys() or len(found) < 2 or min(shares.values()) <= 0 or min(found.values()) < 0:
        raise BadData(
            "Arms and weights do not fit together.", "Give one weight above zero for each of two or more arms."
        )
    n, total = sum(found.values()), sum(shares.values())
    expected = {arm: n * share / total for arm, share in shares.items()}
    if n == 0:
        return Balance(dict(found), expected, 0.0, 1.0, True)
    tested = stats.chisquare(list(found.values()), [expected[arm] for arm in found])
    p = float(tested.pvalue)
    return Balance(dict(found), expected, float(tested.statistic), p, p >= ALARM)
