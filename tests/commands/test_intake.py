"""Mail by command while nothing runs: it is kept, known again, or put aside with its reason."""

from pathlib import Path

from office.opening import open_store
from sources import load
from tests.commands.conftest import Command
from tests.stories.letters import first, out_of_office


def test_a_mail_is_safe_though_nothing_runs(command: Command, desk_dir: Path) -> None:
    answer = command("intake", "email", "-o", "json", stdin=first("kept-1"))

    assert (answer.status, answer.json["outcome"]) == (0, "opened")
    assert "it goes on" in answer.json["reason"]
    with open_store(load({})) as store:
        row = store.inbox.start_of(answer.json["case_id"])
        assert row is not None
        assert (row.state, row.message_id) == ("received", "<kept-1@mail.example.org>")


def test_the_same_mail_again_is_the_same_case(command: Command) -> None:
    once = command("intake", "email", "-o", "json", stdin=first("again-1")).json

    again = command("intake", "email", "-o", "json", stdin=first("again-1")).json

    assert again["case_id"] == once["case_id"]


def test_what_is_no_mail_is_put_aside_whole(command: Command, desk_dir: Path) -> None:
    unreadable = b"From: a@example.org\n" + b"X-Line: y\n" * 20_000 + b"\nwords\n"

    answer = command("intake", "email", "-o", "json", stdin=unreadable)

    assert (answer.status, answer.json["outcome"]) == (0, "quarantined")
    with open_store(load({})) as store:
        kept = store.quarantine.ls()[0]
        assert kept.blob is not None
        assert store.blobs.get(kept.blob) == unreadable


def test_nothing_on_stdin_is_a_wrong_use(command: Command) -> None:
    answer = command("intake", "email", "-o", "json", stdin=b" \n")

    assert (answer.status, answer.json["error"]["code"]) == (2, "usage")


def test_only_those_who_may_take_mail_in(command: Command) -> None:
    answer = command("intake", "email", "--as", "rita", "-o", "json", stdin=first("forbidden-1"))

    assert answer.status == 4


def test_a_mailbox_that_is_not_set_is_said(command: Command) -> None:
    answer = command("intake", "run", "-o", "json")

    assert answer.status == 2
    assert "JIDOKA_MAIL_IMAP_URL" in answer.json["error"]["hint"]


def test_an_out_of_office_answer_to_nothing_of_ours_opens_no_case(command: Command) -> None:
    import email
    import email.policy

    ours = email.message_from_bytes(first("x"), policy=email.policy.default)
    ours["Reply-To"] = "help@example.com"

    answer = command("intake", "email", "-o", "json", stdin=out_of_office(ours, "away-1"))

    assert (answer.json["outcome"], answer.json["case_id"]) == ("ignored", None)
