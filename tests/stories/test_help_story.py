"""A forgotten password by mail, on the real stack: an article is offered, a remedy proposed, and one word is enough."""

import json
import time

import pytest

from tests.activities.automation.servers import Slapd
from tests.stack.conftest import eventually
from tests.stories.letters import first, reply
from tests.stories.test_password_story import PASSWORD, OwnStack, certificate, desk, handed_over, slapd

__all__ = ["certificate", "desk", "slapd"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def articles(desk: OwnStack) -> None:
    desk.ask("knowledge", "import", "--as", "ada")


def written(desk: OwnStack, who: str) -> str:
    """The case of a mail by somebody; nobody is sent so many first answers in a row, so each is another's."""
    letter = first(f"{who}-1", subject="I forgot my password", sender=f"{who}@example.org")
    letter = letter.replace(
        b"since the update this morning my VPN tunnel drops every ten minutes.", b"I am back from leave."
    )
    return str(desk.ask("intake", "email", stdin=letter)["case_id"])


def said(desk: OwnStack, case: str, number: int, words: str, who: str = "rita") -> None:
    """An answer to a mail about it."""
    letter = reply(desk.mail(case, number), f"{case}-{number}", words, sender=f"{who}@example.org")
    desk.ask("intake", "email", stdin=letter)


def until(desk: OwnStack, case: str, state: str) -> dict[str, object]:
    shown: dict[str, object] = eventually(
        lambda: (found := desk.ask("incident", "show", case, "--as", "sam"))["state"] == state and found, state
    )
    return shown


def words_of(desk: OwnStack, case: str, number: int) -> str:
    body = desk.mail(case, number).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_a_yes_by_mail_sets_a_temporary_password_and_another_one_ends_the_case(
    desk: OwnStack,
    slapd: Slapd,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with slapd.serving():
        case = written(desk, "rita")
        asked = words_of(desk, case, 0)
        before = slapd.changes().count("uid=rita")
        began = time.monotonic()
        said(desk, case, 0, "Yes")
        resolved = until(desk, case, "resolved")
        took = time.monotonic() - began
        changed = slapd.changes().count("uid=rita") - before
    with capsys.disabled():
        print(f"\nresolved {took:.1f} s after the yes was handed in, {changed} change in the directory")
    private = eventually(lambda: handed_over(desk), "the temporary password")
    told = words_of(desk, case, 1)
    said(desk, case, 1, "Yes, I am in, thank you")
    closed = until(desk, case, "closed")

    assert "Choose Forgot my password and prove who you are" in asked
    assert "A temporary password for your account, sent to your recovery address." in asked
    assert (before, changed) == (0, 1)
    assert "Temporary password: " in str(private)
    assert "This was done for you, without waiting for a person" in told
    assert resolved["touchless"]
    assert (closed["outcome"], closed["touchless"]) == ("automated", True)
    assert PASSWORD not in json.dumps(closed)
    assert "Temporary password" not in json.dumps(closed)


def test_while_the_directory_is_away_a_person_gets_the_case_with_what_was_found(desk: OwnStack) -> None:
    case = written(desk, "omar")
    said(desk, case, 0, "Yes", "omar")

    shown = eventually(
        lambda: (
            found := desk.ask("incident", "show", case, "--as", "sam")
        ) and any(e["type"] == "remedy_tried" for e in found["events"]) and found,
        "what became of the remedy",
    )  # fmt: skip

    assert (shown["state"], shown["assignee"]) == ("queued", None)
    [found] = [e["data"] for e in shown["events"] if e["data"].get("automation") == "password-reset"][:1]
    assert found["outcome"] == "failed"
    assert "Next: " in found["finding"]
    assert [p["state"] for p in shown["promises"]] == ["open"]
    assert len(desk.mails(case)) == 1, "the requester was told once, and by when somebody answers"


def test_one_word_closes_and_one_word_brings_back(desk: OwnStack) -> None:
    case = written(desk, "chloe")
    said(desk, case, 0, "This solved it, thanks!", "chloe")
    closed = until(desk, case, "closed")
    told = words_of(desk, case, 1)
    said(desk, case, 1, "No, now it asks for the old one again.", "chloe")
    back = until(desk, case, "queued")

    assert (closed["outcome"], closed["touchless"], closed["articles"]) == (
        "self_service",
        True,
        ["kb-password-forgotten"],
    )
    assert "Good to hear that it is solved." in told
    assert back["outcome"] is None
    used = desk.ask("knowledge", "show", "kb-password-forgotten", "--as", "sam")
    assert case in json.dumps(used)
