"""Automations by command, with nothing running."""

from pathlib import Path

import pytest

from office.opening import open_store
from sources import load
from tests.commands.conftest import Command


def test_the_list_says_of_each_what_it_does_and_whether_it_may_run(command: Command) -> None:
    listed = command("automation", "ls", "--as", "sam", "-o", "json")

    rows = {row["key"]: row for row in listed.json}
    assert rows["password-reset"]["does"] == "ldap-password-reset"
    assert (rows["password-reset"]["risk"], rows["password-reset"]["consent"]) == ("changes", True)
    assert {row["state"] for row in rows.values()} == {"works"}


def test_one_is_shown_with_what_it_takes_and_where_its_secret_is_never_what_it_is(command: Command) -> None:
    shown = command("automation", "show", "password-reset", "--as", "sam", "-o", "json").json
    text = command("automation", "show", "password-reset", "--as", "sam").out

    assert shown["inputs"]["bind_password"] == "secrets:directory"
    assert "person" in shown["takes"]["required"]
    assert "person: to be given" in text
    assert "0 of 30 in the last hour" in text


def test_what_this_installation_says_stands_over_the_definition(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIDOKA_AUTOMATION_INPUTS", '{"vpn-name": {"name": "vpn.here.test"}}')

    shown = command("automation", "show", "vpn-name", "--as", "sam", "-o", "json").json

    assert shown["inputs"]["name"] == "vpn.here.test"


def test_a_pause_is_seen_at_once_with_who_and_why_and_is_logged(command: Command, desk_dir: Path) -> None:
    paused = command("automation", "pause", "vpn-name", "--reason", "wrong host", "--as", "olga", "-o", "json")
    listed = command("automation", "ls", "--as", "sam")

    assert paused.json["state"] == "paused"
    assert "vpn-name is paused by olga since" in listed.out
    assert "wrong host" in listed.out
    with open_store(load({})) as store:
        assert [(look.actor, look.action) for look in store.access_log.ls(object="automation:vpn-name")] == [
            ("olga", "pause")
        ]
    assert command("automation", "resume", "vpn-name", "--as", "dana", "-o", "json").json["state"] == "works"


@pytest.mark.parametrize(
    ("args", "who", "status", "said"),
    [
        (("pause", "vpn-name", "--reason", "x"), "sam", 4, "automation_switch"),
        (("resume", "vpn-name"), "rita", 4, "automation_switch"),
        (("ls",), "rita", 4, "definitions"),
        (("show", "nothing"), "sam", 3, "choose one of"),
        (("pause", "nothing", "--reason", "x"), "ada", 3, "choose one of"),
        (("pause", "vpn-name"), "ada", 2, "--reason"),
        (("run", "vpn-name", "--undo"), "sam", 2, "takes back a run for a case"),
        (("run", "vpn-name", "--field", "nonsense"), "sam", 2, "'nonsense' cannot be used"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    command: Command, args: tuple[str, ...], who: str, status: int, said: str
) -> None:
    answer = command("automation", *args, "--as", who, "-o", "json")

    assert answer.status == status
    assert said in answer.json["error"]["message"]
    assert answer.json["error"]["hint"]
