"""What a mail about a task says: whose it is, by when, and what to type."""

from datetime import UTC, datetime
from typing import cast

import pytest

from activities.request_letters import AskedFor, own_part
from definitions.base import Priority
from definitions.example import organisation
from definitions.runs import TellMessage

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ID = "REQ-7k2m9q4z"


def about(task: str, team: str) -> dict[str, object]:
    """The part of a mail about one task of a new starter."""
    message = TellMessage(
        case_id=ID,
        template="task_opened",
        to=f"on_call:{team}",
        by="jidoka",
        service="workplace",
        priority=Priority.P3,
        at=AT,
        due_at=AT,
        reason="Something to do",
        team="workplace",
        task=f"{ID}/{task}",
    )
    asked = AskedFor(requester="rita", for_whom="rita", item="new-starter", answers={})
    return own_part(message, asked, organisation, str, acts_for=None, by_mail=False, lines=message.lines)


def typed(part: dict[str, object]) -> list[str]:
    """The commands of a mail."""
    return [line for _, line in cast("tuple[tuple[str, str], ...]", part["commands"])]


@pytest.mark.parametrize(
    ("task", "does"),
    [
        ("desk", [f"jidoka task claim {ID}/desk", f"jidoka task done {ID}/desk"]),
        ("laptop", [f"jidoka task claim {ID}/laptop", f"jidoka task done {ID}/laptop --field asset=LT-0911"]),
        (
            "undo-laptop",
            [
                f"jidoka task claim {ID}/undo-laptop",
                f"jidoka task done {ID}/undo-laptop",
                f"jidoka task done {ID}/undo-laptop --stays --note 'why'",
            ],
        ),
        (
            "approve-manager",
            [
                f"jidoka task claim {ID}/approve-manager",
                f"jidoka request approve {ID}",
                f"jidoka request reject {ID} --reason 'why'",
            ],
        ),
    ],
)
def test_a_mail_about_a_task_has_the_commands_that_its_task_takes(task: str, does: list[str]) -> None:
    assert typed(about(task, "workplace")) == does


def test_a_mail_about_a_task_names_the_team_of_the_task_and_when_the_request_is_due() -> None:
    part = about("account", "platform")

    assert (part["team"], part["due_at"]) == (organisation.team("platform").title, AT)


def test_a_decision_that_nobody_made_is_no_task_to_be_done() -> None:
    part = about("approve-manager", "service-desk")

    assert part["reason"] == "Decide, or find who does: Something to do"
    assert "Nobody who was asked has decided" in str(part["next_step"])
