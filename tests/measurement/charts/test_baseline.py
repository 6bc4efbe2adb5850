"""A baseline is frozen once, proves that it is the same, and is never learnt from what it judges."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from measurement.charts.baseline import Baseline, fingerprint, freeze
from measurement.values import BadData, Excluded, Refused

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(weeks=20)


def baseline(values: list[float], points: int = 20, metric: str = "time_to_resolve") -> Baseline:
    return freeze(
        values,
        metric=metric,
        unit="s",
        clock="elapsed",
        start=START,
        end=END,
        points=points,
        estimator="P85 of all resolved cases",
        estimates={"p85": 3.5},
        excluded=[Excluded(2, "cancelled")],
    )


def test_a_baseline_comes_back_from_json_as_it_was() -> None:
    frozen = baseline([1.0, 2.5, 4.0])

    assert Baseline.model_validate_json(frozen.model_dump_json()) == frozen
    assert frozen.excluded[0].reason == "cancelled"


def test_the_hash_can_be_computed_by_anybody_from_one_line_of_json_and_the_floats() -> None:
    head = {
        "clock": "elapsed",
        "end": "2026-07-20T00:00:00.000000Z",
        "metric": "time_to_resolve",
        "n": 2,
        "start": "2026-03-02T00:00:00.000000Z",
        "unit": "s",
    }
    text = json.dumps(head, separators=(",", ":")).encode() + b"\n" + np.array([1.0, 2.0], "<f8").tobytes()

    assert baseline([1.0, 2.0]).sha256 == hashlib.sha256(text).hexdigest()


def test_the_same_data_verifies_and_any_change_is_refused() -> None:
    frozen = baseline([1.0, 2.0, 0.0])

    frozen.verify([1.0, 2.0, -0.0])
    with pytest.raises(Refused, match="is not what it was"):
        frozen.verify([1.0, 2.0000001, 0.0])
    with pytest.raises(Refused):
        frozen.verify([2.0, 1.0, 0.0])


def test_metric_and_period_are_part_of_the_hash() -> None:
    of = [1.0, 2.0]

    assert baseline(of).sha256 != baseline(of, metric="time_to_respond").sha256
    assert fingerprint(of, "m", "s", "elapsed", START, END) != fingerprint(of, "m", "s", "elapsed", START, START)


def test_points_of_the_baseline_itself_are_not_judged_by_it() -> None:
    frozen = baseline([1.0, 2.0])

    frozen.judge(END)
    with pytest.raises(Refused, match="reaches to 2026-07-20"):
        frozen.judge(END - timedelta(days=1))


@pytest.mark.parametrize(
    ("points", "standing"), [(11, "trial"), (12, "provisional"), (19, "provisional"), (20, "locked")]
)
def test_limits_are_trial_below_12_points_and_locked_from_20(points: int, standing: str) -> None:
    assert baseline([1.0, 2.0], points).standing == standing


def test_a_rebase_names_its_reason_and_what_it_replaces() -> None:
    old, new = baseline([1.0, 2.0]), baseline([3.0, 4.0])

    rebased = old.rebased(new, because="workflow v38", by="lena", when=END)

    assert rebased.rebase is not None
    assert (rebased.rebase.replaces, rebased.rebase.because) == (old.sha256, "workflow v38")
    with pytest.raises(Refused, match="only for a reason"):
        old.rebased(new, because=" ", by="lena", when=END)
    with pytest.raises(Refused, match="cannot stand in"):
        old.rebased(baseline([1.0], metric="reopen_rate"), because="v38", by="lena", when=END)


def test_a_baseline_without_numbers_period_or_estimate_is_refused() -> None:
    with pytest.raises(BadData, match="0 values"):
        baseline([])
    with pytest.raises(BadData, match="not a number"):
        baseline([1.0, float("nan")])
    with pytest.raises(BadData, match="ends"):
        freeze(
            [1.0], metric="m", unit="s", clock="elapsed", start=END, end=START, points=1, estimator="mean", estimates={}
        )
    with pytest.raises(BadData, match="estimate p85"):
        freeze(
            [1.0],
            metric="m",
            unit="s",
            clock="elapsed",
            start=START,
            end=END,
            points=1,
            estimator="mean",
            estimates={"p85": float("inf")},
        )


def test_its_words_say_hash_period_n_and_standing() -> None:
    words = str(baseline([1.0, 2.0, 3.0], points=8))

    assert "2026-03-02 to 2026-07-20, n = 3, 8 points (trial), P85 of all resolved cases" in words
