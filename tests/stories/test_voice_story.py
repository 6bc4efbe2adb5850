"""What people say, on the real stack: asked by mail after a case, answered by a click or a word, heard out."""

import re
import urllib.parse
import urllib.request
from email.message import EmailMessage
from typing import Any

import pytest

from tests.stack.conftest import eventually
from tests.stories.conftest import Stack, _read
from tests.stories.letters import first, out_of_office, reply

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def served(stack: Stack, sender: str) -> str:
    """A case of somebody whom no other story knows, solved and confirmed."""
    name = sender.partition("@")[0]
    case: str = stack.ask("intake", "email", stdin=first(f"{name}-1", sender=sender))["case_id"]
    for act in (["start"], ["resolve", "--note", "New profile."]):
        stack.ask("incident", act[0], case, *act[1:], "--as", "jay")
    stack.ask("incident", "confirm", case, "--as", sender)
    eventually(lambda: stack.case(case)["state"] == "closed", "the end of the case")
    return case


def asked(stack: Stack, sender: str) -> EmailMessage:
    """The mail of the survey to them, after a round that was begun by hand."""

    def mail() -> EmailMessage | None:
        stack.ask("survey", "run", "--as", "ada")
        folder = stack.data_dir / "mail" / "outbox" / "new"
        sent = [mail for mail in map(_read, folder.glob("*")) if "How did it go" in str(mail["Subject"])]
        return next((mail for mail in sent if sender in mail["To"]), None)

    return eventually(mail, f"a survey to {sender}")


def measured(stack: Stack, metric: str) -> dict[str, Any]:
    """A metric of the desk, once somebody counts in it."""

    def there() -> dict[str, Any] | None:
        shown: dict[str, Any] = stack.ask("measure", metric, "--as", "dana")
        return shown if shown["n"] else None

    return eventually(there, f"somebody in {metric}")


def test_one_word_in_a_reply_is_an_answer_and_the_case_stays_closed(stack: Stack) -> None:
    wendy = "wendy@example.org"
    case = served(stack, wendy)
    mail = asked(stack, wendy)

    away = stack.ask("intake", "email", stdin=out_of_office(mail, "wendy-2", sender=wendy))
    answered = stack.ask("intake", "email", stdin=reply(mail, "wendy-3", "5, thank you!", sender=wendy))

    shown = stack.case(case)
    assert (away["outcome"], answered["outcome"], answered["reason"]) == (
        "ignored",
        "threaded",
        "an answer to a survey",
    )
    assert shown["state"] == "closed"
    assert [(r["score"], r["channel"], r["words"]) for r in shown["ratings"]] == [(5, "email", "thank you!")]
    csat = measured(stack, "csat")
    assert any("response rate" in beside["what"] for beside in csat["beside"])


def test_a_click_opens_a_page_that_asks_once_more_and_a_bad_answer_is_answered_by_a_person(stack: Stack) -> None:
    walter = "walter@example.org"
    case = served(stack, walter)
    page = re.search(r'href="(http://[^"]+/voice/[a-z0-9]+/2)"', _html(asked(stack, walter)))
    assert page is not None
    opened = urllib.request.urlopen(page[1]).read().decode()
    untouched = stack.case(case)["ratings"]

    sent = _post(page[1].rpartition("/")[0], score="2", effort="3", minutes="45", text="Nobody called me back.")

    complaint = stack.case(case)["ratings"][0]["feedback"]
    stack.ask("feedback", "answer", complaint, "--note", "I am sorry.", "--as", "dana")
    stack.ask("feedback", "close", complaint, "--did", "Call-backs are on the wall now.", "--as", "dana")
    closed = eventually(lambda: _closed(stack, complaint), "the end of the complaint")
    assert 'value="2" checked' in opened
    assert untouched == []
    assert "Thank you" in sent
    assert (closed["tone"], closed["about"], closed["outcome"]) == ("complaint", case, "acted_on")
    templates = [m["kind"] for m in closed["messages"] if m["kind"].startswith("feedback")]
    assert templates == ["feedback_received", "feedback_owner", "feedback_answer", "feedback_done"]
    for metric in ("feedback_response_time", "acted_on_rate", "customer_effort", "lost_time"):
        measured(stack, metric)


