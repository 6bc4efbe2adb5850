"""A hundred mails that break mail programs, through the post room of the real stack, with good ones in between."""

import itertools
import time
from collections.abc import Iterator

import pytest

from definitions.intake import Received
from office.intake import PostRoom
from office.opening import open_desk
from sources import load
from tests.activities.mail.hostile import by_hand, damaged
from tests.stories.conftest import Stack
from tests.stories.letters import first

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

HOW_MANY = 100
GOOD_EVERY = 10
GOOD_WITHIN_S = 5.0


def hostile() -> Iterator[tuple[str, bytes]]:
    """A hundred of them: all that were made by hand, the rest damaged at random (seeded)."""
    return itertools.islice(itertools.chain(by_hand(), damaged(7, HOW_MANY)), HOW_MANY)


async def test_100_hostile_mails_are_handled_or_put_aside_and_never_stop_a_good_one(stack: Stack) -> None:
    settings = load({"data_dir": str(stack.data_dir)}, environ={})
    desk = open_desk(settings)
    answers: dict[str, Received] = {}
    good: list[tuple[Received, float]] = []

    with desk.store:
        room = PostRoom(desk, settings)
        for number, (name, raw) in enumerate(hostile()):
            answers[name] = await room.take(raw, source="hostile")
            if number % GOOD_EVERY == GOOD_EVERY - 1:
                began = time.monotonic()
                taken = await room.take(first(f"good-{number}", sender=f"good-{number}@example.org"))
                good.append((taken, time.monotonic() - began))

    assert len(answers) == HOW_MANY
    assert all(a.case_id for a in answers.values() if a.outcome in ("opened", "threaded"))
    assert all(a.reason for a in answers.values() if a.outcome in ("ignored", "quarantined"))
    # A fault of ours would be put aside too, under the name of its exception: there must be none.
    assert [n for n, a in answers.items() if "could not be handled" in a.reason or "it goes on" in a.reason] == []
    assert [taken.outcome for taken, _ in good] == ["opened"] * len(good)
    assert max(seconds for _, seconds in good) < GOOD_WITHIN_S


def test_a_mail_that_cannot_be_read_is_put_aside_with_its_reason_and_can_be_tried_again(stack: Stack) -> None:
    unreadable = b"From: a@example.org\n" + b"X-Line: y\n" * 20_000 + b"\nwords\n"

    answer = stack.call("intake", "email", "-o", "json", stdin=unreadable)

    assert answer.status == 0
    assert answer.json["outcome"] == "quarantined"
    assert answer.json["reason"]
    assert "Traceback" not in answer.out + answer.err
    waiting = [q for q in stack.ask("quarantine", "ls") if q["reason"] == answer.json["reason"]]
    assert len(waiting) == 1
    again = stack.call("quarantine", "retry", waiting[0]["id"], "-o", "json")
    assert (again.status, again.json["became"]["outcome"], again.json["state"]) == (6, "quarantined", "waiting")
