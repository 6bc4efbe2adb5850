"""Gage R&R: how much of the variation seen is the measuring, crossed study by analysis of variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from measurement.charts.series import Series, series
from measurement.values import BadData

POOLED_ABOVE = 0.25
"""Probability of the interaction above which it is counted as repeatability (AIAG)."""

SMALL, LARGE = 10.0, 30.0
"""Percent of study variation up to which a gage is good, and beyond which it is not acceptable (AIAG)."""


@dataclass(frozen=True)
class Row:
    """One line of the analysis of variance; F and p are None for the line the others are tested against."""

    source: str
    df: int
    ss: float
    ms: float
    f: float | None
    p: float | None


@dataclass(frozen=True)
class Component:
    """Variance of one source, its percent of the total variance and of the study variation (of the total sd).

    `pct_tolerance`: 6 sd against the tolerance, where one was given.
    """

    variance: float
    sd: float
    pct_contribution: float
    pct_study_var: float
    pct_tolerance: float | None


@dataclass(frozen=True)
class Gage:
    """The study: anova before and after pooling, variance components, and the categories it can tell apart.

    `components`: grr, repeatability, reproducibility, operator, interaction (unless pooled), part, total.
    """

    parts: int
    operators: int
    trials: int
    anova: tuple[Row, ...]
    pooled: bool
    components: dict[str, Component]
    ndc: int
    notes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """In words, by percent of study variation: good, for some purposes, not acceptable."""
        share = self.components["grr"].pct_study_var
        if share <= SMALL:
            return f"good: the measuring makes {share:.1f} % of the study variation"
        word = "acceptable for some purposes" if share <= LARGE else "not acceptable"
        return f"{word}: the measuring makes {share:.1f} % of the study variation"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {
            "kind": "gage",
            "parts": self.parts,
            "operators": self.operators,
            "trials": self.trials,
            "anova": [vars(row) for row in self.anova],
            "pooled": self.pooled,
            "components": {name: vars(one) for name, one in self.components.items()},
            "ndc": self.ndc,
            "verdict": self.verdict,
            "notes": list(self.notes),
        }


def gage(
    parts: Sequence[object],
    operators: Sequence[object],
    values: Sequence[float] | Series,
    *,
    tolerance: float | None = None,
    pooled_above: float = POOLED_ABOVE,
) -> Gage:
    """A crossed, balanced study in long form: part, operator and value of each measurement.

    Two-way random effects; negative components are zero; ndc = 1.41 sd(part) / sd(grr), cut to a whole number of at
    least 1. Raises BadData when some operator did not measure some part as often as the others.
    """
    cube = _cube(parts, operators, series(values, least=8, what="measurements"))
    p, o, r = cube.shape
    anova, pooled = _anova(cube, pooled_above)
    ms = {row.source: row.ms for row in anova}
    error = ms["pooled repeatability"] if pooled else ms["repeatability"]
    between = error if pooled else ms["interaction"]
    interaction = 0.0 if pooled else max(0.0, (ms["interaction"] - error) / r)
    operator = max(0.0, (ms["operator"] - between) / (p * r))
    part = max(0.0, (ms["part"] - between) / (o * r))
    variances = {"grr": error + operator + interaction, "repeatability": error}
    variances |= {"reproducibility": operator + interaction, "operator": operator}
    variances |= {} if pooled else {"interaction": interaction}
    variances |= {"part": part, "total": variances["grr"] + part}
    total = variances["total"]
    if total <= 0:
        raise BadData("The measurements do not vary.", "Measure parts that differ.")
    grr = variances["grr"]
    notes = [f"interaction pooled into repeatability: p > {pooled_above}"] if pooled else []
    if grr == 0:
        notes.append("no variation of measuring seen: the gage may be too coarse, ndc is not bounded")
    return Gage(
        parts=p,
        operators=o,
        trials=r,
        anova=tuple(anova),
        pooled=pooled,
        components={name: _component(value, total, tolerance) for name, value in variances.items()},
        ndc=max(1, int(1.41 * math.sqrt(part / grr))) if grr > 0 else 1,
        notes=tuple(notes),
    )


def _cube(parts: Sequence[object], operators: Sequence[object], values: Series) -> npt.NDArray[np.float64]:
    """Values by part, operator and trial."""
    if not len(parts) == len(operators) == len(values):
        raise BadData(
            f"{len(parts)} parts, {len(operators)} operators and {len(values)} values.", "Give all three for each row."
        )
    cells: dict[tuple[object, object], list[float]] = {}
    for part, operator, value in zip(parts, operators, values.tolist(), strict=True):
        cells.setdefault((part, operator), []).append(value)
    rows, columns = list(dict.fromkeys(parts)), list(dict.fromkeys(operators))
    sizes = {len(cells.get((part, operator), [])) for part in rows for operator in columns}
    if len(sizes) > 1 or sizes == {1} or len(rows) < 2 or len(columns) < 2:
        raise BadData(
            f"{len(rows)} parts by {len(columns)} operators, measured "
            f"{' or '.join(str(size) for size in sorted(sizes))} times each.",
            "A crossed study has two parts and operators at least, and each measures each part equally often, twice "
            "or more.",
        )
    return np.array([[cells[part, operator] for operator in columns] for part in rows])


def _anova(cube: npt.NDArray[np.float64], pooled_above: float) -> tuple[list[Row], bool]:
    p, o, r = cube.shape
    grand, cell = cube.mean(), cube.mean(axis=2)
    by_part, by_operator = cell.mean(axis=1), cell.mean(axis=0)
    ss_part = o * r * float(np.sum((by_part - grand) ** 2))
    ss_operator = p * r * float(np.sum((by_operator - grand) ** 2))
    ss_both = r * float(np.sum((cell - by_part[:, None] - by_operator[None, :] + grand) ** 2))
    ss_error = float(np.sum((cube - cell[:, :, None]) ** 2))
    df_part, df_operator, df_both, df_error = p - 1, o - 1, (p - 1) * (o - 1), p * o * (r - 1)
    error = Row("repeatability", df_error, ss_error, ss_error / df_error, None, None)
    both = _tested("interaction", df_both, ss_both, error)
    pooled = both.p is not None and both.p > pooled_above
    against = both
    rows = [both, error]
    if pooled:
        ss, df = ss_both + ss_error, df_both + df_error
        against = Row("pooled repeatability", df, ss, ss / df, None, None)
        rows.append(against)
    return [
        _tested("part", df_part, ss_part, against),
        _tested("operator", df_operator, ss_operator, against),
        *rows,
    ], (pooled)


def _tested(source: str, df: int, ss: float, against: Row) -> Row:
    ms = ss / df
    if against.ms <= 0:
        return Row(source, df, ss, ms, None, None)
    f = ms / against.ms
    return Row(source, df, ss, ms, f, float(stats.f.sf(f, df, against.df)))


def _component(variance: float, total: float, tolerance: float | None) -> Component:
    sd = math.sqrt(variance)
    return Component(
        variance=variance,
        sd=sd,
        pct_contribution=100 * variance / total,
        pct_study_var=100 * math.sqrt(variance / total),
        pct_tolerance=None if tolerance is None else 100 * 6 * sd / tolerance,
    )
