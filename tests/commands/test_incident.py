"""What the commands about incidents promise without a running case: verbs, options, words, a page that fits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest

from commands import cases_acts
from commands.cases_events import event_line
from commands.cases_list import footed
from commands.cases_page import brief, page
from commands.cases_times import span, until
from commands.incident import group
from commands.problem import group as problem
from definitions.kinds import ACTS, KINDS
from tests.commands.conftest import Command

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VERB_OF = {
    **{"acknowledge": "ack", "set_priority": "priority", "hear": "comment", "answer": "confirm"},
    **{"link_problem": "link", "unlink_problem": "unlink", "share_workaround": "share"},
}
"""Acts whose verb has another name; answers to questions are given by confirming or reopening, and a workaround is
shared from its problem."""


def test_every_act_on_an_incident_has_a_verb() -> None:
    verbs = {*group.commands, *(problem.commands.keys() & {"share"})}

    fitting = [name for name, act in ACTS.items() if act in KINDS["incident"].acts]
    missing = [act for act in fitting if VERB_OF.get(act, act) not in verbs]

    assert missing == []


def test_every_verb_says_in_its_help_what_it_does() -> None:
    verbs = [*cases_acts.VERBS, *group.commands.values()]

    assert all(verb.help and verb.help.strip().endswith((".", "`")) for verb in verbs)
    options = [p for verb in verbs for p in verb.params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["open", "--service", "vpn", "--title", " "], "--title is empty"),
        (["open", "--service", "vpn", "--title", "T", "--at", "2026-11-20T10:00"], "has no offset"),
        (["open", "--service", "vpn", "--title", "T", "--at", "yesterday"], "is no time"),
        (["open", "--service", "vpn", "--title", "x" * 301], "--title cannot be used"),
        (["open", "--service", "VPN!", "--title", "T"], "--service cannot be used"),
        (["comment", "INC-1"], "The comment is empty"),
        (["resolve", "INC-1", "--note", " "], "--note is empty"),
        (["pause", "INC-1"], "--reason"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anything_is_asked(
    command: Command, args: list[str], says: str
) -> None:
    answer = command("incident", *args, "-o", "json")

    assert (answer.status, answer.json["error"]["code"]) == (2, "usage")
    assert says in answer.json["error"]["message"]


def test_without_a_stack_every_command_says_how_to_get_one(command: Command) -> None:
    answer = command("incident", "ls", "-o", "json")

    assert (answer.status, answer.json["error"]["code"]) == (5, "unreachable")
    assert "jidoka up" in answer.json["error"]["hint"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 s"), (119, "119 s"), (120, "2 min"), (3600, "1 h"), (5400, "1 h 30 min"), (200_000, "2 d 7 h")],
)
def test_a_span_has_two_units_at_most(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_what_is_due_says_how_long_or_how_late() -> None:
    assert until(NOW + timedelta(hours=2), NOW) == "in 2 h"
    assert until(NOW - timedelta(minutes=14), NOW) == "late 14 min"


def test_a_table_of_long_names_fits_a_hundred_columns() -> None:
    row = {
        "id": "INC-7k2m9x1q",
        "state": "in_progress",
        "priority": "P2",
        "major": True,
        "service": "workplace",
        "team": "business-apps",
        "assignee": "p-7k2m9x1q",
        "due_at": "2026-11-22T11:46:00Z",
        "closed_at": None,
        "resolved_at": None,
        "title": "A title that is much longer than what is left of the line\x1b[31m",
    }

    text = footed([row], {"kind": "incident", "as_of": NOW, "lag_s": 0.4, "more": True})

    assert max(map(len, text.splitlines())) <= 100
    assert "late 14 min" in text
    assert "\x1b" not in text
    assert "--after INC-7k2m9x1q" in text


def case(**changed: Any) -> dict[str, Any]:
    """A case as `show` answers it."""
    empty: dict[str, Any] = dict.fromkeys(
        ("category", "assignee", "closed_at", "merged_into", "parent", "outcome", "next_at", "waits_for")
    )
    lists: dict[str, Any] = {
        name: []
        for name in ("targets", "promises", "messages", "events", "children", "absorbed", "duplicates", "articles")
    }
    return {
        **empty,
        **lists,
        "id": "INC-7k2m9x1q",
        "state": "queued",
        "priority": "P3",
        "service": "vpn",
        "title": "No tunnel",
        "team": "network",
        "requester": "rita@example.org",
        "channel": "email",
        "impact": "medium",
        "urgency": "medium",
        "definition_version": "0b8643b31381",
        "opened_at": "2026-11-22T11:00:00Z",
        "touch_s": 0,
        "wait_s": 3600,
        "major": False,
        "as_of": "2026-11-22T12:00:00Z",
        **changed,
    }


def test_the_page_shows_targets_words_and_what_comes_by_itself() -> None:
    target = {
        "name": "First answer, day and night",
        "goal_s": 7200,
        "counted_s": 3600.0,
        "paused_s": 0.0,
        "due_at": "2026-11-22T13:00:00Z",
        "state": "running",
    }
    message = {
        **{"at": "2026-11-22T11:30:00Z", "by": "rita", "to": None, "kind": "heard", "channel": "email"},
        **{"outcome": None, "visibility": "public", "verified": False, "direction": "in"},
        "text": "It drops.\x1b]0;owned\x07\n> quoted",
    }

    shown = page(case(targets=[target], messages=[message], waits_for="a page", next_at="2026-11-22T12:10:00Z"))

    assert "█████░░░░░  1 h of 2 h" in shown
    assert "First answer: due in 1 h" in shown
    assert "By itself: a page, in 10 min" in shown
    assert "sender not proven" in shown
    assert "> quoted" in shown
    assert "\x1b" not in shown


def test_a_case_that_ended_says_how() -> None:
    ended = case(state="closed", outcome="confirmed", closed_at="2026-11-22T12:00:00Z")

    assert "Ended" in brief(ended)
    assert "confirmed" in brief(ended)


def test_the_page_shows_what_automations_found_whole_and_leaves_out_those_that_found_nothing() -> None:
    finding = "Trouble: " + "The certificate holds only 2.9 days. " * 5 + "\x1b[31mNext: Renew it."
    events = [
        {
            **{"seq": seq, "type": "automated", "step": "queue", "at": "2026-11-22T11:00:05Z", "actor": "jidoka"},
            **{"channel": None, "visibility": "internal", "data": data},
        }
        for seq, data in enumerate(
            (
                {"automation": "find-duplicates", "outcome": "nothing", "finding": ""},
                {"automation": "vpn-certificate", "outcome": "done", "finding": finding},
            )
        )
    ]

    shown = page(case(events=events), events=False)

    assert "vpn-certificate  (done)" in shown
    assert "Next: Renew it." in " ".join(shown.replace("│", "").split())
    assert "find-duplicates" not in shown
    assert "\x1b[31m" not in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_what_triage_found_stands_on_the_page_and_is_short_among_the_events() -> None:
    shown = case(
        routing="network: resolves 82% of vpn/login (117 of n 143), load 0.4, open now",
        paired={"learner": "dana", "coach": "jay", "line": "dana with jay: has resolved 2 of this kind, jay 110"},
        similar={
            "open": [{"articles": [], "case": "INC-a", "likeness": 0.91}],
            "past": [{"articles": ["kb-vpn-drops"], "case": "INC-b", "likeness": 0.4}],
            "articles": ["kb-vpn-drops"],
        },
        parent_proposed={"parent": "INC-a", "cases": ["INC-a"], "line": "3 people report the same"},
    )
    line = event_line(
        {
            "seq": 4, "at": "2026-11-22T12:00:00Z", "type": "similar_found", "actor": "jidoka",
            "data": {"open": shown["similar"]["open"], "past": [], "articles": []},
        },
        NOW,
    )  # fmt: skip

    text = page(shown)

    for said in (
        "Routing     network: resolves 82% of vpn/login (117 of n 143), load 0.4, open now",
        "To learn    dana with jay: has resolved 2 of this kind, jay 110",
        "Similar     INC-a (91%)",
        "Seen before INC-b (40%) (kb-vpn-drops helped)",
        "One outage? 3 people report the same",
    ):
        assert said in text
    assert line.endswith("open=INC-a")
