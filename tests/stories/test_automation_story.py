"""An analyst lets an automation look at a case; an operator switches it off, and nobody gets past the switch."""

import pytest

from tests.stories.conftest import Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

LOOK = ("automation", "run", "vpn-name")


def test_what_an_automation_finds_by_hand_stands_on_the_case_once(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "vpn", "--title", "No tunnel", "--as", "sam")["id"]
    looked = (*LOOK, "--case", case, "--idempotency-key", "look-1", "--as", "sam", "-o", "json")

    first, again = stack.call(*looked), stack.call(*looked)

    assert first.status in (0, 6), "what DNS says here is its own affair"
    assert (again.status, again.json) == (first.status, first.json)
    words = [m["text"] for m in stack.ask("incident", "show", case, "--as", "sam")["messages"] if m["text"]]
    assert words == [f"vpn-name: {first.json['outcome']}. {first.json['finding']}"]
    shown = stack.ask("automation", "show", "vpn-name", "--as", "sam")
    assert [run["case_id"] for run in shown["runs"]] == [case]


def test_what_was_found_is_for_those_who_work_on_the_case(stack: Stack) -> None:
    opened = ("incident", "open", "--service", "vpn", "--title", "No tunnel", "--as", "rita")
    case = stack.ask(*opened)["id"]

    refused = stack.call(*LOOK, "--case", case, "--as", "rita", "-o", "json")
    stack.call(*LOOK, "--case", case, "--as", "sam")

    assert (refused.status, refused.json["error"]["code"]) == (4, "not_allowed")
    assert "vpn-name" not in stack.call("incident", "show", case, "--as", "rita", "-o", "json").out
    assert "vpn-name" in stack.call("incident", "show", case, "--as", "sam", "-o", "json").out


def test_the_switch_holds_for_the_very_next_run_and_says_who_and_why(stack: Stack) -> None:
    stack.ask("automation", "pause", "vpn-name", "--reason", "the zone moves", "--as", "olga")

    held = stack.call(*LOOK, "--as", "sam", "-o", "json")
    stack.ask("automation", "resume", "vpn-name", "--as", "olga")
    after = stack.call(*LOOK, "--as", "sam", "-o", "json")

    assert (held.status, held.json["outcome"]) == (6, "refused")
    assert "paused by olga" in held.json["finding"]
    assert "the zone moves. Next: do it by hand." in held.json["finding"]
    assert after.json["outcome"] != "refused"


def test_without_the_yes_of_the_person_nothing_of_theirs_is_changed(stack: Stack) -> None:
    reset = ("automation", "run", "password-reset", "--field", "person=rita", "--as", "sam", "-o", "json")

    without = stack.call(*reset)
    with_it = stack.call(*reset, "--consent-by", "rita@example.org")

    assert "needs the consent" in without.json["finding"]
    # The directory of the example does not exist: the run is let in, and ends with what a person does next.
    assert (with_it.status, with_it.json["outcome"]) == (6, "failed")
    assert "Next: " in with_it.json["finding"]
