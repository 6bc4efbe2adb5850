"""Estimates of who resolves what: enough cases speak for themselves, a few do not."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest

from measurement.routing.evidence import Kind, Table
from measurement.routing.learner import Learner, strengths
from measurement.routing.strength import GRID, strength

BOTH = ("desk", "network")


def learned(*cases: tuple[Kind, str, int], fields: tuple[str, ...] = ("service", "category")) -> Table:
    learner = Learner(fields)
    learner.add(many(cases))
    return learner.table()


def many(cases: Iterable[tuple[Kind, str, int]]) -> Iterable[tuple[Kind, str]]:
    return [(kind, who) for kind, who, n in cases for _ in range(n)]


HISTORY = (
    (("vpn", "drop"), "network", 300),
    (("vpn", "drop"), "desk", 100),
    (("vpn", "access"), "desk", 90),
    (("vpn", "access"), "network", 10),
    (("mail", "quota"), "desk", 280),
    (("mail", "quota"), "network", 20),
)


def test_three_lucky_cases_do_not_beat_three_hundred() -> None:
    table = learned(*HISTORY, (("vpn", "drop"), "lucky", 0), (("vpn", "slow"), "desk", 3))

    few = table.estimates(("vpn", "slow"), BOTH)
    many_ = table.estimates(("vpn", "drop"), BOTH)

    assert (few["desk"].resolved, few["desk"].n) == (3, 3)
    assert few["desk"].share < 0.9
    assert many_["network"].share == pytest.approx(0.75, abs=0.01)


def test_a_kind_with_hundreds_of_cases_hardly_listens_to_its_parent() -> None:
    shares = learned(*HISTORY).estimates(("vpn", "access"), BOTH)

    assert shares["desk"].share == pytest.approx(0.9, abs=0.05)
    assert shares["desk"].share < 0.9


def test_a_kind_never_seen_is_as_its_parent_but_less_sure() -> None:
    table = learned(*HISTORY)

    unseen, parent = (table.estimates(kind, BOTH)["desk"] for kind in (("vpn", "certificate"), ("vpn",)))

    assert (unseen.share, unseen.kind, unseen.n) == (parent.share, ("vpn",), 500)
    assert unseen.worth < parent.worth


def test_shares_of_everybody_add_up_to_one() -> None:
    table = learned(*HISTORY)

    for kind in (("vpn", "drop"), ("mail", "new"), ("erp", "posting")):
        assert sum(e.share for e in table.estimates(kind, table.teams).values()) == pytest.approx(1.0)


def test_with_no_case_at_all_nobody_is_preferred() -> None:
    shares = learned().estimates(("vpn", "drop"), BOTH)

    assert [e.share for e in shares.values()] == [0.5, 0.5]
    assert shares["desk"].n == 0


def test_the_same_cases_in_another_order_are_the_same_table() -> None:
    table, turned = learned(*HISTORY), learned(*reversed(HISTORY))

    assert table.digest == turned.digest
    assert table.digest != learned(*HISTORY, (("vpn", "drop"), "desk", 1)).digest


def test_a_table_is_not_changed_by_what_is_learned_later() -> None:
    learner = Learner(("service",))
    learner.add([(("vpn",), "network")] * 5)
    before = learner.table()
    shares = before.estimates(("vpn",), BOTH)

    learner.add([(("vpn",), "desk")] * 50)

    assert before.estimates(("vpn",), BOTH) == shares
    assert learner.table().estimates(("vpn",), BOTH)["desk"].share > 0.5


def test_what_is_known_is_the_finest_kind_with_enough_cases() -> None:
    table = learned(*HISTORY, (("vpn", "slow"), "desk", 3))

    assert table.known(("vpn", "drop"), 30) == (("vpn", "drop"), 400)
    assert table.known(("vpn", "slow"), 30) == (("vpn",), 503)
    assert table.known(("erp", "posting"), 30) == ((), 803)


@pytest.mark.parametrize("true", [2.0, 16.0, 128.0])
def test_the_strength_by_which_kinds_were_drawn_is_found_again(true: float) -> None:
    rng = np.random.default_rng(7)
    p = np.array([0.6, 0.3, 0.1])
    counts = [rng.multinomial(40, rng.dirichlet(true * p)) for _ in range(400)]

    found = strength(
        [40] * 400,
        [int(x) for row in counts for x in row if x],
        [float(p[i]) for row in counts for i, x in enumerate(row) if x],
    )

    assert found in GRID
    assert true / 2 <= found <= true * 2


def test_kinds_that_are_all_alike_lean_on_their_parent_and_kinds_that_differ_do_not() -> None:
    kinds = [("vpn", f"c{i}") for i in range(60)]
    alike = learned(*[(kind, who, n) for kind, (who, n) in product(kinds, (("desk", 6), ("network", 4)))])
    unlike = learned(*[(kind, BOTH[i % 2], 10) for i, kind in enumerate(kinds)])

    assert strengths(alike.counts)[2] > 100
    assert strengths(unlike.counts)[2] < 2
