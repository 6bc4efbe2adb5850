"""How an A3 writes numbers, days and names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from definitions.cycle.benefit import Benefit
from definitions.cycle.report import A3
from pictures.a3_charts import Plot
from pictures.units import scale_of, shown

Lines = tuple[tuple[int, str], ...]
"""Remarks, each with how far it is indented."""
LONGEST = 180
"""Letters of one remark: the page is one page, the journal has all of it."""
MOST = 6
"""Causes and gates on the page."""
FEW = 3
"""Of everything else that there may be many of."""


@dataclass(frozen=True)
class Section:
    """One box: remarks and a chart."""

    title: str
    lines: Lines
    chart: Plot | None = field(default=None)


def value(amount: float, unit: str) -> str:
    """A value of a metric."""
    return shown(amount, scale_of("0-1" if _share(unit) else unit, abs(amount)))


def step(amount: float, unit: str) -> str:
    """A change of a metric; that of a share is in points."""
    return f"{100 * amount:.3g} points" if _share(unit) else value(amount, unit)


def gain(benefit: Benefit) -> str:
    """For each case and for those of a year."""
    year, cases = benefit.a_year, f"{benefit.cases_a_year:,.0f}"
    if _share(benefit.unit):
        return f"{step(benefit.per_case, benefit.unit)}, {year:,.0f} of {cases} cases a year"
    whole = f"{year / 3600:,.0f} h" if benefit.unit == "s" else f"{year:,.0f}"
    return f"{step(benefit.per_case, benefit.unit)} a case, {whole} a year ({cases} cases)"


def named(metric: str | None) -> str:
    """A metric as people say it."""
    return metric.replace("_", " ") if metric else "the metric"


def sentence(text: str) -> str:
    """With a capital letter, unless it begins with a key, and a full stop."""
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended if "_" in text.partition(" ")[0] else ended[:1].upper() + ended[1:]


def day(found: A3, at: datetime) -> str:
    """In the zone of the page."""
    return f"{at.astimezone(ZoneInfo(found.zone)):%Y-%m-%d}"


def cut(text: str, longest: int = LONGEST) -> str:
    """On one line, and not too long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 4]} ..."


def more(n: int, shown: int = MOST) -> Iterator[tuple[int, str]]:
    """What is said of those that have no room."""
    if n > shown:
        yield 0, f"{n - shown} more stand in the journal."


def flat(texts: Iterator[str]) -> Lines:
    """Remarks that are not indented."""
    return tuple((0, text) for text in texts)


def _share(unit: str) -> bool:
    return unit in ("share", "0-1")
