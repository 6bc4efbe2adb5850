"""People, tokens and swaps by command; every one asks whether the person may."""

from pathlib import Path

from office.opening import open_store
from sources import load
from tests.commands.conftest import Command

SWAP = ("--team", "network", "--from", "2026-11-22T00:00Z", "--until", "2026-11-23T00:00Z")


def test_the_list_names_everybody_and_filters(command: Command) -> None:
    network = command("directory", "ls", "--team", "network", "--role", "lead", "-o", "json")

    assert [known["key"] for known in network.json] == ["dana"]


def test_a_person_is_found_by_address_and_the_look_is_logged(command: Command, desk_dir: Path) -> None:
    shown = command("directory", "show", "rita@example.org", "--as", "sam", "-o", "json")

    assert shown.json["key"] == "rita"
    with open_store(load({})) as store:
        assert [(look.actor, look.action) for look in store.access_log.ls(object="person:rita")] == [("sam", "show")]


def test_a_requester_reads_nothing_about_others(command: Command) -> None:
    answers = [
        command("directory", *verb, "--as", "rita", "-o", "json")
        for verb in (["ls"], ["show", "omar"], ["token", "omar"], ["forget", "omar", "--yes"], ["swap", "ls"])
    ]

    assert [answer.status for answer in answers] == [4] * 5
    assert all(answer.json["error"]["hint"] for answer in answers)


def test_a_token_acts_as_its_person_until_it_is_revoked(command: Command, desk_dir: Path) -> None:
    token = command("directory", "token", "sam", "--label", "script", "--as", "ada", "-o", "json").json["token"]
    with open_store(load({})) as store:
        before = store.directory.person_of_token(token)

    revoked = command("directory", "token", "sam", "--revoke", "--as", "ada", "-o", "json")

    with open_store(load({})) as store:
        assert (before, store.directory.person_of_token(token)) == ("sam", None)
    assert revoked.json["revoked"] == 1


def test_nobody_gives_out_more_rights_than_they_have(command: Command) -> None:
    answer = command("directory", "token", "ada", "--as", "olga", "-o", "json")

    assert answer.status == 4
    assert "admin" in answer.json["error"]["message"]


def test_a_forgotten_contact_leaves_neither_name_nor_words(command: Command, desk_dir: Path) -> None:
    with open_store(load({})) as store:
        key = store.directory.ensure("lea@example.org", "Lea")
        words = store.texts.put("My private words.", person=key)

    answer = command("directory", "forget", "lea@example.org", "--yes", "--as", "ada", "-o", "json")

    assert answer.json == {"person": key, "texts_erased": 1, "drafts_erased": 0}
    with open_store(load({})) as store:
        known = store.directory.get(key)
        assert known is not None
        assert (known.name, known.addresses) == ("", ())
        assert store.texts.get_many([words.id]) == {}


def test_somebody_of_the_organisation_is_not_forgotten_while_the_definitions_name_them(command: Command) -> None:
    answer = command("directory", "forget", "rita", "--yes", "--as", "ada", "-o", "json")

    assert answer.status == 1
    assert "definitions" in answer.json["error"]["hint"]


def test_a_swap_is_added_listed_and_taken_back(command: Command) -> None:
    added = command("directory", "swap", "add", *SWAP, "--person", "maria", "--instead-of", "jay", "-o", "json")
    listed = command("directory", "swap", "ls", "--team", "network", "-o", "json")

    removed = command("directory", "swap", "rm", str(added.json["number"]), "-o", "json")

    assert listed.json == [added.json]
    assert (added.json["person"], added.json["instead_of"], added.json["from"]) == (
        "maria",
        "jay",
        "2026-11-22T00:00:00Z",
    )
    assert removed.status == 0
    assert command("directory", "swap", "ls", "-o", "json").json == []


def test_a_swap_with_somebody_outside_the_team_is_refused(command: Command) -> None:
    answer = command("directory", "swap", "add", *SWAP, "--person", "sam", "--instead-of", "jay", "-o", "json")

    assert answer.status == 2
    assert "not in the team" in answer.json["error"]["message"]
