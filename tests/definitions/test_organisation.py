"""A check finds whatever does not fit together, all of it, and says the next step."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from definitions.base import Priority, canonical
from definitions.checks import problems
from definitions.example import organisation
from definitions.loading import DefinitionsError, load, read
from definitions.organisation import INCIDENT_BYTES, Organisation
from definitions.people import Role
from definitions.routing import RoutingRule, When
from definitions.slices import IncidentDefinition, UnknownKey

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _with(noun: str, key: str, **fields: Any) -> Organisation:
    """The example with one of its things changed."""
    items = tuple(i.model_copy(update=fields) if i.key == key else i for i in getattr(organisation, noun))
    return organisation.model_copy(update={noun: items})


def _said(org: Organisation, now: datetime = NOW) -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in problems(org, now)]


def _without_rota_gap() -> Any:
    desk = organisation.team("service-desk")
    assert desk.rota is not None
    late = desk.rota.layers[0].model_copy(update={"from_": desk.rota.layers[0].from_.replace(hour=10)})
    return desk.rota.model_copy(update={"layers": (late,)})


BROKEN: list[tuple[Callable[[], Organisation], str]] = [
    (lambda: _with("services", "vpn", default_team="netwrk"), "service:vpn: default_team names the team 'netwrk'"),
    (lambda: _with("services", "vpn", calendar="never"), "service:vpn: calendar names the calendar 'never'"),
    (lambda: _with("services", "vpn", matrix="none"), "service:vpn: matrix names the matrix 'none'"),
    (lambda: _with("services", "vpn", chain="none"), "service:vpn: chain names the chain 'none'"),
    (lambda: _with("services", "vpn", targets=("fast",)), "service:vpn: targets names the target 'fast'"),
    (lambda: _with("targets", "response-always", calendar="x"), "target:response-always: calendar names the calendar"),
    (lambda: _with("teams", "network", lead="nobody"), "team:network: lead names the person 'nobody'"),
    (lambda: _with("people", "rita", teams=("choir",)), "person:rita: teams names the team 'choir'"),
    (lambda: _with("routing", "sign-on", team="x"), "routing:sign-on: team names the team 'x'"),
    (
        lambda: organisation.model_copy(update={"default_service": "fax"}),
        "organisation: default_service names the service 'fax'",
    ),
    (lambda: organisation.model_copy(update={"triage": "x"}), "organisation: triage names the team 'x'"),
    (
        lambda: _with("services", "vpn", targets=("response-always", "response-berlin")),
        "service:vpn: two targets for the response clock",
    ),
    (lambda: _with("services", "network", keywords=("vpn",)), "service:network: keyword 'vpn' also speaks for vpn"),
    (
        lambda: _with("routing", "sign-on", when=When(categories=("single-sign-on",))),
        "routing:sign-on: category 'single-sign-on' is in none of its services",
    ),
    (
        lambda: _with("routing", "outage", when=When()),
        "routing:sign-on: no case can reach this rule",
    ),
    (lambda: _with("routing", "sign-on", examples=()), "routing:sign-on: no example says what it is for"),
    (
        lambda: _with("routing", "sign-on", team="network"),
        "routing:sign-on: example identity sso P3 email must reach platform but goes to network by sign-on",
    ),
    (lambda: _with("people", "sam", addresses=()), "person:sam: has no address"),
    (lambda: _with("people", "sam", addresses=("kim@example.com",)), "person:kim: kim@example.com already belongs"),
    (
        lambda: _with("people", "sam", addresses=("help@example.com",)),
        "person:sam: help@example.com already belongs to the desk itself",
    ),
    (
        lambda: _with("people", "sam", roles=(Role.REQUESTER,)),
        "team:service-desk: sam works here without the role analyst",
    ),
    (
        lambda: _with("people", "dana", roles=(Role.ANALYST,)),
        "team:network: dana works here without the role lead",
    ),
    (lambda: _with("people", "jay", teams=()), "team:network: jay is a member, but person:jay does not name the team"),
    (lambda: _with("teams", "platform", members=()), "team:platform: has no members"),
    (
        lambda: _with("teams", "platform", members=organisation.team("platform").members[:2]),
        "team:platform: ravi is on call in layer main without being a member",
    ),
    (lambda: _with("chains", "relaxed", steps=()), "chain:relaxed: pages nobody for P1, P2, P3, P4, P5"),
    (
        lambda: _with("chains", "relaxed", steps=organisation.chain("standard").steps[:1]),
        "chain:relaxed: pages nobody for P2, P3, P4, P5",
    ),
    (
        lambda: _with("teams", "workplace", rota=None),
        "chain:relaxed: pages who is on call, but team workplace, which gets its cases, has no rota",
    ),
    (
        lambda: _with("services", "workplace", targets=("response-berlin",)),
        "chain:relaxed: step resolution-missed waits for the resolution clock, which service workplace lacks",
    ),
    (
        lambda: _with("services", "vpn", categories=tuple(f"category-{n}" for n in range(60))),
        "service:vpn: a case would carry",
    ),
    (
        lambda: _with("teams", "service-desk", rota=_without_rota_gap()),
        "team:service-desk: nobody is on call in working hours from 2026-03-03 07:00 UTC",
    ),
    (lambda: _with("calendars", "berlin-office", holidays={}), "calendar:berlin-office: knows no holidays"),
]


@pytest.mark.parametrize(("broken", "said"), BROKEN, ids=[said.partition(" names")[0] for _, said in BROKEN])
def test_each_kind_of_mistake_is_found_and_named(broken: Callable[[], Organisation], said: str) -> None:
    found = problems(broken(), NOW)

    assert any(f"{problem.where}: {problem.what}".startswith(said) for problem in found), found
    assert all(problem.next_step for problem in found)


def test_several_mistakes_are_all_found_at_once() -> None:
    broken = _with("services", "vpn", default_team="x", matrix="y", chain="z")

    found = [said for said in _said(broken) if said.startswith("service:vpn")]

    assert len(found) == 3


def test_holidays_that_run_out_are_noticed_before_they_do() -> None:
    in_time, too_late = datetime(2027, 9, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)

    assert _said(organisation, in_time) == []
    assert [said.partition(",")[0] for said in _said(organisation, too_late)] == [
        "calendar:berlin-office: knows its holidays only until 2027-12-26",
        "calendar:new-york-office: knows its holidays only until 2027-12-31",
    ]


def test_two_things_with_one_key_are_refused() -> None:
    twice = (*organisation.services, organisation.service("vpn"))

    with pytest.raises(ValidationError, match="services repeat the key vpn"):
        Organisation.model_validate({**organisation.model_dump(), "services": [s.model_dump() for s in twice]})


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownKey, match="there is no service 'fax': choose one of email, erp, identity"):
        organisation.incident("fax")


def test_a_slice_without_a_calendar_it_needs_is_refused() -> None:
    whole = organisation.incident("vpn").model_dump()

    with pytest.raises((ValidationError, UnknownKey), match="there is no calendar 'berlin-office'"):
        IncidentDefinition.model_validate({**whole, "calendars": [whole["calendars"][0]]})


def test_the_version_of_a_slice_follows_its_content_only() -> None:
    before = organisation.incident("vpn").version
    other = _with("services", "erp", title="Money").incident("vpn").version
    changed = _with("services", "vpn", title="Tunnel").incident("vpn").version

    assert before == other
    assert before != changed


def test_a_slice_reads_back_as_it_was_written() -> None:
    for service in organisation.services:
        definition = organisation.incident(service.key)

        assert IncidentDefinition.model_validate_json(canonical(definition)) == definition
        assert len(canonical(definition)) <= INCIDENT_BYTES


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory of somebody's own definitions, and we are in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_definitions_are_found_in_the_directory_one_is_in(project: Path) -> None:
    (project / "our_desk.py").write_text("from definitions.example import organisation as ours\n")

    assert load("our_desk:ours") == organisation


@pytest.mark.parametrize(
    ("source", "path", "code", "said"),
    [
        ("", "no_such_desk:x", "not_found", "There is no module 'no_such_desk'"),
        ("", "desk_a", "usage", "names no organisation"),
        ("x = 1", "desk_b:y", "not_found", "desk_b:y is nothing, not an Organisation"),
        ("x = 1", "desk_c:x", "not_found", "desk_c:x is a int, not an Organisation"),
        ("x = (", "desk_d:x", "check_failed", "desk_d cannot be imported: SyntaxError"),
        (
            "from definitions.targets import Goal\nx = Goal(amount=0, unit='hours')",
            "desk_e:x",
            "check_failed",
            "desk_e:x is not valid: Goal.amount: Input should be greater than 0",
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_explained(project: Path, source: str, path: str, code: str, said: str) -> None:
    (project / f"{path.partition(':')[0]}.py").write_text(source) if source else None

    with pytest.raises(DefinitionsError) as refused:
        read(path)

    assert said in refused.value.message
    assert refused.value.hint
    assert refused.value.code == code


def test_an_organisation_with_a_dangling_name_is_shown_but_not_used(project: Path) -> None:
    (project / "desk_f.py").write_text(
        "from definitions.example import organisation as o\nours = o.model_copy(update={'triage': 'nobody'})\n"
    )

    assert read("desk_f:ours").triage == "nobody"
    with pytest.raises(DefinitionsError, match="organisation: triage names the team 'nobody'"):
        load("desk_f:ours")


def test_a_rule_for_all_services_is_held_against_the_examples_of_the_others() -> None:
    everywhere = RoutingRule(key="all", when=When(priorities=(Priority.P3,)), team="network", reason="all hands")
    org = organisation.model_copy(update={"routing": (everywhere, *organisation.routing)})

    found = _said(org)

    assert "routing:outage: example email outage P3 email must reach service-desk but goes to network by all" in found
