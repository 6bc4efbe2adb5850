"""Two plain answers instead of red, amber and green: is it changing, and will it meet its target (NHS).

Each icon is a word and a letter with it, so that neither colour nor a picture is needed to read it.
"""

from dataclasses import dataclass

from measurement.charts.baseline import TRIAL
from measurement.charts.changepoints import regimes
from measurement.charts.chart import Chart
from measurement.metrics.metric import Better

SMOOTHED = frozenset({"ewma", "cusum", "normal-ewma"})
"""Kinds whose points are no values of the metric: their limits say nothing about a target."""


@dataclass(frozen=True)
class Icon:
    """`key` for programs, `symbol` of one or two letters for the icon, `words` for people."""

    key: str
    symbol: str
    words: str


IMPROVING_HIGH = Icon("improving", "H+", "improving: higher than chance explains")
IMPROVING_LOW = Icon("improving", "L+", "improving: lower than chance explains")
WORSENING_HIGH = Icon("worsening", "H-", "getting worse: higher than chance explains")
WORSENING_LOW = Icon("worsening", "L-", "getting worse: lower than chance explains")
CHANGED_HIGH = Icon("changed", "H", "changed: higher than chance explains")
CHANGED_LOW = Icon("changed", "L", "changed: lower than chance explains")
CHANGED = Icon("changed", "!", "changed: not as chance would have it")
NOISE = Icon("noise", "~", "just noise: nothing but chance to be seen")
TOO_FEW = Icon("not_enough_data", "?", f"not enough data: limits need {TRIAL} points")


def not_stable(found: int) -> Icon:
    """What limits from so many regimes can say: nothing."""
    return Icon("not_stable", "X", f"not stable: {found} regimes in the points that gave the limits")


WILL_MEET = Icon("will_meet", "P", "will meet its target as long as nothing changes")
WILL_FAIL = Icon("will_fail", "F", "will fail its target as long as nothing changes")
HIT_AND_MISS = Icon("hit_and_miss", "HM", "hit and miss: chance decides whether the target is met")
NO_TARGET = Icon("no_target", "-", "no target set")
NOT_ASKED = Icon("not_asked", "-", "this chart shows smoothed scores, no target can be read from it")


def variation(chart: Chart, better: Better = Better.NEITHER) -> Icon:
    """Whether the newest point completes a signal, and to which side: of the last one, not of the past.

    A chart whose limits came from fewer than 12 points says that there is not enough data, one whose baseline changed
    its level that it is not stable.
    """
    useless = _useless(chart)
    if useless is not None:
        return useless
    last = max(i for i, point in enumerate(chart.points) if point is not None)
    if not any(signal.index == last + 1 for signal in chart.signals):
        return NOISE
    side = _side(chart, last)
    if side == 0:
        return CHANGED
    if better is Better.NEITHER:
        return CHANGED_HIGH if side > 0 else CHANGED_LOW
    if side > 0:
        return IMPROVING_HIGH if better is Better.HIGHER else WORSENING_HIGH
    return IMPROVING_LOW if better is Better.LOWER else WORSENING_LOW


def assurance(chart: Chart, target: float | None, better: Better) -> Icon:
    """Where the limits of the newest point stand against the target: all on its good side, all on the bad, or around.

    A limit that does not exist is taken as not on that side.
    """
    if target is None or better is Better.NEITHER:
        return NO_TARGET
    if chart.kind in SMOOTHED:
        return NOT_ASKED
    useless = _useless(chart)
    if useless is not None:
        return useless
    last = max(i for i, point in enumerate(chart.points) if point is not None)
    high, low = chart.each(chart.ucl)[last], chart.each(chart.lcl)[last]
    good, bad = (low, high) if better is Better.HIGHER else (high, low)
    if good is not None and _meets(good, target, better):
        return WILL_MEET
    if bad is not None and not _meets(bad, target, better):
        return WILL_FAIL
    return HIT_AND_MISS


def _useless(chart: Chart) -> Icon | None:
    """Why the limits of a chart judge nothing."""
    if chart.n == 0 or 0 < (chart.phase1 or chart.n) < TRIAL:
        return TOO_FEW
    known = chart.figures.get("regimes")
    if known is None and chart.phase1 and chart.ucl is not None and chart.kind not in SMOOTHED:
        known = len(regimes([point for point in chart.points[: chart.phase1] if point is not None]))
    return None if known is None or known <= 1 else not_stable(int(known))


def _side(chart: Chart, at: int) -> int:
    """1 above the centre, -1 below, 0 on it or not known."""
    if chart.lower is not None:
        up, down = chart.points[at] or 0.0, -chart.lower[at]
        return (up > down) - (up < down)
    point, centre = chart.points[at], chart.each(chart.centre)[at]
    if point is None or centre is None:
        return 0
    return (point > centre) - (point < centre)


def _meets(value: float, target: float, better: Better) -> bool:
    return value >= target if better is Better.HIGHER else value <= target
