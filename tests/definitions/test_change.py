"""A change is tried in full before it counts; what is refused says which operation, where, why and what to do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from definitions.change import Change, ChangeRefused, Operation, applied, patched, rebased
from definitions.example import organisation as example
from definitions.keyed import plain, view
from definitions.organisation import Organisation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def change(*patch: dict[str, Any], base: str = example.version) -> Change:
    return Change(base=base, why="to see", patch=tuple(Operation.model_validate(op) for op in patch))


def test_the_view_by_name_is_the_organisation_again() -> None:
    assert Organisation.model_validate(plain(view(example))) == example


def test_a_path_goes_by_name() -> None:
    title = {"op": "replace", "path": "/services/vpn/title", "value": "Way in"}
    skill = {"op": "add", "path": "/teams/network/members/jay/skills/-", "value": "dns"}

    result = applied(example, change(title, skill), NOW)

    assert result.service("vpn").title == "Way in"
    assert [m.skills[-1] for m in result.team("network").members if m.person == "jay"] == ["dns"]
    assert example.service("vpn").title == "VPN"


def test_what_is_added_stands_where_it_says() -> None:
    # `patched`, because such a rule would take every case from another one.
    rule = example.routing[1].model_dump(mode="json") | {"key": "first", "before": "outage"}
    result = patched(example, change({"op": "add", "path": "/routing/first", "value": rule}))
    moved = patched(result, change({"op": "add", "path": "/routing/first/before", "value": None}))

    keys = [rule.key for rule in example.routing]
    assert [rule.key for rule in result.routing] == ["first", *keys]
    assert [rule.key for rule in moved.routing] == [*keys, "first"]


@pytest.mark.parametrize(
    ("patch", "says", "path", "operation"),
    [
        (
            ("replace", "/services/vpn/default_team", "nobody"),
            "names the team 'nobody'",
            "/services/vpn/default_team",
            1,
        ),
        (("replace", "/services/vpm/title", "x"), "no 'vpm' in /services, only vpn, email", "/services/vpm/title", 1),
        (("replace", "/services/vpn/titel", "x"), "no 'titel' in /services/vpn", "/services/vpn/titel", 1),
        (("add", "/services/vpn/titel", "x"), "Extra inputs are not permitted", "/services/vpn/titel", 1),
        (("replace", "/services/vpn/confirm/remind_after_days", 61), "less than or equal to 60", None, 1),
        (("replace", "/services/vpn/confirm/remind_after_days", 9), "would close without a reminder", None, 1),
        (("remove", "/teams/network"), "service:vpn: default_team names the team 'network'", "/teams/network", 1),
        (("test", "/services/vpn/title", "Way in"), "it is 'VPN' now", "/services/vpn/title", 1),
        (("replace", "/services", {}), "is a list, whose order counts", "/services", 1),
        (("add", "/routing/new", {"key": "old"}), "the path says new, its key says old", "/routing/new", 1),
        (("add", "/routing/outage/before", "lost"), "no 'lost' in /routing", "/routing/outage/before", 1),
        (("replace", "/services/vpn/default_team", "service-desk"), "must reach network", None, 1),
    ],
)
def test_what_cannot_be_is_refused_by_operation_path_rule_and_next_step(
    patch: tuple[Any, ...], says: str, path: str | None, operation: int
) -> None:
    op = dict(zip(("op", "path", "value"), patch, strict=False))

    with pytest.raises(ChangeRefused) as refused:
        applied(example, change(op), NOW)

    assert says in refused.value.message
    assert f"Operation {operation} ({op['op']} {op['path']})" in refused.value.message
    assert refused.value.operation == operation
    assert path is None or refused.value.path == path
    assert refused.value.hint


@pytest.mark.parametrize(
    "op",
    [
        {"op": "replace", "path": "/name"},
        {"op": "remove", "path": "/name", "value": 1},
        {"op": "move", "path": "/name"},
        {"op": "add", "path": "", "value": 1},
        {"op": "add", "path": "/a~2", "value": 1},
        {"op": "spill", "path": "/name"},
    ],
)
def test_an_operation_that_the_rfc_does_not_know_is_refused(op: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Operation.model_validate(op)


def test_a_change_of_another_version_is_refused_until_it_is_rebased() -> None:
    mine = change(
        {"op": "test", "path": "/services/vpn/title", "value": "VPN"},
        {"op": "replace", "path": "/services/vpn/title", "value": "Way in"},
    )
    theirs = applied(example, change({"op": "replace", "path": "/services/email/title", "value": "Post"}))

    with pytest.raises(ChangeRefused, match=f"made for version {example.version}") as refused:
        applied(theirs, mine)
    assert "Rebase it" in refused.value.hint
    result = applied(theirs, rebased(mine, theirs))

    assert (result.service("vpn").title, result.service("email").title) == ("Way in", "Post")


def test_rebasing_meets_what_somebody_else_changed() -> None:
    mine = change(
        {"op": "test", "path": "/services/vpn/title", "value": "VPN"},
        {"op": "replace", "path": "/services/vpn/title", "value": "Way in"},
    )
    theirs = applied(example, change({"op": "replace", "path": "/services/vpn/title", "value": "Tunnel"}))

    with pytest.raises(ChangeRefused, match="it is 'Tunnel' now"):
        rebased(mine, theirs)


def test_rebasing_never_overwrites_what_nobody_looked_at() -> None:
    theirs = applied(example, change({"op": "replace", "path": "/services/email/title", "value": "Post"}))

    with pytest.raises(ChangeRefused, match="no test says what was at /services/vpn/title"):
        rebased(change({"op": "replace", "path": "/services/vpn/title", "value": "Way in"}), theirs)


def test_what_was_wrong_before_does_not_stop_a_change() -> None:
    unexplained = example.routing[0].model_copy(update={"examples": ()})
    broken = example.model_copy(update={"routing": (unexplained, *example.routing[1:])})

    result = applied(broken, change({"op": "replace", "path": "/name", "value": "Ours"}, base=broken.version), NOW)

    assert result.name == "Ours"


def test_a_change_is_written_as_in_the_rfc_and_known_by_its_content() -> None:
    one = change({"op": "move", "from": "/routing/outage", "path": "/routing/down"})

    assert one.model_dump(mode="json")["patch"] == [{"op": "move", "path": "/routing/down", "from": "/routing/outage"}]
    assert Change.model_validate(one.model_dump(mode="json")) == one
    assert one.version == Change.model_validate_json(one.model_dump_json()).version
    assert one.version != change({"op": "remove", "path": "/routing/down"}).version
