"""What a cycle was expected to bring and what it brought: the ledger, in which only what is proven is added up."""

from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, FiniteFloat

from definitions.base import Instant, Value
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence, Frozen, Interrupted
from definitions.verdict import Verdict

WEEKS_A_YEAR = 365.25 / 7
SURE = 1.96
"""Standard deviations of the interval of an interrupted series."""


class Benefit(Value):
    """An effect on each case, better above zero, in the unit of the metric, and the cases of a year."""

    unit: str
    per_case: FiniteFloat
    cases_a_year: Annotated[FiniteFloat, Field(ge=0)]

    @property
    def a_year(self) -> float:
        """For all cases of a year: seconds where the unit is `s`, cases where it is a share."""
        return self.per_case * self.cases_a_year


class Forecast(Benefit):
    """Locked when the baseline is: from its value to the goal."""

    at: Instant
    baseline: str
    """`sha256` of the baseline it was made from."""


class Actual(Benefit):
    """After the trial, with what would have come by itself subtracted."""

    at: Instant
    low: FiniteFloat | None
    """Of `per_case`: the worse end of its interval; None where it has none."""
    by_itself: FiniteFloat
    """What was subtracted from `per_case`: the expected rebound."""
    verified: bool
    why: str
    """What it is verified by, or why it is not."""


class Entry(Value):
    """One line of the ledger."""

    cycle: str
    metric: str
    unit: str
    forecast: Forecast | None
    actual: Actual | None

    @property
    def standing(self) -> Literal["verified", "unverified", "expected", "none"]:
        """How far the benefit is proven."""
        if self.actual is not None:
            return "verified" if self.actual.verified else "unverified"
        return "expected" if self.forecast is not None else "none"


class Total(Value):
    """The verified benefit of one metric; of different metrics nothing is added up, for one second may lie in both."""

    metric: str
    unit: str
    cycles: int
    a_year: float
    forecast_a_year: float
    """Of the same cycles: how well was expected."""


class Ledger(Value):
    """All lines, and the totals of what is verified; the others are counted, never added up."""

    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    unverified: int
    expected: int


def forecast(charter: Charter, baseline: Frozen, at: Instant) -> Forecast | None:
    """From the baseline to the goal, for the cases of a year; None without a goal."""
    if charter.goal is None:
        return None
    gain = baseline.value - charter.goal if charter.direction == "lower" else charter.goal - baseline.value
    return Forecast(
        unit=baseline.unit,
        per_case=gain,
        cases_a_year=baseline.weekly * WEEKS_A_YEAR,
        at=at,
        baseline=baseline.sha256,
    )


def actual(charter: Charter, evidence: Evidence, *, accepted: bool, at: Instant) -> Actual | None:
    """From the result of the trial; None where there is no result or no baseline.

    What was rolled back brings nothing. What the result does not prove is not verified.
    """
    baseline, result = evidence.baseline, evidence.result
    if baseline is None or result is None:
        return None
    gained = _of_series(result) if isinstance(result, Interrupted) else _of_trial(charter, evidence, baseline, result)
    if not accepted:
        gained = _Gained(0.0, 0.0, 0.0, True, "rolled back: it brings nothing")
    return Actual(
        unit=baseline.unit if not isinstance(result, Interrupted) else "share",
        per_case=gained.per_case,
        cases_a_year=baseline.weekly * WEEKS_A_YEAR,
        at=at,
        low=gained.low,
        by_itself=gained.by_itself,
        verified=gained.verified,
        why=gained.why,
    )


class _Gained(NamedTuple):
    """Per case, better above zero."""

    per_case: float
    low: float | None
    by_itself: float
    verified: bool
    why: str


def _of_trial(charter: Charter, evidence: Evidence, baseline: Frozen, verdict: Verdict) -> _Gained:
    """A ratio of times scales the baseline; a difference of shares stands for itself. Two arms need no correction."""
    ratio = evidence.trial is not None and evidence.trial.measure == "time"
    sign = -1.0 if charter.direction == "lower" else 1.0

    def gain(effect: float) -> float:
        return sign * (baseline.value * (effect - 1) if ratio else effect)

    ends = [gain(end) for end in (verdict.effect.within.low, verdict.effect.within.high) if end is not None]
    # Where one end is missing, the worse of the two may be the one that is.
    low = min(ends) if len(ends) == 2 else None
    if verdict.effect.value is None:
        return _Gained(0.0, None, 0.0, False, "the trial gave no effect to count with")
    if verdict.outcome != "win":
        why = f"the verdict was {verdict.outcome.replace('_', ' ')}: it was accepted against it"
        return _Gained(gain(verdict.effect.value), low, 0.0, False, why)
    return _Gained(gain(verdict.effect.value), low, 0.0, True, "won in a trial with two arms")


def _of_series(found: Interrupted) -> _Gained:
    """Against what would have come without any action, not against before."""
    gain, by_itself = found.expected - found.after, found.before - found.expected
    low = gain - SURE * found.error
    if found.beaten:
        return _Gained(gain, low, by_itself, True, "the weeks after beat the rebound that was to be expected")
    return _Gained(gain, low, by_itself, False, "no better than the rebound that was to be expected, within chance")


def ledger(entries: Iterable[Entry]) -> Ledger:
    """The lines and the totals of what is verified, metric by metric."""
    lines = tuple(entries)
    sums: dict[tuple[str, str], list[Entry]] = {}
    for entry in lines:
        if entry.standing == "verified":
            sums.setdefault((entry.metric, entry.unit), []).append(entry)
    return Ledger(
        entries=lines,
        totals=tuple(
            Total(
                metric=metric,
                unit=unit,
                cycles=len(found),
                a_year=sum(entry.actual.a_year for entry in found if entry.actual is not None),
                forecast_a_year=sum(entry.forecast.a_year for entry in found if entry.forecast is not None),
            )
            for (metric, unit), found in sorted(sums.items())
        ),
        unverified=sum(entry.standing == "unverified" for entry in lines),
        expected=sum(entry.standing == "expected" for entry in lines),
    )
