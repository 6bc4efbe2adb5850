"""False alarms of many charts together: promised for the whole wall, chosen by budget instead of by sigma."""

from collections.abc import Sequence
from dataclasses import dataclass

from measurement.charts.arl.design import shewhart_limit
from measurement.charts.chart import RunLength
from measurement.values import BadData


@dataclass(frozen=True)
class Watched:
    """One chart on the wall: its promise, and how many points it plots a month."""

    name: str
    false_alarms: RunLength
    points_per_month: float


@dataclass(frozen=True)
class Portfolio:
    """`expected`: false alarms a month of all charts that promise a number; `silent` names those that do not.

    `at_least_one`: chance that a month without any change rings at least once, were the charts independent.
    """

    charts: int
    points_per_month: float
    expected: float
    at_least_one: float
    silent: tuple[str, ...]

    @property
    def words(self) -> str:
        """One line above the wall."""
        many = f"{self.charts} charts, {self.points_per_month:,.0f} points a month"
        line = f"{many}: expect {self.expected:.2g} false alarms a month"
        return line + (f" (not counted: {', '.join(self.silent)})" if self.silent else "")


def portfolio(charts: Sequence[Watched]) -> Portfolio:
    """What the charts cost together in a month in which nothing changes."""
    counted = [chart for chart in charts if chart.false_alarms.points]
    expected = sum(chart.points_per_month / (chart.false_alarms.points or 1) for chart in counted)
    quiet = 1.0
    for chart in counted:
        quiet *= (1 - min(1.0, 1 / (chart.false_alarms.points or 1))) ** chart.points_per_month
    return Portfolio(
        charts=len(charts),
        points_per_month=sum(chart.points_per_month for chart in charts),
        expected=expected,
        at_least_one=1 - quiet,
        silent=tuple(chart.name for chart in charts if not chart.false_alarms.points),
    )


def points_between(points_per_month: float, budget: float = 1.0) -> float:
    """The distance between false alarms that each point must keep so that all charts ring `budget` times a month.

    Give it to the design of an EWMA or CUSUM as ARL0. Raises BadData for a budget that is no budget.
    """
    if budget <= 0 or points_per_month <= 0:
        raise BadData(
            f"{budget:g} false alarms a month on {points_per_month:g} points cannot be planned.", "Give both above 0."
        )
    return points_per_month / budget


def sigma_for(points_per_month: float, budget: float = 1.0) -> float:
    """L of charts that judge each point by itself: so many standard errors keep the budget, 3.0 at 370 points.

    Raises BadData when there are not more points than alarms allowed.
    """
    return shewhart_limit(points_between(points_per_month, budget))
