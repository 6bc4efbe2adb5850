"""Coaching pairs: a share of cases, only with somebody to learn from, one person through before the next."""

import pytest

from definitions.assignment import fraction
from definitions.routing_learned import LearnedRouting
from measurement.routing.choice import Choice, Standing, choose
from measurement.routing.coaching import LAYER, pair
from tests.measurement.routing.test_evidence import learned

SETTINGS = LearnedRouting()
DROP = ("vpn", "drop")


def among(*counts: tuple[str, int]) -> Choice:
    table = learned(*((DROP, who, n) for who, n in counts if n))
    return choose(table, DROP, [Standing(who) for who, _ in counts], SETTINGS)


def test_who_has_begun_gets_the_case_with_the_best_at_their_side() -> None:
    found = pair(among(("jay", 40), ("maria", 30), ("dana", 2), ("noor", 0)), SETTINGS, draw=0.01)

    assert found is not None
    assert (found.learner, found.coach) == ("dana", "jay")
    assert found.line == "dana with jay: has resolved 2 of this kind, jay 40"


def test_a_share_of_cases_is_for_coaching() -> None:
    choice = among(("jay", 40), ("dana", 2))

    drawn = [pair(choice, SETTINGS, fraction(f"INC-{i}", LAYER, b"secret")) for i in range(4_000)]

    assert sum(found is not None for found in drawn) / 4_000 == pytest.approx(SETTINGS.coaching, abs=0.012)


@pytest.mark.parametrize("counts", [(("jay", 4), ("dana", 1)), (("jay", 40), ("dana", 5)), (("jay", 40),)])
def test_there_is_no_pair_without_somebody_new_and_somebody_who_is_not(counts: tuple[tuple[str, int], ...]) -> None:
    assert pair(among(*counts), SETTINGS, draw=0.0) is None


def test_who_is_not_at_work_is_not_coached() -> None:
    table = learned((DROP, "jay", 40), (DROP, "dana", 2))
    choice = choose(table, DROP, (Standing("jay"), Standing("dana", opens_in_s=3600)), SETTINGS)

    assert pair(choice, SETTINGS, draw=0.0) is None