def test_a_case_is_rated_and_a_compliment_reaches_who_it_is_about_by_command(stack: Stack) -> None:
    vera = "vera@example.org"
    case = served(stack, vera)

    rated = stack.ask(
        *("feedback", "give", "--case", case, "--score", "4", "--effort", "6", "--minutes", "30"),
        *("--text", "Quick!", "--as", vera),
    )
    praised = stack.ask(
        *("feedback", "give", "--case", case, "--tone", "compliment", "--text", "Jay is a star.", "--as", vera)
    )

    shared = eventually(lambda: _closed(stack, praised["id"]), "the end of the compliment")
    to_jay = [mail for mail in stack.mails(praised["id"]) if "jay@example.com" in mail["To"]]
    assert (rated["score"], rated["effort"], rated["minutes"], rated["words"], rated["feedback"]) == (
        4,
        6,
        30,
        True,
        None,
    )
    assert shared["shared_with"] == ["jay"]
    assert "Jay is a star." in to_jay[0].as_string()


def test_a_mail_that_says_so_is_feedback_and_what_is_given_without_a_name_leaves_no_trace(stack: Stack) -> None:
    by_mail = stack.ask(
        "intake", "email", stdin=first("vince-1", sender="vince@example.org", subject="Complaint: nobody answers")
    )
    nameless = stack.ask(
        *("feedback", "give", "--service", "vpn", "--text", "The lead shouts.", "--tone", "complaint", "--anonymous"),
        *("--as", "vince@example.org"),
    )

    shown = stack.ask("feedback", "show", by_mail["case_id"], "--as", "dana")
    secret = eventually(lambda: _routed(stack, nameless["id"]), "its owner")
    assert (shown["tone"], shown["requester"]) == ("complaint", "vince@example.org")
    assert (secret["requester"], secret["events"][0]["actor"]) == (None, "anonymous")
    vince = next(p["key"] for p in stack.ask("directory", "ls", "--as", "ada") if "vince@example.org" in str(p))
    assert vince not in str(secret)


def test_what_cannot_be_done_says_why_and_what_next(stack: Stack) -> None:
    case = served(stack, "violet@example.org")

    foreign = stack.call("feedback", "give", "--case", case, "--score", "5", "--as", "omar", "-o", "json")
    off = stack.call("feedback", "give", "--case", case, "--score", "9", "--as", "violet@example.org", "-o", "json")
    both = stack.call("feedback", "give", "--case", case, "--score", "5", "--tone", "complaint", "-o", "json")
    none = stack.call("feedback", "give", "--score", "5", "-o", "json")
    missing = stack.call("feedback", "give", "--case", "INC-none0000", "--score", "5", "-o", "json")
    nothing = stack.call("feedback", "give", "--text", "", "-o", "json")
    unsaid = stack.call("feedback", "close", "FBK-none0000", "-o", "json")

    answers = (foreign, off, both, none, missing, nothing, unsaid)
    assert [answer.status for answer in answers] == [4, 2, 2, 2, 3, 2, 2]
    assert all(answer.json["error"]["hint"] for answer in answers)
    assert "1 (very dissatisfied) to 5 (very satisfied)" in off.json["error"]["message"]


def _closed(stack: Stack, case: str) -> dict[str, Any] | None:
    shown: dict[str, Any] = stack.ask("feedback", "show", case, "--as", "dana")
    told = {m["kind"] for m in shown["messages"]}
    return shown if shown["state"] == "closed" and told & {"feedback_done", "compliment_passed"} else None


def _routed(stack: Stack, case: str) -> dict[str, Any] | None:
    shown: dict[str, Any] = stack.ask("feedback", "show", case, "--as", "dana")
    return shown if shown["team"] else None


def _post(page: str, **fields: str) -> str:
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(page, data=body) as answer:
        text: str = answer.read().decode()
    return text


def _html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())
