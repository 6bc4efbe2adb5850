"""A metric in the course of time: the question, and the chart that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from measurement.charts.baseline import Baseline
from measurement.charts.chart import Chart
from measurement.charts.histogram import Histogram
from measurement.charts.icons import Icon
from measurement.charts.pareto import Pareto
from measurement.metrics.measured import Period
from measurement.values import Excluded

CONTROL = ("xmr", "p", "pp", "u", "up", "ewma", "cusum", "g", "t", "run")
KINDS = (*CONTROL, "pareto", "histogram")
"""What can be drawn of a metric; cumulative flow and ageing are drawn of the cases themselves."""

BASELINE = 25
"""Points that give the limits, where there are more: what came later is judged by them."""


@dataclass(frozen=True)
class Asked:
    """What is wanted besides metric and scope; None: as the data ask for.

    `kind`: one of KINDS. `phase1`: points that give the limits. `goal` (s): later is late, for shares late and g.
    `target`: what the metric should reach, for the icons. `by`: the field of a Pareto chart.
    """

    kind: str | None = None
    phase1: int | None = None
    goal: float | None = None
    target: float | None = None
    rules: tuple[str, ...] | None = None
    lam: float | None = None
    L: float | None = None
    k: float | None = None
    h: float | None = None
    by: str | None = None

    def settings(self, *names: str) -> dict[str, Any]:
        """Those of the settings that were given, as arguments."""
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Shape:
    """What one kind makes of a metric: the numbers, the unit and the name of a point, and why this kind."""

    numbers: Chart | Pareto | Histogram
    unit: str
    what: str
    why: str
    excluded: tuple[Excluded, ...] = ()
    """Beside those that the metric itself left out."""
    baseline: Baseline | None = None
    of_the_metric: bool = True
    """Whether a point is a value of the metric, so that a target can be read against the limits."""
    of_openings: bool = False
    """Whether it is about when cases were opened, whatever the metric."""
    log: bool = False
    """Whether limits were computed of logarithms: the axis then is logarithmic, and the second chart holds factors."""


@dataclass(frozen=True)
class Course:
    """The chart with all that must stand on its face."""

    metric: str
    title: str
    dataset: str
    source: str
    clock: str | None
    counts: str
    period: Period
    filter: Mapping[str, str]
    n: int
    """How many units it is made of."""
    excluded: tuple[Excluded, ...]
    shape: Shape
    variation: Icon | None
    """Is it changing? None where no chart judges that."""
    assurance: Icon | None
    """Will it meet its target?"""
    query: str = field(repr=False, default="")

    def to_json(self) -> dict[str, Any]:
        """The document of the command: the chart's own numbers first, then what they are about."""
        return {
            **self.shape.numbers.to_json(),
            "metric": self.metric,
            "unit": self.shape.unit,
            "what": self.shape.what,
            "why": self.shape.why,
            "dataset": self.dataset,
            "source": self.source,
            "clock": self.clock,
            "period": {"from": self.period.since, "to": self.period.until, "as_of": self.period.as_of},
            "filter": dict(self.filter),
            "units": self.n,
            "counts": self.counts,
            "excluded": [{"n": e.n, "reason": e.reason} for e in self.excluded],
            "variation": _icon(self.variation),
            "assurance": _icon(self.assurance),
            "baseline": None if self.shape.baseline is None else self.shape.baseline.model_dump(mode="json"),
            "query": self.query,
        }


def _icon(icon: Icon | None) -> dict[str, str] | None:
    return None if icon is None else {"key": icon.key, "symbol": icon.symbol, "words": icon.words}
