"""What help does is told by those from whom it was held back by chance."""

from random import Random

import pytest

from measurement.comparison.proportions import newcombe
from measurement.log.rules import CaseRules
from measurement.metrics.holdout import as_drawn
from measurement.metrics.measure import measure
from measurement.values import Excluded
from tests.measurement.metrics.small import log

DAY = 24
AUTO, HAND = {"human": False}, {"human": True}
RULES = CaseRules(done=("resolved",), again=("reopened",), cancelled=("cancelled",))
Rows = list[tuple[object, ...]]


def life(
    case: str, arm: str, *told: tuple[object, ...], share: str = "0.5", service: str = "vpn", **more: object
) -> Rows:
    """A case for which there was help, given or held back, and what came of it."""
    opened = {**AUTO, "help_arm": arm, "service": service}
    drawn = {**AUTO, "help_arm": arm, "help_share": share, "service": service}
    begins: Rows = [(case, "opened", more.get("at", 0), opened), (case, "help_drawn", more.get("at", 0), drawn)]
    return [*begins, *((case, *event) for event in told)]


ALONE = (("resolved", 1, AUTO),)
SERVED = (("commented", 1, HAND), ("resolved", 2, HAND))


def test_the_effect_is_the_share_of_the_held_out_that_needed_a_person_minus_that_of_the_helped() -> None:
    # 3 of 4 held out needed a person, 1 of 4 helped.
    rows: Rows = []
    for arm, served in (("hold_out", 3), ("help", 1)):
        for n in range(4):
            rows += life(f"{arm}{n}", arm, *(SERVED if n < served else ALONE))

    found = measure(log(*rows), "deflection_effect")

    assert (found.estimate.n, found.estimate.value) == (8, 0.5)
    assert found.estimate.interval == newcombe((1, 4), (3, 4)).interval
    assert found.notes == ("held out 3 of 4 needed a person, helped 1 of 4",)


@pytest.mark.parametrize(
    ("told", "needed"),
    [
        (ALONE, False),
        (SERVED, True),
        # It came back in the week, and a person took it.
        ((("resolved", 1, AUTO), ("reopened", 2, AUTO), ("commented", 3, HAND), ("resolved", 4, HAND)), True),
        # It came back and nobody has done anything: it waits for a person.
        ((("resolved", 1, AUTO), ("reopened", 2, AUTO)), True),
        # Back, and solved without a person after all.
        ((("resolved", 1, AUTO), ("reopened", 2, AUTO), ("resolved", 3, AUTO)), False),
        # Nobody touched it, nothing solved it: who gives up is in need of a person too.
        ((), True),
        ((("cancelled", 1, AUTO),), True),
        # A person looked at it when it was solved.
        ((("resolved", 1, AUTO), ("commented", 2, HAND)), False),
        # What comes after the week is not watched, in either arm.
        ((("resolved", 1, AUTO), ("reopened", 8 * DAY, AUTO)), False),
        ((("resolved", 8 * DAY, AUTO),), True),
    ],
)
def test_a_case_needed_no_person_when_it_was_solved_without_one_within_the_week(
    told: tuple[tuple[object, ...], ...], needed: bool
) -> None:
    rows = [*life("held", "hold_out", *told), *life("helped", "help", *ALONE)]

    assert measure(log(*rows), "deflection_effect").estimate.value == (1.0 if needed else 0.0)


def test_cases_younger_than_a_week_are_undecided_in_both_arms() -> None:
    rows = [*life("old", "hold_out", *SERVED), *life("too", "help", *ALONE), *life("new", "help", at=39 * DAY)]

    found = measure(log(*rows, as_of=40 * DAY), "deflection_effect")

    assert found.estimate.n == 2
    assert found.excluded == (Excluded(1, "opened less than 7 days ago"),)


def test_intention_to_treat_counts_whoever_was_drawn_and_stands_beside_it() -> None:
    rows = [*life("a", "hold_out", *SERVED), *life("b", "help", *ALONE)]
    # Drawn, but there was no help for them: they dilute the effect among all.
    for n, arm in enumerate(("hold_out", "help")):
        rows += [(f"none{n}", "opened", 0, {**AUTO, "help_arm": arm}), (f"none{n}", "commented", 1, HAND)]

    found = measure(log(*rows), "deflection_effect")

    assert (found.estimate.n, found.estimate.value) == (2, 1.0)
    (beside,) = found.beside
    assert (beside.estimate.n, beside.estimate.notes) == (4, ("held out 2 of 2 needed a person, helped 1 of 2",))


def test_services_with_other_shares_held_out_are_compared_within_themselves() -> None:
    # In each service the two arms are alike: easy never needs a person, hard always. Put together, the held out
    # look worse only because hard holds more of them out.
    rows: Rows = []
    for service, share, held, helped, told in (("easy", "0.1", 2, 18, ALONE), ("hard", "0.5", 10, 10, SERVED)):
        for arm, many in (("hold_out", held), ("help", helped)):
            for n in range(many):
                rows += life(f"{service}{arm}{n}", arm, *told, share=share, service=service)

    found = measure(log(*rows), "deflection_effect")

    assert found.estimate.value == pytest.approx(0.0)


def test_a_service_that_holds_nobody_out_says_nothing_of_the_effect() -> None:
    rows = [*life("a", "hold_out", *SERVED), *life("b", "help", *ALONE)]
    rows += [row for n in range(50) for row in life(f"all{n}", "help", *SERVED, share="0.0", service="erp")]

    found = measure(log(*rows), "deflection_effect")

    assert (found.estimate.n, found.estimate.value) == (2, 1.0)
    assert "50 more where one arm is empty" in found.notes[-1]


def test_arms_that_are_not_as_large_as_they_were_drawn_give_no_effect() -> None:
    # Half were to be held out and only 10 of 100 are: something takes the held out away.
    rows: Rows = []
    for n in range(100):
        rows += life(f"c{n}", "hold_out" if n < 10 else "help", *(SERVED if n % 2 else ALONE))

    found = measure(log(*rows), "deflection_effect")

    assert found.estimate.value is None
    assert "not as large as they were drawn" in found.notes[-1]


def test_whether_arms_are_as_drawn_errs_as_often_as_it_says() -> None:
    import numpy as np

    random = Random(11)
    shares = np.array([0.1] * 200 + [0.5] * 200)
    ps = [as_drawn(np.array([random.random() < share for share in shares]), shares) or 0.0 for _ in range(2000)]

    assert sum(p < 0.05 for p in ps) / len(ps) == pytest.approx(0.05, abs=0.02)


def test_without_a_hold_out_nobody_can_say_what_help_does() -> None:
    found = measure(log(("a", "resolved", 1)), "deflection_effect")

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert "nobody was held out" in found.excluded[0].reason
