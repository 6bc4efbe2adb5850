"""A short command asked many times ends well every time, and says so in JSON when it cannot."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.conftest import base_port, eventually
from tests.stories.conftest import Stack
from tests.stories.letters import first

pytestmark = [pytest.mark.story, pytest.mark.timeout(600)]

RUNS = int(os.environ.get("STORY_LISTS", "60"))
"""`STORY_LISTS=200` for the whole number; sixty take a minute on two cores."""
AT_ONCE = 2


def test_every_one_of_many_lists_ends_well_and_is_valid_json(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "vpn", "--title", "Listed")["id"]
    eventually(lambda: case in [row["id"] for row in stack.ask("incident", "ls")], "the case on the list")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: stack.process("incident", "ls", "-o", "json"), range(RUNS)))

    assert [answer.status for answer in answers] == [0] * RUNS
    assert all(case in [row["id"] for row in answer.json] for answer in answers)


def test_with_the_server_down_a_command_exits_5_with_nothing_but_json_on_stdout(stack: Stack) -> None:
    port = str(base_port())

    listed = stack.process("incident", "ls", "-o", "json", JIDOKA_BASE_PORT=port)
    opened = stack.process(
        "incident", "open", "--service", "vpn", "--title", "Lost?", "-o", "json", JIDOKA_BASE_PORT=port
    )
    words = stack.process("incident", "ls", JIDOKA_BASE_PORT=port)

    assert [answer.status for answer in (listed, opened, words)] == [5, 5, 5]
    assert [answer.json["error"]["code"] for answer in (listed, opened)] == ["unreachable", "unreachable"]
    assert words.out == ""
    assert "Lost?" not in [row["title"] for row in stack.ask("incident", "ls")]


def test_a_mail_that_comes_while_the_server_is_down_is_kept_and_goes_on_by_itself(stack: Stack) -> None:
    mail = first("kept-1", subject="Kept for later")

    kept = stack.ask("intake", "email", stdin=mail, JIDOKA_BASE_PORT=str(base_port()))

    assert kept["outcome"] == "opened"
    assert "it goes on" in kept["reason"]
    shown = eventually(lambda: stack.call("incident", "show", kept["case_id"], "-o", "json").status == 0, "the case")
    assert shown
    assert stack.case(kept["case_id"])["title"] == "Kept for later"
