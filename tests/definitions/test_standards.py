"""The standard is the code and what was accepted since; history only grows, and code that moves on is noticed."""

from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.change import ChangeRefused, applied
from definitions.change_between import between
from definitions.example import organisation as code
from definitions.organisation import Organisation
from definitions.standards import How, Standard, carried_over, contains, in_force, pending, reversal, taken_back_by
from tests.definitions.random_organisations import edited

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def titled(organisation: Organisation, **titles: str) -> Organisation:
    """With other titles of services."""
    services = [s.model_copy(update={"title": titles.get(s.key, s.title)}) for s in organisation.services]
    return Organisation.model_validate(organisation.model_dump() | {"services": services})


def accepted(history: list[Standard], was: Organisation, becomes: Organisation, **more: Any) -> Organisation:
    change = more.pop("change", None) or between(was, becomes, "to see")
    result = applied(was, change)
    number = len(history) + 1
    history.append(Standard(number=number, at=NOW, by="maria", change=change, result=result.version, **more))
    return result


def test_without_changes_the_code_is_in_force() -> None:
    assert in_force(code, ()) is code


def test_changes_are_in_force_in_their_order() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    two = accepted(history, one, titled(one, vpn="Tunnel", email="Post"))

    assert in_force(code, history) == two
    assert in_force(code, history[:1]) == one


def test_what_the_code_holds_already_is_not_applied_again() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    two = accepted(history, one, titled(one, email="Post"))

    assert [standard.number for standard in pending(one, history)] == [2]
    assert in_force(one, history) == two
    assert pending(two, history) == ()


def test_taking_back_an_earlier_change_leaves_the_later_ones() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    two = accepted(history, one, titled(one, email="Post"))

    back = reversal(code, history, 1, "it did not help")
    result = accepted(history, two, two, change=back, how=How.REVERTED, reverts=1)

    assert result == titled(code, email="Post")
    assert in_force(code, history) == result
    assert len(history) == 3


def test_what_a_later_change_stands_on_is_not_taken_back_under_it() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    accepted(history, one, titled(one, vpn="Tunnel"))

    with pytest.raises(ChangeRefused, match="it is 'Tunnel' now"):
        reversal(code, history, 1, "it did not help")
    with pytest.raises(ChangeRefused, match="no change 7"):
        reversal(code, history, 7, "it did not help")


def test_code_that_moved_on_is_refused_until_the_changes_are_carried_over() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    newer = titled(code, erp="Books")

    with pytest.raises(ChangeRefused, match="have moved on") as refused:
        in_force(newer, history)
    assert "rebase" in refused.value.hint
    assert one.version in refused.value.message

    change = carried_over(newer, history, "new code")
    result = accepted(history, newer, newer, change=change, how=How.REBASED)
    assert result == titled(code, vpn="Way in", erp="Books")
    assert in_force(newer, history) == result


def test_what_was_taken_back_is_not_carried_over_at_all() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    two = accepted(history, one, titled(one, email="Post"))
    back = reversal(code, history, 1, "it did not help")
    accepted(history, two, two, change=back, how=How.REVERTED, reverts=1)
    newer = titled(code, vpn="Tunnel")

    change = carried_over(newer, history, "new code")

    assert applied(newer, change) == titled(code, vpn="Tunnel", email="Post")


def test_code_that_contains_the_change_and_more_leaves_nothing_to_carry_over() -> None:
    history: list[Standard] = []
    one = accepted(history, code, titled(code, vpn="Way in"))
    newer = titled(one, erp="Books")

    assert contains(newer, history[0].change)
    assert not contains(code, history[0].change)
    assert carried_over(newer, history, "new code").patch == ()


def test_code_that_says_otherwise_names_the_change_it_contradicts() -> None:
    history: list[Standard] = []
    accepted(history, code, titled(code, vpn="Way in"))

    with pytest.raises(ChangeRefused, match=r"Change 1 does not fit any more.*it is 'Tunnel' now"):
        carried_over(titled(code, vpn="Tunnel"), history, "new code")


def test_records_that_lead_elsewhere_than_was_accepted_are_refused() -> None:
    history: list[Standard] = []
    accepted(history, code, titled(code, vpn="Way in"))
    forged = history[0].model_copy(update={"result": "0" * 12})

    with pytest.raises(ChangeRefused, match="not 000000000000 as accepted"):
        in_force(code, [forged])


@settings(deadline=None, max_examples=6)
@given(st.integers(min_value=0, max_value=2**32))
def test_whatever_is_accepted_and_taken_back_in_whatever_order_holds_and_goes_along_with_new_code(seed: int) -> None:
    random = Random(seed)
    history: list[Standard] = []
    standing = code
    for _ in range(8):
        if history and random.random() < 0.3:
            number = random.choice(history).number
            if taken_back_by(history, number) is not None:
                continue
            with suppress(ChangeRefused):
                back = reversal(code, history, number, "no")
                standing = accepted(history, standing, standing, change=back, how=How.REVERTED, reverts=number)
        else:
            with suppress(ChangeRefused):
                standing = accepted(history, standing, edited(standing, random, 1))

    assert in_force(code, history) == standing
    newer = Organisation.model_validate(code.model_dump() | {"name": "Other Ltd"})
    moved = applied(newer, carried_over(newer, history, "new code"))
    assert moved == Organisation.model_validate(standing.model_dump() | {"name": "Other Ltd"})
