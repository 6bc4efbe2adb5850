"""An item that could not keep what it says is refused or found; those shipped can all be lived."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from definitions.approvals import asked
from definitions.base import canonical
from definitions.catalogue import REQUEST_BYTES, CatalogueItem, RequestDefinition
from definitions.checks import problems
from definitions.entitlement import entitled
from definitions.example import organisation
from definitions.example.demo import organisation as demo
from definitions.form_fields import Field, Kind
from definitions.forms import Form
from definitions.organisation import Organisation
from definitions.plans import Plan, Undo

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("org", [organisation, demo], ids=["example", "demo"])


def _with(key: str, **fields: Any) -> Organisation:
    """The example with one of its items changed."""
    items = tuple(i.model_copy(update=fields) if i.key == key else i for i in organisation.catalogue)
    return organisation.model_copy(update={"catalogue": items})


def _task(key: str, **fields: Any) -> dict[str, Plan]:
    """VPN access with its task `key` changed."""
    plan = organisation.item("vpn-access").plan
    tasks = tuple(t.model_copy(update=fields) if t.key == key else t for t in plan.tasks)
    return {"plan": plan.model_copy(update={"tasks": tasks})}


def _stage(**fields: Any) -> dict[str, Any]:
    return {"approvals": (organisation.item("vpn-access").approvals[0].model_copy(update=fields),)}


def _needing_approval() -> Organisation:
    automations = tuple(
        a.model_copy(update={"needs_approval": a.key == "password-reset"}) for a in organisation.automations
    )
    return organisation.model_copy(update={"automations": automations})


BROKEN: list[tuple[Callable[[], Organisation], str]] = [
    (lambda: _with("vpn-access", service="fax"), "item:vpn-access: service names the service 'fax'"),
    (lambda: _with("vpn-access", team="netwrk"), "item:vpn-access: team names the team 'netwrk'"),
    (lambda: _with("vpn-access", targets=("soon",)), "item:vpn-access: targets names the target 'soon'"),
    (lambda: _with("vpn-access", **_stage(calendar="x")), "item:vpn-access: stage manager names the calendar 'x'"),
    (lambda: _with("vpn-access", **_stage(escalate_to="x")), "item:vpn-access: stage manager names the person 'x'"),
    (lambda: _with("vpn-access", **_stage(asks=("lead:x",))), "item:vpn-access: stage manager names the team 'x'"),
    (lambda: _with("vpn-access", **_stage(asks=("person:x",))), "item:vpn-access: stage manager names the person 'x'"),
    (
        lambda: _with("vpn-access", **_stage(asks=("role:king",))),
        "item:vpn-access: stage manager asks role:king, which is no role",
    ),
    (lambda: _with("vpn-access", **_task("account", team="x")), "item:vpn-access: task account names the team 'x'"),
    (
        lambda: _with("vpn-access", **_task("gateway", automation="x")),
        "item:vpn-access: task gateway names the automation 'x'",
    ),
    (
        lambda: _with("vpn-access", **_task("gateway", automation="password-reset")),
        "item:vpn-access: task gateway says that it changes nothing, but password-reset changes",
    ),
    (
        lambda: _with("vpn-access", **_task("account", undo=Undo(title="Back", team="x"))),
        "item:vpn-access: undo of task account names the team 'x'",
    ),
    (
        lambda: _with("vpn-access", targets=("fulfilled-days", "fulfilled-quick")),
        "item:vpn-access: two targets for the resolution clock",
    ),
    (
        lambda: _with("vpn-access", **_task("account", title="Add " + "x" * 2_000)),
        "of definition; 4096 is the most",
    ),
    (
        lambda: _with("vpn-access", form=Form(fields=(Field(key="day", kind=Kind.DATE, label="D", example="soon"),))),
        "item:vpn-access: field day: its own example 'soon' is not a date",
    ),
    (_needing_approval, "item:password-reset: task reset runs password-reset, which needs an approval"),
]


@pytest.mark.parametrize(("made", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_the_check_finds_what_does_not_fit_together(made: Callable[[], Organisation], said: str) -> None:
    found = [f"{problem.where}: {problem.what}" for problem in problems(made(), NOW)]

    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("key", "change", "said"),
    [
        ("vpn-access", lambda i: i["approvals"].append(i["approvals"][0]), "two stages manager"),
        ("password-reset", lambda i: i["plan"]["tasks"][0]["inputs"].update(person="who"), "the form has no field who"),
        (
            "vpn-access",
            lambda i: i["form"]["fields"][0].update(key="requester"),
            "every request has requester; call the field something else",
        ),
        (
            "vpn-access",
            lambda i: i["plan"]["tasks"][2].update(inputs={"why": "reason"}),
            "reason would stand in the history",
        ),
        (
            "shared-mailbox",
            lambda i: i["plan"]["tasks"][2].update(inputs={"to": "address"}),
            "address would stand in the history",
        ),
        ("vpn-access", lambda i: i.update(targets=[]), "at least 1 item"),
        ("laptop-replacement", lambda i: i["cost"].update(amount="12.345"), "no more than 2 decimal places"),
        ("laptop-replacement", lambda i: i.update(price=1), "Extra inputs are not permitted"),
    ],
)
def test_an_item_that_could_not_work_as_written_is_refused(key: str, change: Any, said: str) -> None:
    item = organisation.item(key).model_dump(mode="json")
    change(item)

    with pytest.raises(ValidationError, match=said):
        CatalogueItem.model_validate(item)


def test_ten_items_are_shipped_among_them_those_that_documents_name() -> None:
    keys = [item.key for item in organisation.catalogue]

    assert len(keys) == 10
    assert {"password-reset", "vpn-access", "new-starter", "software-licence", "vendor-onboarding"} < set(keys)


@BOTH
def test_what_a_request_carries_fits_into_its_input_and_comes_back_the_same(org: Organisation) -> None:
    slices = [org.request(item.key) for item in org.catalogue]

    sizes = {one.key: len(canonical(one)) for one in slices}
    print(f"\n{org.key}: bytes of definition in a request: {sizes}")
    assert max(sizes.values()) <= REQUEST_BYTES
    assert [RequestDefinition.model_validate_json(canonical(one)) for one in slices] == slices


@pytest.mark.parametrize("item", organisation.catalogue, ids=lambda item: item.key)
def test_somebody_may_ask_and_somebody_else_can_decide(item: CatalogueItem) -> None:
    people = {person.key: person for person in organisation.people}
    teams = {team.key: team for team in organisation.teams}
    may_ask = [p for p in people.values() if entitled(item.entitlement, p, p).allowed]

    assert may_ask
    for person in may_ask:
        for stage in item.approvals:
            who = asked(stage, owner=teams[item.team], requester=person, for_whom=person, teams=teams, people=people)
            # Max leads Example Ltd: what he asks for himself is decided by whoever owns the item, or by nobody.
            assert who or person.key == "max"


def test_the_version_follows_the_content_and_says_which_rules_a_request_began_with() -> None:
    changed = _with("vpn-access", gives="More.").item("vpn-access")

    assert changed.version != organisation.item("vpn-access").version
    assert CatalogueItem.model_validate_json(canonical(changed)).version == changed.version
    assert organisation.request("vpn-access").item_version == organisation.item("vpn-access").version
