"""From a case to an article and back: captured in the words of both, used on the next case, linked by its facts."""

import pytest

from tests.stack.conftest import eventually
from tests.stories.conftest import Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def opened(stack: Stack, title: str, description: str) -> str:
    args = ("--service", "workplace", "--title", title, "--description", description, "--as", "hugo")
    case: str = stack.ask("incident", "open", *args)["id"]
    return case


def refused(stack: Stack, *args: str) -> tuple[int, str]:
    answer = stack.call(*args, "-o", "json")
    return answer.status, answer.json["error"]["message"] if answer.status else ""


def test_what_was_learned_on_one_case_solves_the_next(stack: Stack) -> None:
    first = opened(stack, "Laminator eats paper", "The laminator on floor 2 swallows every sheet.")
    too_early = refused(stack, "knowledge", "capture", first, "--as", "ben")
    stack.ask("incident", "resolve", first, "--note", "Clean the rollers with alcohol.", "--as", "ben")

    draft = stack.ask("knowledge", "capture", first, "--audience", "public", "--as", "ben")
    again = stack.ask("knowledge", "capture", first, "--as", "lucy")
    key = draft["key"]
    stack.ask("knowledge", "approve", key, "--as", "lucy")
    stack.ask("knowledge", "publish", key, "--as", "lucy")
    second = opened(stack, "Laminator again", "Swallows sheets")
    found = stack.ask("knowledge", "search", "laminator swallows my sheets", "--as", "hugo")["results"]
    solved = stack.ask("incident", "resolve", second, "--note", "As written.", "--article", key.upper(), "--as", "sam")

    assert too_early[0] == 1
    assert too_early[1].endswith("there is no solution to write down yet")
    assert (draft["title"], draft["service"], draft["state"]) == ("Laminator eats paper", "workplace", "draft")
    assert draft["problem"] == "The laminator on floor 2 swallows every sheet."
    assert draft["answer"] == "Clean the rollers with alcohol."
    assert (again["key"], again["created"]) == (key, False)
    assert found[0]["key"] == key
    assert solved["articles"] == [key]

    def linked() -> list[tuple[str, str]]:
        cases = stack.ask("knowledge", "show", key, "--as", "ben")["cases"]
        return sorted((case["case_id"], case["how"]) for case in cases)

    wanted = sorted([(first, "captured"), (second, "resolved")])
    assert eventually(lambda: linked() if len(linked()) == 2 else None, "the link of the fact") == wanted


def test_a_case_is_not_solved_with_an_article_that_its_analyst_cannot_see(stack: Stack) -> None:
    case = opened(stack, "Shredder stuck", "It hums")
    new = ("--service", "vpn", "--title", "Secret of the network", "--problem", "x", "--audience", "team")
    hidden = stack.ask("knowledge", "new", *new, "--as", "jay")["key"]

    answers = [
        refused(stack, "incident", "resolve", case, "--note", "Done", "--article", key, "--as", "ben")
        for key in (hidden, "kb-nowhere00")
    ]

    assert answers == [(3, f"there is no article {key!r} that you may see") for key in (hidden, "kb-nowhere00")]
    assert stack.case(case)["resolved_at"] is None
    assert refused(stack, "knowledge", "link", hidden, case, "--as", "ben") == answers[0]
    assert stack.call("knowledge", "link", hidden, case, "--as", "jay").status == 0
