"""A table of estimates as rows for people: who resolves what, how many cases say so, and how sure that is."""

from collections.abc import Iterator
from dataclasses import dataclass

from scipy.stats import beta

from measurement.routing.evidence import Kind, Table
from measurement.values import Interval

LEVEL = 0.95


@dataclass(frozen=True)
class Row:
    """One team (or person) and one kind of case."""

    first: str
    """Whom the rules name; of people, the team that they resolved it in."""
    kind: Kind
    who: str
    share: float
    interval: Interval
    resolved: int
    n: int
    enough: bool
    """Whether the kind has the least number of cases."""


def rows(table: Table, least_cases: int) -> list[Row]:
    """Of the finest kinds, most cases first; only who resolved any of the kind."""
    return sorted(_rows(table, least_cases), key=lambda row: (-row.n, row.first, row.kind, -row.share, row.who))


def _rows(table: Table, least_cases: int) -> Iterator[Row]:
    for whole, counts in table.counts[-1].items():
        estimates = table.estimates(whole, sorted(counts))
        n = sum(counts.values())
        for who, found in estimates.items():
            between = interval(found.share, found.worth)
            yield Row(whole[0], whole[1:], who, found.share, between, found.resolved, n, n >= least_cases)


def interval(share: float, worth: float) -> Interval:
    """Between which shares it lies, as sure as so many cases: Jeffreys' interval (Brown, Cai and DasGupta 2001)."""
    ends = beta.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], share * worth + 0.5, (1 - share) * worth + 0.5)
    low, high = min(float(ends[0]), share), max(float(ends[1]), share)
    return Interval(low, high, LEVEL, f"Jeffreys, worth {worth:.0f} cases")
