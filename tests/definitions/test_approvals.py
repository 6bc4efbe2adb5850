"""Nobody decides on their own request, silence is never a yes, and the rest follows from counting."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.approvals import Stage, Standing, asked, standing
from definitions.entitlement import Entitlement, For, entitled
from definitions.example import organisation
from definitions.example.catalogue_parts import MANAGER
from definitions.people import Role

PEOPLE = {person.key: person for person in organisation.people}
TEAMS = {team.key: team for team in organisation.teams}
NEEDS = st.one_of(st.sampled_from(["all", "any"]), st.integers(2, 5))


def _stage(**fields: Any) -> Stage:
    return Stage.model_validate({**MANAGER.model_dump(), **fields})


def _asked(stage: Stage, requester: str = "rita", for_whom: str | None = None) -> tuple[str, ...]:
    return asked(
        stage,
        owner=TEAMS["network"],
        requester=PEOPLE[requester],
        for_whom=PEOPLE[for_whom or requester],
        teams=TEAMS,
        people=PEOPLE,
    )


@given(
    st.lists(
        st.sampled_from(["manager", "owner", "lead:platform", "role:admin", "role:lead", "person:rita", "person:max"]),
        min_size=1,
    ),
    st.sampled_from(sorted(PEOPLE)),
    st.sampled_from(sorted(PEOPLE)),
    NEEDS,
    st.sampled_from(sorted(PEOPLE)),
)
def test_nobody_is_asked_about_a_request_of_theirs_and_nobody_twice(
    asks: list[str], requester: str, for_whom: str, needs: str | int, escalate_to: str
) -> None:
    found = _asked(_stage(asks=asks, needs=needs, escalate_to=escalate_to), requester, for_whom)

    assert not {requester, for_whom} & set(found)
    assert len(set(found)) == len(found)
    assert found or escalate_to in (requester, for_whom)


@given(
    st.lists(st.sampled_from("abcde"), unique=True), NEEDS, st.dictionaries(st.sampled_from("abcdefg"), st.booleans())
)
def test_a_stage_is_granted_by_enough_yeses_and_refused_when_they_cannot_come(
    people: list[str], needs: str | int, said: dict[str, bool]
) -> None:
    stage, silent = _stage(needs=needs), [p for p in people if p not in said]
    best, worst = ({**said, **dict.fromkeys(silent, answer)} for answer in (True, False))

    found = standing(stage, tuple(people), said)

    yeses = sum(said.get(p, False) for p in people)
    needed = {"all": max(1, len(people)), "any": 1}.get(str(needs), needs)
    assert (found is Standing.GRANTED) == (yeses >= int(needed))
    if found is not Standing.OPEN:
        # What is decided stays decided, whatever the others say.
        assert standing(stage, tuple(people), best) is standing(stage, tuple(people), worst) is found
    if not any(p in said for p in people):
        assert found is Standing.OPEN


def test_the_yes_of_somebody_who_was_not_asked_does_not_count() -> None:
    assert standing(_stage(), ("chloe",), {"rita": True}) is Standing.OPEN


def test_each_kind_of_approver_is_found() -> None:
    stage = _stage(asks=("manager", "owner", "lead:platform", "role:admin", "person:max"))

    assert _asked(stage) == ("chloe", "dana", "ravi", "ada", "max")


def test_where_too_few_can_be_asked_the_escalation_is_asked_at_once() -> None:
    assert _asked(_stage(asks=("manager",)), "max") == ()
    assert _asked(_stage(asks=("manager",), escalate_to="ada"), "max") == ("ada",)
    assert _asked(_stage(asks=("manager", "owner"), needs=3)) == ("chloe", "dana", "max")


@pytest.mark.parametrize("fields", [{"asks": ()}, {"asks": ("boss",)}, {"needs": 1}, {"remind": 1.5}])
def test_a_stage_that_asks_nobody_or_never_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _stage(**fields)


@pytest.mark.parametrize(
    ("rule", "requester", "for_whom", "allowed"),
    [
        (Entitlement(), "rita", "rita", True),
        (Entitlement(), "chloe", "rita", False),
        (Entitlement(reach=For.DIRECT), "rita", "rita", True),
        (Entitlement(reach=For.DIRECT), "chloe", "rita", True),
        (Entitlement(reach=For.DIRECT), "rita", "chloe", False),
        (Entitlement(reach=For.DIRECT), "chloe", "hugo", False),
        (Entitlement(reach=For.ANYBODY), "rita", "chloe", True),
        (Entitlement(departments=("people",)), "rita", "rita", True),
        (Entitlement(departments=("people",)), "omar", "omar", False),
        (Entitlement(departments=("people",)), "vic", "vic", False),
        (Entitlement(roles=(Role.LEAD,)), "lena", "lena", True),
        (Entitlement(roles=(Role.LEAD,), departments=("people",)), "rita", "rita", True),
        (Entitlement(roles=(Role.LEAD,), departments=("people",), reach=For.ANYBODY), "hugo", "rita", False),
    ],
)
def test_who_may_ask_for_whom(rule: Entitlement, requester: str, for_whom: str, allowed: bool) -> None:
    decision = entitled(rule, PEOPLE[requester], PEOPLE[for_whom])

    assert decision.allowed is allowed
    assert rule.text in decision.reason


def test_a_refusal_says_who_may() -> None:
    reason = entitled(organisation.item("leaver").entitlement, PEOPLE["omar"], PEOPLE["hugo"]).reason

    assert reason == "this is for department people, for anybody; omar is requester, in the department sales"


@given(NEEDS, st.lists(st.tuples(st.sampled_from("abcdxy"), st.booleans())))
def test_who_is_asked_later_stands_in_for_the_silent_and_for_nobody_who_said_no(
    needs: str | int, answers: list[tuple[str, bool]]
) -> None:
    said, people, also = dict(answers), ("a", "b", "c", "d"), ("x", "y")

    stands = standing(_stage(needs=needs), people, said, also)

    yes, no = list(said.values()).count(True), list(said.values()).count(False)
    needed = {"all": 4, "any": 1}.get(str(needs), needs)
    assert (stands is Standing.GRANTED) == (yes >= int(needed))
    if needs == "all" and no and stands is not Standing.GRANTED:
        assert stands is Standing.REFUSED
    if stands is Standing.REFUSED:
        assert no > (0 if needs == "all" else 6 - int(needed))


def test_without_anybody_who_was_asked_later_nothing_has_changed() -> None:
    assert standing(_stage(needs=2), ("a", "b"), {"a": False}) is Standing.REFUSED
    assert standing(_stage(needs=2), ("a", "b"), {"a": False}, ("x",)) is Standing.OPEN
