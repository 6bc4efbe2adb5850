"""Open cases count for as long as they were watched."""

import numpy as np
import pytest
from scipy import stats

from measurement.survival.curve import kaplan_meier
from measurement.survival.times import Times
from measurement.values import BadData, Refused
from tests.measurement.oracles import oracle


def freireich(group: str) -> Times:
    given = oracle("freireich_6mp_kaplan_meier")["input"]
    rows = [(t, e) for t, e, g in zip(given["time"], given["event"], given["group"], strict=True) if g == group]
    return Times.of([t for t, _ in rows], [e for _, e in rows])


def random_times(n: int, seed: int = 1) -> Times:
    rng = np.random.default_rng(seed)
    time, watched = rng.integers(1, 60, n), rng.integers(20, 80, n)
    return Times.of(np.minimum(time, watched), time <= watched)


def test_the_published_curves_of_freireich_come_out() -> None:
    expected, tolerance = (oracle("freireich_6mp_kaplan_meier")[part] for part in ("expected", "tolerance"))
    rows = list(zip(expected["strata"], expected["t"], expected["S"], expected["se"], strict=True))

    for group in ("6-MP", "control"):
        curve = kaplan_meier(freireich(group))

        wanted = [(t, s, se) for strata, t, s, se in rows if strata == f"treat={group}"]
        assert curve.time.tolist() == [t for t, _, _ in wanted]
        assert curve.survival == pytest.approx([s for _, s, _ in wanted], abs=tolerance["abs"])
        known = [se for _, _, se in wanted if se is not None]
        assert curve.se[: len(known)] == pytest.approx(known, abs=tolerance["abs"])
        assert np.isnan(curve.se[len(known) :]).all()
        assert curve.median().value == expected["median"][group]
    curve = kaplan_meier(freireich("6-MP"))
    for time, share in expected["6mp_published"].items():
        assert curve.at(float(time))[0] == pytest.approx(share, abs=tolerance["abs"])


def test_the_interval_of_the_freireich_median_is_that_of_r() -> None:
    """R 4: survfit(Surv(time, cens) ~ 1, conf.type = "log-log") gives 13 to NA for 6-MP and 4 to 11 for control."""
    treated, control = (kaplan_meier(freireich(group)).median() for group in ("6-MP", "control"))

    assert (treated.interval.low, treated.interval.high) == (13, None)
    assert (control.interval.low, control.interval.high) == (4, 11)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_scipy_draws_the_same_curve_and_the_same_limits() -> None:
    times = random_times(400)
    sample = stats.CensoredData.right_censored(times.time, ~times.ended)
    theirs = stats.ecdf(sample).sf
    limits = theirs.confidence_interval(0.9, method="log-log")

    curve = kaplan_meier(times, level=0.9)

    assert curve.survival == pytest.approx(theirs.evaluate(curve.time), nan_ok=True)
    assert curve.low == pytest.approx(limits.low.evaluate(curve.time), nan_ok=True)
    assert curve.high == pytest.approx(limits.high.evaluate(curve.time), nan_ok=True)


def test_without_open_cases_quantiles_and_mean_are_the_usual_ones() -> None:
    values = [1.0, 2.0, 3.0, 10.0]

    curve = kaplan_meier(Times.of(values))
    mean = curve.restricted_mean()

    assert curve.median().value == np.median(values)
    assert mean is not None
    assert mean.value == pytest.approx(np.mean(values))
    assert mean.se == pytest.approx(np.std(values) / np.sqrt(4))


def test_a_median_that_was_not_reached_is_said_to_be_so() -> None:
    curve = kaplan_meier(Times.of([1, 5, 5, 5], [1, 0, 0, 0]))

    assert curve.median().value is None
    assert curve.quantile(0.25).value == pytest.approx(1)
    assert curve.at(9)[0] is None


def test_nobody_ended_or_nobody_at_all_is_no_error() -> None:
    nobody, none_ended = kaplan_meier(Times.of([])), kaplan_meier(Times.of([3, 4], [0, 0]))

    assert (nobody.median().value, nobody.restricted_mean(), nobody.at(1)[0]) == (None, None, None)
    assert (none_ended.median().value, none_ended.open) == (None, 2)
    mean = none_ended.restricted_mean()
    assert mean is not None
    assert (mean.value, mean.se) == (4, 0)


def test_one_case_and_ties_at_zero_are_no_error() -> None:
    one, zeros = kaplan_meier(Times.of([7])), kaplan_meier(Times.of([0, 0, 0, 2], [1, 1, 0, 1]))

    assert one.median().value == 7
    assert (one.median().interval.low, one.median().interval.high) == (None, None)
    assert zeros.at(0)[0] == pytest.approx(0.5)


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    """Alone 1, 2+, 3 to tau 4: 1 until 1, 2/3 until 3, then 0, so 1 + 4/3; se from 1/(3*2) * (4/3)^2."""
    curve = kaplan_meier(Times.of([1, 2, 3], [1, 0, 1]))

    mean = curve.restricted_mean(4)

    assert mean is not None
    assert mean.value == pytest.approx(1 + 4 / 3)
    assert mean.se == pytest.approx(np.sqrt((4 / 3) ** 2 / 6))


def test_a_mean_beyond_what_was_watched_is_refused() -> None:
    with pytest.raises(Refused, match="no case was watched for longer than 5"):
        kaplan_meier(Times.of([1, 5], [1, 0])).restricted_mean(6)


def test_cases_watched_from_later_on_are_at_risk_only_from_then() -> None:
    """Two cases from the start, one seen from 2 on: at 1 two are at risk, at 3 two are: 1/2, then 1/4."""
    curve = kaplan_meier(Times.of([1, 3, 4], [1, 1, 1], entry=[0, 0, 2]))

    assert curve.at_risk.tolist() == [2, 2, 1]
    assert curve.survival.tolist() == [0.5, 0.25, 0]


@pytest.mark.parametrize(
    ("time", "ended", "why"),
    [([1, -2], [1, 1], "negative"), ([1, float("nan")], [1, 1], "missing"), ([1, 2], [1], "one length")],
)
def test_times_that_cannot_be_are_refused(time: list[float], ended: list[int], why: str) -> None:
    with pytest.raises(BadData, match=why):
        Times.of(time, ended)
