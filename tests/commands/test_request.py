"""What is typed into a form and as a task, before anything else happens; how a request and an inbox read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from commands.request_text import request_blocks, waiting_lines
from commands.tasks_text import listed, waiting
from definitions.kinds import KINDS, noun_of
from tests.commands.conftest import Command

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = "2026-03-02T11:00:00.000000Z"
CASE: dict[str, Any] = {
    "id": "REQ-aaaa",
    "item": "vpn-access",
    "requester": "rita@example.org",
    "for_whom": "omar@example.org",
    "answers": {"reason": "I work\x1b[31m from home"},
    "approvals": [
        {
            "title": "Do all agree?", "standing": "open", "due_at": DUE, "needs": "all", "people": ["max", "chloe"],
            "team": None, "waits_for": ["max"],
            "said": [{"person": "chloe", "by": "omar", "yes": False, "at": DUE, "reason": "Not now"}],
        }
    ],
    "tasks": [
        {
            "id": "REQ-aaaa/account", "state": "open", "title": "Add", "team": "network", "assignee": None,
            "ended_by": None, "why": "no address", "automation": "look", "note": None, "form": {"asset": "LT-0911"},
        }
    ],
    "remains": [{"task": "letter", "title": "Send the letter", "why": "It has been read."}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--field", "reason"), "names no field"),
        (("--field", "=x"), "names no field"),
        (("--field", "a=1", "--field", "a=2"), "a is given twice"),
    ],
)
def test_what_is_no_field_is_said_before_anything_is_opened(
    command: Command, words: tuple[str, ...], said: str
) -> None:
    answer = command("request", "open", "--item", "vpn-access", *words)

    assert answer.status == 2
    assert said in answer.err


@pytest.mark.parametrize("name", ["REQ-aaaa", "/laptop", "REQ-aaaa/", "laptop"])
def test_a_task_is_named_with_its_case(command: Command, name: str) -> None:
    answer = command("task", "claim", name)

    assert answer.status == 2
    assert "REQ-7k2m9q4z/laptop" in answer.err


def test_two_ways_of_choosing_tasks_at_once_are_refused(command: Command) -> None:
    assert command("task", "ls", "--mine", "--all").status == 2


def test_the_page_of_a_request_says_who_decides_who_works_and_what_remains() -> None:
    text = "\n".join(line for block in request_blocks(CASE, NOW) for line in block)

    assert "for             omar@example.org" in text
    assert "omar for chloe said no: Not now" in text
    assert "max has not answered" in text
    assert "look could not: no address" in text
    assert "asset: LT-0911" in text
    assert "Send the letter: It has been read." in text
    assert "\x1b" not in text
    assert waiting_lines(CASE, NOW) == [
        "Waits for max: Do all agree? (in 2 h)",
        "Task REQ-aaaa/account: Add (network)",
    ]


def test_who_was_silent_is_of_no_interest_once_a_stage_is_decided() -> None:
    decided = CASE | {"approvals": [CASE["approvals"][0] | {"standing": "granted"}]}

    text = "\n".join(line for block in request_blocks(decided, NOW) for line in block)

    assert "Do all agree? (granted" in text
    assert "has not answered" not in text


def test_a_case_that_is_no_request_has_nothing_of_one() -> None:
    assert request_blocks({"id": "INC-aaaa"}, NOW) == waiting_lines({"id": "INC-aaaa"}, NOW) == []


def test_an_inbox_has_each_thing_with_its_command_and_in_whose_name() -> None:
    row = {
        "what": "approve", "id": "REQ-aaaa/approve-manager", "title": "Agree?", "case_title": "VPN access",
        "service": "vpn", "priority": "P4", "for_whom": "chloe", "due_at": DUE, "since": DUE,
        "command": "jidoka request approve REQ-aaaa",
    }  # fmt: skip

    text = waiting([row], NOW)

    assert "to decide in the name of chloe: Agree? (VPN access)" in text
    assert "    jidoka request approve REQ-aaaa" in text
    assert "due in 2 h" in text
    assert waiting([], NOW) == "Nothing waits for you."
    assert listed([], NOW) == "No tasks."


def test_a_case_is_called_by_the_command_of_its_kind() -> None:
    nouns = {kind.noun or kind.name for kind in KINDS.values()}
    assert {noun_of(f"{kind.prefix}-0000aaaa") for kind in KINDS.values()} == nouns
    assert noun_of("nonsense") == "incident"
