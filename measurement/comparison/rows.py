"""Rows of a plain table as a comparison: numbers, words, times with ends, or counts in strata, by group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from measurement.comparison.compared import Compared
from measurement.comparison.numbers import TESTS, compare_numbers
from measurement.comparison.shares import compare_shares
from measurement.comparison.tables import chi_squared, fisher, mantel_haenszel
from measurement.comparison.tested import Floats
from measurement.comparison.times import compare_times
from measurement.survival.times import Times
from measurement.values import BadData, Excluded

Cells = NDArray[np.object_]

MISSING = frozenset({"", "NA", "N/A", "?", "NaN", "nan", "null", "NULL", "None", "-"})
"""Cells that say nothing; their rows are left out and counted."""

ALIASES = {
    "kruskal": "kruskal-wallis",
    "wilcoxon": "mann-whitney",
    "mannwhitney": "mann-whitney",
    "t": "welch",
    "ks": "kolmogorov-smirnov",
    "van-der-waerden": "normal-scores",
    "proportions": "two-proportions",
    "chi2": "chi-squared",
    "cmh": "mantel-haenszel",
    "logrank": "log-rank",
    "levene": "brown-forsythe",
}
ALL_TESTS = (*TESTS, "two-proportions", "chi-squared", "fisher", "mantel-haenszel", "log-rank")

_YES = {"1", "yes", "true", "y", "t"}
_NO = {"0", "no", "false", "n", "f"}


@dataclass(frozen=True)
class Rows:
    """Columns of text, all of one length; those that were not named are None.

    `value`: a number or a word; `time` and `event`: a time and whether it ended then; `size`: of how many `value` is
    the count; `stratum`: within which groups are compared.
    """

    group: Sequence[str] | None = None
    value: Sequence[str] | None = None
    time: Sequence[str] | None = None
    event: Sequence[str] | None = None
    size: Sequence[str] | None = None
    stratum: Sequence[str] | None = None


def known_test(name: str | None) -> str | None:
    """The test's own name. Raises BadData for one that does not exist."""
    if name is None:
        return None
    given = name.strip().lower().replace("_", "-").replace(" ", "-")
    found = ALIASES.get(given, given)
    if found not in ALL_TESTS:
        raise BadData(f"There is no test {name!r}.", f"There are: {', '.join(ALL_TESTS)}.")
    return found


def compare_rows(
    rows: Rows,
    test: str | None = None,
    late_after: float | None = None,
    level: float = 0.95,
    chosen: Sequence[str] = (),
) -> Compared:
    """Groups in the order in which they appear, or the two `chosen`. Rows with an empty cell are left out, and said."""
    test = known_test(test)
    columns = {name: getattr(rows, name) for name in ("group", "value", "time", "event", "size", "stratum")}
    given = {name: np.asarray(cells, object) for name, cells in columns.items() if cells is not None}
    if not given:
        raise BadData("There are no rows.", "Name the column of values.")
    missing = np.any([[cell in MISSING for cell in cells] for cells in given.values()], axis=0)
    kept = {name: cells[~missing] for name, cells in given.items()}
    groups = kept.get("group", np.full(int((~missing).sum()), "all", object))
    names = list(chosen) or list(dict.fromkeys(groups.tolist()))
    if absent := [name for name in names if name not in set(groups.tolist())]:
        known = ", ".join(dict.fromkeys(map(str, groups)))
        raise BadData(f"No row is of group {' nor '.join(map(repr, absent))}.", f"There are: {known}.")
    excluded = [Excluded(int(missing.sum()), "a cell is empty")]
    if chosen:
        others = ~np.isin(groups.astype(str), names)
        excluded.append(Excluded(int(others.sum()), "of another group"))
        kept, groups = {name: cells[~others] for name, cells in kept.items()}, groups[~others]
    found = _compared(kept, groups, names, test, late_after, level)
    return replace(found, level=level, excluded=(*found.excluded, *(e for e in excluded if e.n)))


def _compared(
    kept: dict[str, Cells],
    groups: Cells,
    names: list[str],
    test: str | None,
    late_after: float | None,
    level: float,
) -> Compared:
    if "time" in kept:
        times, ends = _numbers(kept["time"], "time"), _flags(kept.get("event"), len(groups))
        each = {name: Times.of(times[groups == name], ends[groups == name]) for name in names}
        return compare_times(each, test, late_after, level, curves=True)
    values = kept.get("value")
    if values is None:
        raise BadData("There are no values.", "Name their column with --value, or times with --time and --event.")
    if "size" in kept:
        return _counted(_numbers(values, "value"), _numbers(kept["size"], "size"), groups, names, level)
    if "stratum" in kept or test == "mantel-haenszel":
        return _stratified(values, groups, kept.get("stratum"), names, level)
    words = not all(_is_number(cell) for cell in values)
    if words or test in ("chi-squared", "fisher"):
        return _table(values, groups, names, test, level)
    numbers = _numbers(values, "value")
    return compare_numbers({name: numbers[groups == name] for name in names}, test, level)


def _counted(hits: Floats, sizes: Floats, groups: Cells, names: list[str], level: float) -> Compared:
    sums = {name: (int(hits[groups == name].sum()), int(sizes[groups == name].sum())) for name in names}
    return compare_shares(sums, level)


def _table(values: Cells, groups: Cells, names: list[str], test: str | None, level: float) -> Compared:
    answers = list(dict.fromkeys(values.tolist()))
    if test not in (None, "chi-squared", "fisher"):
        raise BadData(f"{test} needs numbers, and {answers[0]!r} is none.", "Name a column of numbers.")
    table = [[int(((groups == name) & (values == answer)).sum()) for answer in answers] for name in names]
    tested = fisher(table, names, level) if test == "fisher" else chi_squared(table, names)
    why = "asked for" if test else f"answers in words ({', '.join(map(str, answers[:5]))})"
    return Compared(tested, why, "median", ())


def _stratified(values: Cells, groups: Cells, strata: Cells | None, names: list[str], level: float) -> Compared:
    if strata is None or len(names) != 2:
        raise BadData("Mantel-Haenszel compares two groups within strata.", "Name the strata with --strata.")
    flags = _flags(values, len(groups))
    both = [(strata == s, [groups == name for name in names]) for s in dict.fromkeys(strata.tolist())]
    tables = [[[int((f & g & s).sum()) for f in (flags, ~flags)] for g in each] for s, each in both]
    tested = mantel_haenszel(tables, level)
    tested = replace(tested, n=dict(zip(names, tested.n.values(), strict=True)))
    return Compared(tested, f"yes or no in {len(tables)} strata: groups are compared at equal mix", "share", ())


def _flags(cells: Cells | None, n: int) -> NDArray[np.bool_]:
    if cells is None:
        return np.ones(n, bool)
    said = [str(cell).strip().lower() for cell in cells]
    for cell in said:
        if cell not in _YES | _NO and not (_is_number(cell) and float(cell) in (0.0, 1.0)):
            raise BadData(f"{cell!r} is neither yes nor no.", "Write 1 and 0.")
    return np.array([cell in _YES or (_is_number(cell) and float(cell) == 1.0) for cell in said], bool)


def _numbers(cells: Cells, name: str) -> Floats:
    for cell in cells:
        if not _is_number(cell):
            raise BadData(f"{name} {cell!r} is not a number.", "Write decimals with a point.")
    return np.array([float(cell) for cell in cells])


def _is_number(cell: object) -> bool:
    try:
        return bool(np.isfinite(float(str(cell)))) and "_" not in str(cell)
    except ValueError:
        return False
