"""A major incident on the real stack: reviewed by itself, held by the lead, an action given and done, a report."""

from pathlib import Path

import pytest

from tests.stack.conftest import eventually
from tests.stories.conftest import Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def refused(stack: Stack, *args: str) -> tuple[int, str]:
    answer = stack.call(*args, "-o", "json")
    return answer.status, answer.json["error"]["message"] if answer.status else ""


def body(mail: object) -> str:
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return " ".join(str(part.get_content()).split())


def test_a_major_incident_is_reviewed_and_what_is_done_about_it_is_watched(stack: Stack, tmp_path: Path) -> None:
    opening = ("--service", "vpn", "--category", "outage", "--title", "Tunnel gone", "--requester", "vera@example.org")
    case = stack.ask("incident", "open", *opening, "--as", "sam")["id"]
    stack.ask("incident", "major", "declare", case, "--as", "dana")
    stack.ask("incident", "start", case, "--as", "jay")
    stack.ask("incident", "resolve", case, "--note", "New certificate.", "--as", "jay")

    def known() -> str | None:
        found: str | None = stack.ask("incident", "show", case, "--as", "dana")["reviewed"]
        return found

    review = eventually(known, "the review of the incident")
    lead = stack.ask("review", "show", review, "--as", "dana")["assignee"]
    without = refused(stack, "review", "conclude", review, "--as", lead)
    finding = ("--kind", "cause", "--text", "The certificate had run out.")
    stack.ask("review", "finding", "add", review, *finding, "--as", lead)
    stranger = refused(stack, "review", "action", "add", review, "--title", "X", "--owner", "rita", "--as", lead)
    action = ("--title", "Warn before certificates end", "--owner", "kim", "--watch-days", "60")
    added = stack.ask("review", "action", "add", review, *action, "--as", lead)["actions"][0]
    waiting = eventually(lambda: mine(stack, "kim", added["id"]), "the action in the inbox")
    stack.ask("review", "conclude", review, "--as", lead)
    done = stack.ask("review", "action", "done", added["id"], "--note", "It rings.", "--as", "kim")

    assert without == (1, f"{review} has no finding yet: add one, or say why there is none")
    assert stranger == (2, "rita does not work here, so an action cannot be theirs")
    assert waiting["command"] == f"jidoka review action done {review}/a1"
    assert (done["state"], done["actions"][0]["state"], done["about"]) == ("resolved", "watched", case)
    called, todo = stack.mail(review, 0), stack.mail(review, 1)
    assert f"jidoka review conclude {review}" in body(called)
    assert "Warn before certificates end" in body(todo)
    assert f"jidoka review action done {review}/a1" in body(todo)

    page, text = tmp_path / "review.html", tmp_path / "review.md"
    for path in (page, text):
        stack.ask("review", "report", review, "--out", str(path), "--as", "dana")
    first = text.read_bytes()
    stack.ask("review", "report", review, "--out", str(text), "--as", "jay")
    assert text.read_bytes() == first
    assert "declared a major incident" in first.decode()
    assert "vera" not in first.decode()
    assert "jay" not in first.decode()
    assert "The certificate had run out." in page.read_text()
    assert refused(stack, "review", "report", review, "--as", "vera@example.org")[0] == 4
    assert refused(stack, "review", "show", review, "--as", "vera@example.org")[0] == 4
    again = stack.ask("review", "start", case, "--as", "dana")
    assert (again["id"], again["created"]) == (review, False)


def mine(stack: Stack, person: str, task: str) -> dict[str, str] | None:
    """What waits for somebody, of this id."""
    return next((row for row in stack.ask("inbox", "--as", person) if row["id"] == task), None)


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("review", "start", "INC-nowhere00"), 3, "there is no case 'INC-nowhere00'"),
        (("review", "report", "PIR-nowhere00"), 3, "there is no review 'PIR-nowhere00'"),
        (("review", "report", "PIR-nowhere00", "--out", "x.pdf"), 2, "A report cannot be written as '.pdf'."),
        (("review", "action", "done", "PIR-nowhere00"), 2, "'PIR-nowhere00' names no action."),
        (("review", "conclude", "PIR-nowhere00"), 3, "there is no case 'PIR-nowhere00'"),
    ],
)
def test_what_is_not_there_is_said(stack: Stack, args: tuple[str, ...], status: int, said: str) -> None:
    assert refused(stack, *args, "--as", "dana") == (status, said)
