"""What the commands about reviews promise without a running stack: verbs, options, words, a page that fits."""

from datetime import UTC, datetime
from typing import Any

import click
import pytest

from commands.cases_verbs import REASONS
from commands.review import FINDINGS, group
from commands.review_text import WHY, review_blocks
from definitions.base import OverrideReason
from definitions.review.state import FindingKind
from definitions.review.state import Why as Reason
from tests.commands.conftest import Command

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACTION: dict[str, Any] = {
    "id": "PIR-7k2m9q4z/a1", "title": "Alarm \x1b[31mon the age of certificates", "owner": "kim", "service": "vpn",
    "category": "outage", "watch_days": 60, "due": "2026-11-30T07:00:00Z", "watched_until": None, "recurred": 0,
    "state": "open",
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "id": "PIR-7k2m9q4z", "about": "INC-7k2m9q4z", "why": "breach", "actions": [ACTION],
    "findings": [{"id": "f1", "kind": "went_well", "by": "jay", "text": "word " * 60}],
}  # fmt: skip


def lines_of(**changes: object) -> list[str]:
    """The blocks of a review with this action."""
    blocks = review_blocks(REVIEW | {"actions": [ACTION | changes]}, NOW)
    return [line for block in blocks for line in block]


def leaves(command: click.Command) -> list[click.Command]:
    if not isinstance(command, click.Group):
        return [command]
    return [leaf for inner in command.commands.values() for leaf in leaves(inner)]


def test_every_verb_and_option_says_in_its_help_what_it_does() -> None:
    verbs = leaves(group)

    assert [verb.name for verb in verbs if not (verb.help or "").strip()] == []
    assert [
        (verb.name, p.name) for verb in verbs for p in verb.params if isinstance(p, click.Option) and not p.help
    ] == []


def test_the_choices_of_options_are_those_of_the_rules() -> None:
    assert set(REASONS) == {reason.value for reason in OverrideReason} - {"not_given"}
    assert FindingKind.__args__ == FINDINGS  # type: ignore[attr-defined]
    assert set(WHY) == set(Reason.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["action", "done", "PIR-7k2m9q4z"], "names no action"),
        (["action", "drop", "PIR-7k2m9q4z/a1", "--why", " "], "--why is empty"),
        (["action", "add", "PIR-7k2m9q4z", "--title", " ", "--owner", "kim"], "--title is empty"),
        (["action", "add", "PIR-7k2m9q4z", "--title", "T", "--owner", "kim", "--due", "soon"], "is no time"),
        (["action", "add", "PIR-7k2m9q4z", "--title", "T", "--owner", "kim", "--watch-days", "0"], "--watch-days"),
        (["finding", "add", "PIR-7k2m9q4z", "--text", "T", "--kind", "blame"], "--kind"),
        (["call-off", "PIR-7k2m9q4z"], "--why"),
        (["report", "PIR-7k2m9q4z", "--out", "report.pdf"], "cannot be written as '.pdf'"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anything_is_asked(
    command: Command, args: list[str], says: str
) -> None:
    answer = command("review", *args, "-o", "json")

    assert (answer.status, answer.json["error"]["code"]) == (2, "usage")
    assert says in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "due in 7 d 19 h"),
        ({"state": "watched", "watched_until": "2027-01-29T07:00:00Z"}, "done, watched until"),
        ({"state": "proven"}, "proven: it did not come again"),
        ({"state": "dropped"}, "dropped"),
        ({"recurred": 2}, "came again 2 times"),
        ({"category": None}, "watched for vpn, 60 days"),
    ],
)
def test_the_page_says_how_each_action_stands(changes: dict[str, object], says: str) -> None:
    assert any(says in line for line in lines_of(**changes))


def test_the_page_fits_and_carries_no_control_characters() -> None:
    lines = lines_of()

    assert max(map(len, lines)) <= 100
    assert all(line.isprintable() for line in lines)
    assert review_blocks({"id": "INC-7k2m9q4z"}, NOW) == []
