"""The control chart of a new standard: limits frozen from what the trial showed, every later case judged by them.

The cases that gave the limits are those that had the change while it was tried: of two arms the variant's, else the
weeks that were compared. They are known before the watch begins, and nobody chose them for being good. Where a quick
verdict left too few of them, the first whole weeks of the standard make up for it, and are not judged themselves.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from definitions.cycle.state import Signal
from measurement.charts.chart import Chart
from measurement.charts.ladder import LEAST_A_WEEK
from measurement.charts.normal_scores import LEAST, Reference, normal_ewma
from measurement.charts.rules import OTHERS, RULES
from measurement.charts.runs import run
from measurement.charts.shares import share_chart
from measurement.charts.shewhart import TRIAL
from measurement.charts.weeks import monday
from measurement.cycles.counted import Counted
from measurement.values import BadData

QUANTILE = 0.85
"""Of the times that gave the limits: a case that takes longer is late."""
LIMITS = tuple(3 + step / 4 for step in range(13))
"""Standard errors from the centre: the narrowest that keep the promise."""
APART = 185.0
"""Weeks between false alarms on either side, at least: 370 on the side that is worse, which alone is told."""
FEWEST = 30
"""Cases without which nobody can say what is usual."""


@dataclass(frozen=True)
class Level:
    """What the standard is held to: cases with the change, each as it stood `wait` seconds after its opening."""

    measure: Literal["time", "share"]
    better: Literal["lower", "higher"]
    wait: float
    """Seconds: of a time, from when on a case is late; nothing of a case is asked later than that."""
    cases: Counted
    filled: int = 0
    """How many of them are of the first weeks of the standard."""

    @property
    def words(self) -> str:
        """Where limits come from."""
        tried = f"limits from {len(self.cases) - self.filled:,} cases that had the change while it was tried"
        return f"{tried} and the first {self.filled:,} after it" if self.filled else tried

    def bad(self, found: Counted) -> NDArray[np.bool_]:
        """Late ones; or those that had what nobody wants, or lacked what is wanted."""
        if self.measure == "time":
            late: NDArray[np.bool_] = found.value >= self.wait
            return late if self.better == "lower" else ~late
        return found.value > 0 if self.better == "lower" else found.value == 0


@dataclass(frozen=True)
class Control:
    """The chart, when each of its points was, how many of the first gave the limits, and which way is worse."""

    chart: Chart
    at: tuple[datetime, ...]
    level: int
    worse_is_up: bool
    why: str

    @property
    def says(self) -> str:
        """What judges, by what, and how often it errs: one sentence."""
        return f"{self.chart.title}: {self.why}; false alarms: {self.chart.false_alarms}"

    def signals(self, after: datetime | None = None) -> tuple[Signal, ...]:
        """Points that got worse by more than chance; those up to `after` are known already."""
        centre, found = self.chart.each(self.chart.centre), []
        for signal in self.chart.signals:
            place = signal.index - 1
            value, middle, at = self.chart.points[place], centre[place], self.at[place]
            if place < self.level or value is None or middle is None or (value > middle) is not self.worse_is_up:
                continue
            if after is None or at > after:
                words = (RULES | OTHERS).get(signal.rule, signal.rule)
                found.append(Signal(at=at, rule=f"{words} ({self.says})", value=float(f"{value:.6g}")))
        return tuple(found)


def late_from(times: NDArray[np.float64]) -> float:
    """Seconds, whole ones, from which on a case is late: the P85 of these times."""
    return max(1.0, float(np.ceil(np.quantile(times, QUANTILE, method="higher"))))


def control(level: Level, judged: Counted, at: datetime) -> Control | None:
    """Judge cases since the standard changed, all of whole weeks that are old enough; None while there are none.

    Raises BadData while trial and first weeks have fewer than 30 cases to judge by.
    """
    old = judged.only(judged.followed(level.wait, at))
    whole = old.only(_whole(level, old, at))
    filling = _filling(level, whole)
    if len(level.cases) + filling.sum() < FEWEST:
        raise BadData(
            f"{len(level.cases)} cases had the change while it was tried and {len(whole)} in the first whole weeks "
            f"after it: too few to say what is usual, which takes {FEWEST}.",
            "Watch the metric by hand (`jidoka chart`) until more weeks have passed.",
        )
    known, old = level.cases + whole.only(filling), old.only(~np.isin(old.case, whole.case[filling]))
    level = replace(level, cases=known, filled=int(filling.sum()))
    if not len(old):
        return None
    first, second = _weekly(level, known), _weekly(level, old.only(_whole(level, old, at)))
    if not len(second.n):
        return None
    if float(np.median(second.n)) >= LEAST_A_WEEK:
        return _shares(level, first, second)
    if level.measure == "time" and len(known) >= LEAST:
        return _ranks(level, old, _words(level, first))
    return _run(level, first, second)


@dataclass(frozen=True)
class _Weekly:
    """Bad ones of all in each week that has cases."""

    week: NDArray[np.int64]
    bad: NDArray[np.float64]
    n: NDArray[np.float64]

    @property
    def instants(self) -> tuple[datetime, ...]:
        """The Monday of each week."""
        return tuple(datetime.combine(monday(int(week)), datetime.min.time(), UTC) for week in self.week)


def _words(level: Level, first: _Weekly) -> str:
    return f"{level.words} ({len(first.n)} weeks)"


def _filling(level: Level, whole: Counted) -> NDArray[np.bool_]:
    """The cases of the first whole weeks that it takes until there are enough; none where the trial had enough."""
    week, where, n = np.unique(_week(whole), return_inverse=True, return_counts=True)
    before = len(level.cases) + np.concatenate([[0], np.cumsum(n)[:-1]]) if len(week) else np.zeros(0)
    taken: NDArray[np.bool_] = (before < FEWEST)[where]
    return taken


def _weekly(level: Level, found: Counted) -> _Weekly:
    week, where, n = np.unique(_week(found), return_inverse=True, return_counts=True)
    bad = np.bincount(where, level.bad(found), minlength=len(n)).astype(float)
    return _Weekly(week, bad, n.astype(float))


def _week(found: Counted) -> NDArray[np.int64]:
    return np.asarray((found.opened.astype("datetime64[D]").astype(np.int64) + 3) // 7)


def _whole(level: Level, found: Counted, at: datetime) -> NDArray[np.bool_]:
    """Cases of weeks whose last case is old enough."""
    until = int(((at.timestamp() - level.wait) / 86_400 + 3) // 7)
    return _week(found) < until


def _shares(level: Level, first: _Weekly, second: _Weekly) -> Control:
    count = len(first.n)
    bad, n = np.append(first.bad, second.bad), np.append(first.n, second.n)
    # A few weeks do not say how much weeks differ; that they say little of the level makes the limits wider.
    kind = "p" if count < TRIAL else None
    for limit in LIMITS:
        drawn = share_chart(bad, n, phase1=count, kind=kind, L=limit)
        if drawn.chart.false_alarms.points is None or drawn.chart.false_alarms.points >= APART:
            break
    named = "Share late by week" if level.measure == "time" else "Share by week"
    told = f" (late: {level.wait:,.0f} s and more)" if level.measure == "time" else ""
    few = "" if count >= TRIAL else f", trial limits: {TRIAL} weeks make them sure"
    wide = "" if limit == LIMITS[0] else f", {limit:g} standard errors wide since these are few"
    chart = replace(drawn.chart, title=f"{named}{told}, {'Laney p′' if drawn.choice.kind == 'pp' else 'p'} chart")
    return Control(chart, (*first.instants, *second.instants), count, True, _words(level, first) + few + wide)


def _run(level: Level, first: _Weekly, second: _Weekly) -> Control:
    count = len(first.n)
    chart = run([*(first.bad / first.n), *(second.bad / second.n)], phase1=count)
    why = f"{_words(level, first)}; weeks of about {np.median(second.n):.0f} cases are too small for limits"
    return Control(chart, (*first.instants, *second.instants), count, True, why)


def _ranks(level: Level, old: Counted, words: str) -> Control:
    order = np.lexsort((old.value, old.opened))
    chart = normal_ewma(old.value[order], Reference.of(level.cases.value))
    at = tuple(datetime.fromisoformat(str(each)).replace(tzinfo=UTC) for each in old.opened[order])
    return Control(chart, at, 0, level.better == "lower", words)
