"""How many cases were opened, week by week."""

from datetime import datetime

import numpy as np

from measurement.charts.counts import u
from measurement.charts.ladder import of_counts
from measurement.charts.laney import up
from measurement.course.course import Asked, Shape
from measurement.course.weekly import baseline, weeks
from measurement.metrics.units import Units

DAYS = 7.0


def opened_by_week(found: Units, as_of: datetime, asked: Asked, why: str) -> Shape:
    """Openings a day, by week: u, or Laney's u' where weeks differ by more than chance."""
    by_week = weeks(found, as_of)
    days = np.full(by_week.count, DAYS)
    count = baseline(by_week.count, asked.phase1)
    kind = asked.kind or of_counts(by_week.sizes[:count], days[:count]).kind
    chart = (up if kind == "up" else u)(by_week.sizes, days, phase1=count, **asked.settings("rules", "L"))
    return Shape(
        chart.labelled(by_week.labels),
        "cases a day",
        "cases opened a day, by week",
        why,
        by_week.excluded,
        of_the_metric=False,
        of_openings=True,
    )
