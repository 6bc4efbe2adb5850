"""Defects per million opportunities, and the sigma level read from them."""

from dataclasses import dataclass

from scipy import special

from measurement.charts.stability import Stability
from measurement.values import BadData

SHIFT = 1.5
CONVENTION = "1.5 shift convention"
"""Said wherever a sigma level is: the level is the one-sided normal quantile plus 1.5 (Motorola)."""

MILLION = 1e6


@dataclass(frozen=True)
class Defects:
    """`dpmo` of `opportunities` in all, and `sigma_level` by the convention in `note`.

    `sigma_level` is None without a defect, or with nothing but defects: the quantile is infinite there.
    """

    defects: int
    opportunities: int
    dpmo: float
    sigma_level: float | None
    note: str


def defects(count: int, units: int, per_unit: int = 1, *, stable: Stability | None = None) -> Defects:
    """1e6 d/(u o) and its sigma level. Raises Refused on a series that was not `stable`.

    Raises BadData without opportunities, or when there are more defects than opportunities.
    """
    opportunities = units * per_unit
    if opportunities <= 0:
        raise BadData("There was no opportunity for a defect.", "Count units and opportunities in each.")
    if not 0 <= count <= opportunities:
        raise BadData(f"{count} defects in {opportunities} opportunities.", "Count each opportunity once.")
    if stable is not None:
        stable.require("sigma level")
    dpmo = MILLION * count / opportunities
    if count in (0, opportunities):
        side = "no defect seen" if count == 0 else "nothing but defects seen"
        note = f"{CONVENTION}; {side} in {opportunities} opportunities, so the level is not bounded by data"
        return Defects(count, opportunities, dpmo, None, note)
    return Defects(count, opportunities, dpmo, sigma_level(dpmo), CONVENTION)


def sigma_level(dpmo: float) -> float:
    """z(1 - dpmo/1e6) + 1.5, one-sided; infinite at 0 and at 1e6."""
    return float(-special.ndtri(dpmo / MILLION)) + SHIFT


def dpmo_of(level: float) -> float:
    """The defects per million that a sigma level stands for, one-sided, shifted by 1.5."""
    return float(MILLION * special.ndtr(SHIFT - level))
