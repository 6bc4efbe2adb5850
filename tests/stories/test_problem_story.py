"""A recurring cause on the real stack: two incidents, one problem, a workaround for both, a solution that must last."""

from typing import Any

import pytest

from tests.stack.conftest import eventually
from tests.stories.conftest import Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def opened(stack: Stack, title: str, who: str) -> str:
    """An incident of the ERP."""
    args = ("--service", "erp", "--category", "report", "--title", title, "--requester", who, "--as", "sam")
    case: str = stack.ask("incident", "open", *args)["id"]
    return case


def becomes(stack: Stack, noun: str, case: str, **wanted: object) -> None:
    """Wait until the case shows it."""

    def there() -> bool:
        shown = stack.ask(noun, "show", case, "--as", "sam")
        return all(shown[name] == value for name, value in wanted.items())

    eventually(there, f"{case} shows {wanted}")


def test_a_problem_helps_those_who_wait_and_comes_back_when_it_is_not_gone(stack: Stack) -> None:
    first = opened(stack, "Month report stops at page nine", "rita@example.org")
    second = opened(stack, "Report stops at page 9", "omar@example.org")

    problem = stack.ask(
        "problem", "open", "--title", "Month report stops at page nine", "--from", first, "--as", "lena"
    )
    key = problem["id"]
    stack.ask("incident", "link", second, "--problem", key, "--as", "sam")
    becomes(stack, "incident", first, linked_problem=key)
    stack.ask("problem", "rule-out", key, "--reason", "Not the printer: the file is short too.", "--as", "lena")
    words = "Print pages one to nine and ten to the end apart."
    stack.ask("problem", "known-error", key, "--cause", "Font cache", "--workaround", words, "--as", "lena")

    for case in (first, second):
        mail = stack.mail(case, 1)
        body = mail.get_body(("plain",))
        assert body is not None
        assert words in " ".join(body.get_content().split())
        assert "Font cache" not in body.get_content()

    third = opened(stack, "The month report stops at page nine", "hugo@example.org")
    found = stack.ask("incident", "show", third, "--as", "sam")["known_errors"]
    assert [(each["problem"], each["workaround"]) for each in found] == [(key, words)]
    page = stack.call("incident", "show", third, "--as", "sam").out
    assert f"jidoka problem share {key} --with {third}" in page
    stack.ask("problem", "share", key, "--with", third, "--as", "sam")
    again = stack.call("problem", "share", key, "--with", third, "--as", "sam", "-o", "json")
    assert (again.status, again.json["error"]["code"]) == (1, "refused")

    stack.ask("problem", "resolve", key, "--note", "The report server has a new font.", "--as", "lena")
    for case in (first, second, third):
        becomes(stack, "incident", case, state="resolved")
    shown = stack.ask("problem", "show", key, "--as", "lena")
    assert shown["state"] == "resolved"
    assert shown["problem"]["incidents"] == [first, second, third]
    assert shown["problem"]["ruled_out"] == ["Not the printer: the file is short too."]

    # What comes back is found in the records, which are a moment behind the run.
    eventually(lambda: stack.ask("problem", "ls", "--state", "resolved", "--as", "sam"), "the resolved problem listed")
    back = opened(stack, "Month report stops at page nine again", "rita@example.org")
    becomes(stack, "problem", key, state="queued")
    assert stack.ask("problem", "show", key, "--as", "lena")["problem"]["recurrences"] == [back]
    told = stack.mail(key, 0)
    assert (told["To"].addresses[0].addr_spec, "Back again?" in told["Subject"]) == ("lena@example.com", True)

    listed = stack.ask("problem", "ls", "--service", "erp", "--as", "sam")
    assert [row["id"] for row in listed] == [key]
    reports = eventually(lambda: _reports(stack, 4), "all four incidents among the candidates")
    assert reports["problems"] == [key]


def _reports(stack: Stack, n: int) -> dict[str, Any] | None:
    """What the reports of the ERP cost, once so many incidents count."""
    kinds = stack.ask("problem", "candidates", "--as", "dana")["candidates"]
    wanted = ("erp", "report", n)
    return next((kind for kind in kinds if (kind["service"], kind["category"], kind["n"]) == wanted), None)


def test_an_incident_that_has_ended_is_linked_by_the_same_command(stack: Stack) -> None:
    case = opened(stack, "Numbers of the branch are missing", "rita@example.org")
    key = stack.ask("problem", "open", "--title", "Branch figures", "--service", "erp", "--as", "lena")["id"]
    stack.ask("incident", "cancel", case, "--reason", "Found them.", "--as", "rita")
    becomes(stack, "incident", case, state="cancelled")

    shown = stack.ask("incident", "link", case, "--problem", key, "--as", "sam")

    assert (shown["id"], shown["problem"]["incidents"]) == (key, [case])


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("open", "--title", "X", "--as", "sam"), 2, "Name --service, or incidents with --from."),
        (("open", "--title", "X", "--from", "INC-nowhere1", "--as", "sam"), 3, "there is no incident"),
        (("open", "--title", "X", "--service", "tea", "--as", "sam"), 3, "there is no service"),
        (("open", "--title", "X", "--service", "erp", "--as", "rita"), 4, "rita may open only for their own cases"),
        (("show", "PRB-nowhere1", "--as", "sam"), 3, "See `jidoka problem ls`."),
        (("known-error", "PRB-nowhere1", "--as", "sam"), 2, "What is known?"),
        (("resolve", "PRB-nowhere1", "--note", "Done", "--watch-days", "0", "--as", "sam"), 2, "1<=x<=366"),
        (("share", "PRB-nowhere1", "--with", "INC-nowhere1", "--as", "sam"), 3, "INC-nowhere1"),
    ],
)
def test_bad_input_is_refused_with_the_next_step(stack: Stack, args: tuple[str, ...], status: int, said: str) -> None:
    answer = stack.call("problem", *args)

    assert answer.status == status, answer.out + answer.err
    assert said in answer.err
