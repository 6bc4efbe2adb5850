"""The queue against what is known of it in closed form, and against itself."""

import math

import numpy as np
import pytest

from definitions.example import organisation
from measurement.whatif.queueing import Visits, erlang_c, forecast, visits_of, waits
from measurement.whatif.under import Under
from tests.measurement.whatif.lives import recorded

N = 200_000


def _poisson(load: float, people: int, n: int, seed: int) -> Visits:
    """Poisson arrivals, exponential work of 1 s; `load` in erlangs."""
    random = np.random.default_rng(seed)
    return Visits(np.cumsum(random.exponential(1 / load, n)), random.exponential(1, n))


@pytest.mark.parametrize(("load", "people"), [(0.5, 1), (0.8, 1), (1.6, 2), (4.0, 5), (8.0, 10)])
def test_mean_wait_and_share_that_waits_are_those_of_erlang_c(load: float, people: int) -> None:
    visits = _poisson(load, people, N, 7)

    waited = waits(visits.arrivals, visits.work, people)[N // 10 :]

    probability = erlang_c(load, people)
    assert (waited > 0).mean() == pytest.approx(probability, rel=0.04)
    assert waited.mean() == pytest.approx(probability / (people - load), rel=0.08)


def test_erlang_c_of_one_person_is_the_load() -> None:
    assert erlang_c(0.7, 1) == pytest.approx(0.7)


def test_erlang_c_as_it_stands_in_textbooks() -> None:
    # Two servers, 1.5 erlangs: 2 * 0.75^2 / (1 + 0.75).
    assert erlang_c(1.5, 2) == pytest.approx(2 * 0.75**2 / 1.75)


def test_the_forecast_of_a_poisson_stream_is_that_of_erlang_c() -> None:
    visits = _poisson(1.4, 2, 4_000, 3)

    found = forecast("network", visits, 2, seed=1, replications=60)

    assert found.load == pytest.approx(0.7, rel=0.05)
    assert found.mean_s == pytest.approx(erlang_c(1.4, 2) / 0.6, rel=0.15)
    assert found.interval is not None
    assert (found.interval.low or 0) < (found.mean_s or 0) < (found.interval.high or 0)


def test_one_more_person_shortens_the_wait_and_the_same_seed_says_the_same() -> None:
    visits = _poisson(1.4, 2, 500, 3)

    two, again, three = (forecast("network", visits, people, seed=1) for people in (2, 2, 3))

    assert two == again
    assert (three.mean_s or 0) < (two.mean_s or 0)


def test_more_work_than_people_and_too_few_visits_are_no_forecast() -> None:
    many, few = _poisson(2.5, 2, 500, 3), _poisson(0.5, 1, 5, 3)

    assert forecast("network", many, 2, seed=1).mean_s is None
    assert forecast("network", many, 2, seed=1).load > 1
    assert forecast("network", few, 1, seed=1).mean_s is None


def test_visits_are_those_of_the_journals_in_open_time() -> None:
    under = Under(organisation, {})
    journals = [facts for facts, _ in recorded().values()]

    found = visits_of(journals, under)

    assert found["network"].not_begun > 0
    assert all((each.work > 0).all() for each in found.values())
    handed = next(facts for facts in journals if any(fact.type == "handed_over" for fact in facts))
    both = visits_of([handed], under)
    assert len(both) == 2, "a case that was handed over came to two teams"
    assert math.isfinite(sum(each.work.sum() for each in both.values()))
