"""The table as people read it: shares with what they rest on."""

import pytest

from measurement.routing.shown import interval, rows
from tests.measurement.routing.test_evidence import learned

FIELDS = ("first team", "service", "category")


def test_a_kind_is_shown_with_everybody_who_resolved_any_of_it() -> None:
    table = learned(
        (("desk", "vpn", "drop"), "network", 150),
        (("desk", "vpn", "drop"), "desk", 50),
        (("desk", "mail", "quota"), "desk", 9),
        fields=FIELDS,
    )

    found = rows(table, 30)

    assert [(r.kind, r.who, r.resolved, r.n, r.enough) for r in found] == [
        (("vpn", "drop"), "network", 150, 200, True),
        (("vpn", "drop"), "desk", 50, 200, True),
        (("mail", "quota"), "desk", 9, 9, False),
    ]
    network = found[0]
    assert network.share == pytest.approx(0.75, abs=0.01)
    assert network.interval.low is not None
    assert network.interval.high is not None
    assert network.interval.low < network.share < network.interval.high
    assert network.interval.high - network.interval.low == pytest.approx(0.12, abs=0.02)


def test_the_interval_is_jeffreys_one_and_holds_the_share() -> None:
    found = interval(0.3, 10)

    assert (found.low, found.high) == pytest.approx((0.0927, 0.6058), abs=1e-4)  # statsmodels: 3 of 10, jeffreys
    assert interval(1.0, 5).high == 1.0
    assert interval(0.0, 5).low == 0.0
