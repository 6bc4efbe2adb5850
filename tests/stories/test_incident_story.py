"""An incident from the first mail to the requester's yes, on the real stack, as people and their programs see it."""

import signal
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from definitions.base import rfc3339
from tests.stack.conftest import eventually
from tests.stories.conftest import JIDOKA, Stack
from tests.stories.letters import bounce, first, out_of_office, reply

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


WANDA = "wanda@example.org"
"""A requester of this story alone: all stories share the caps on answers to one person."""


def test_a_mail_becomes_an_incident_and_lives_to_the_yes_of_its_requester(stack: Stack) -> None:
    taken = stack.ask("intake", "email", stdin=first("life-1", sender=WANDA))
    case = taken["case_id"]
    received = stack.mail(case, 0)

    answered = stack.ask("intake", "email", stdin=reply(received, "life-2", "It happens at home only.", sender=WANDA))
    away = stack.ask("intake", "email", stdin=out_of_office(received, "life-3", sender=WANDA))
    for act in (["start"], ["pause", "--reason", "requester", "--note", "Which version?"]):
        stack.ask("incident", act[0], case, *act[1:], "--as", "jay")
    asked = stack.mail(case, len(stack.mails(case)) - 1)
    stack.ask("intake", "email", stdin=reply(asked, "life-4", "Version 5.", sender=WANDA))
    resumed = stack.case(case)
    stack.ask("incident", "resolve", case, "--note", "The certificate is new.", "--as", "jay")
    solved = eventually(
        lambda: next((m for m in stack.mails(case) if "certificate is new" in m.as_string()), None), "the solution"
    )
    assert solved is not None
    stack.ask("intake", "email", stdin=reply(solved, "life-5", "Yes, it works now. Thank you!", sender=WANDA))
    closed = stack.case(case)

    assert (taken["outcome"], answered["outcome"], answered["case_id"]) == ("opened", "threaded", case)
    assert received["In-Reply-To"] == "<life-1@mail.example.org>"
    assert received["References"] == "<life-1@mail.example.org>"
    assert received["Auto-Submitted"] == "auto-replied"
    assert (away["outcome"], away["case_id"]) == ("ignored", case)
    assert resumed["state"] == "in_progress"
    assert (closed["state"], closed["outcome"]) == ("closed", "confirmed")
    heard = [m["text"] for m in closed["messages"] if m["kind"] == "heard"]
    assert heard == ["It happens at home only.", "Version 5.", "Yes, it works now. Thank you!"]
    assert {t["clock"] for t in closed["targets"]} == {"response", "resolution", "customer"}
    assert {t["state"] for t in closed["targets"]} == {"met"}
    resolution = next(t for t in closed["targets"] if t["clock"] == "resolution")
    assert any(not part["counted"] and part["reason"] == "paused: requester" for part in resolution["ledger"])
    assert closed["touch_s"] > 0
    assert closed["wait_s"] > 0
    assert closed["touchless"] is False


def test_the_same_mail_twice_is_one_case(stack: Stack) -> None:
    once = stack.ask("intake", "email", stdin=first("twice-1"))

    again = stack.ask("intake", "email", stdin=first("twice-1"))

    assert (again["outcome"], again["case_id"]) == ("duplicate", once["case_id"])


def test_a_bounce_opens_no_case_is_told_to_the_team_and_stops_the_mail(stack: Stack) -> None:
    case = stack.ask("intake", "email", stdin=first("gone-1", sender="gone@example.org"))["case_id"]
    received = stack.mail(case, 0)

    answer = stack.ask("intake", "email", stdin=bounce(received, "gone-2", recipient="gone@example.org"))
    stack.ask("incident", "start", case, "--as", "jay")

    told = eventually(
        lambda: [m for m in stack.case(case)["messages"] if m["kind"] == "acknowledged"], "what became of the next mail"
    )
    assert told is not None
    assert (answer["outcome"], answer["case_id"]) == ("ignored", case)
    assert "came back" in answer["reason"]
    assert [m["outcome"] for m in told] == ["suppressed"]
    notes = [m["text"] for m in stack.case(case)["messages"] if m["visibility"] == "internal" and m["text"]]
    assert any("came back for good (5.1.1)" in note for note in notes)


def test_a_phone_call_logged_afterwards_counts_from_the_call(stack: Stack) -> None:
    called = (datetime.now(UTC) - timedelta(days=5)).replace(microsecond=0)
    case = stack.ask(
        *("incident", "open", "--service", "vpn", "--title", "No tunnel", "--channel", "phone"),
        *("--at", called.isoformat(), "--requester", "omar@example.org", "--as", "sam"),
    )
    said = stack.ask(
        "incident", "comment", case["id"], "-", "--channel", "phone", "--from", "requester", stdin=b"Still down."
    )

    assert case["created"] is True
    assert case["opened_at"] == rfc3339(called)
    assert {t["state"] for t in case["targets"]} == {"breached"}
    heard = [m for m in said["messages"] if m["kind"] == "heard"]
    assert [(m["by"], m["channel"], m["text"]) for m in heard] == [("omar", "phone", "Still down.")]


def test_the_same_key_opens_one_case_and_does_one_act(stack: Stack) -> None:
    opening = ("incident", "open", "--service", "email", "--title", "No mail", "--idempotency-key", "form-17")
    one, two = stack.ask(*opening), stack.ask(*opening)
    comment = ("incident", "comment", one["id"], "Looking.", "--internal", "--idempotency-key", "c-1", "--as", "tom")

    stack.ask(*comment)
    stack.ask(*comment)

    assert (one["id"], one["created"], two["created"]) == (two["id"], True, False)
    assert [m["text"] for m in stack.case(one["id"])["messages"] if m["kind"] == "commented"] == ["Looking."]


def test_what_cannot_be_done_says_why_and_what_next_by_code_and_exit_status(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "erp", "--title", "Slow", "--as", "rita")["id"]
    stack.ask("incident", "start", case, "--as", "eva")

    refused = stack.process("incident", "start", case, "--as", "eva", "-o", "json")
    forbidden = stack.process("incident", "confirm", case, "--as", "eva", "-o", "json")
    foreign = stack.process("incident", "show", case, "--as", "omar", "-o", "json")
    missing = stack.process("incident", "ack", "INC-none", "-o", "json")
    nowhere = stack.process("incident", "merge", case, "--into", "INC-none", "-o", "json")
    wrong = stack.process("incident", "open", "--service", "vpn", "--title", "x" * 301, "-o", "json")
    naive = stack.process("incident", "start", case, "--at", "2026-11-20T10:00", "-o", "json")

    answers = (refused, forbidden, foreign, missing, nowhere, wrong, naive)
    assert [a.status for a in answers] == [1, 4, 4, 3, 3, 2, 2]
    codes = ["refused", "not_allowed", "not_allowed", "not_found", "not_found", "usage", "usage"]
    assert [a.json["error"]["code"] for a in answers] == codes
    assert all(a.json["error"]["hint"] for a in answers)
    assert stack.case(case)["state"] == "in_progress"


def test_cases_are_merged_taken_apart_linked_and_declared_major(stack: Stack) -> None:
    one, two = (
        stack.ask("incident", "open", "--service", "network", "--title", f"No wifi {n}", "--as", "hugo")["id"]
        for n in (1, 2)
    )

    merged = stack.ask("incident", "merge", two, "--into", one, "--as", "dana")
    apart = stack.ask("incident", "unmerge", two, "--as", "dana")
    stack.ask("incident", "link", two, "--parent", one, "--as", "dana")
    major = stack.ask("incident", "major", "declare", one, "--as", "dana")
    over = stack.ask("incident", "major", "stand-down", one, "--as", "dana")
    moved = stack.ask("incident", "redefine", one, "--service", "vpn", "--as", "dana")
    given = stack.ask("incident", "assign", one, "--to", "jay", "--as", "dana")

    assert (merged["state"], merged["merged_into"]) == ("merged", one)
    assert (apart["state"], apart["merged_into"]) == ("queued", None)
    assert (major["priority"], major["major"], over["major"]) == ("P1", True, False)
    assert (moved["service"], given["assignee"]) == ("vpn", "jay")
    assert eventually(lambda: stack.case(one)["children"] == [two], "the child on its parent")


def test_a_list_filters_pages_and_names_what_it_lists(stack: Stack) -> None:
    made = [
        stack.ask("incident", "open", "--service", "workplace", "--title", f"Desk {number}", "--as", "hugo")["id"]
        for number in (1, 2, 3)
    ]
    mine = ("incident", "ls", "--mine", "--service", "workplace", "--as", "hugo")
    eventually(lambda: len(stack.ask(*mine)) == 3, "all of them on the list")

    page = stack.ask(*mine, "--limit", "2")
    rest = stack.ask(*mine, "--limit", "2", "--after", page[-1]["id"])

    assert [row["id"] for row in page + rest] == made[::-1]
    assert [row["title"] for row in page] == ["Desk 3", "Desk 2"]
    assert stack.ask("incident", "ls", "--requester", "hugo@example.org", "--state", "closed") == []
    text = stack.call(*mine).out
    assert max(map(len, text.splitlines())) <= 100
    assert "as of" in text


def test_a_watch_tells_every_fact_and_ends_with_the_case(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "vpn", "--title", "Slow", "--as", "rita")["id"]
    watch = subprocess.Popen(
        [str(JIDOKA), "incident", "watch", case, "--as", "rita"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=stack.environment(),
    )
    assert watch.stdout is not None
    first_line = watch.stdout.readline()

    stack.ask("incident", "cancel", case, "--reason", "Found it.", "--as", "rita")
    out, err = watch.communicate(timeout=60)

    assert "opened" in first_line
    assert "cancelled" in out
    assert (watch.returncode, "Traceback" in err) == (0, False)


def test_ctrl_c_leaves_the_case_alone_and_says_how_to_come_back(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "vpn", "--title", "Slow", "--as", "rita")["id"]
    watch = subprocess.Popen(
        [str(JIDOKA), "incident", "watch", case],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=stack.environment(),
    )
    assert watch.stdout is not None
    watch.stdout.readline()

    watch.send_signal(signal.SIGINT)
    _, err = watch.communicate(timeout=60)

    assert watch.returncode == 130
    assert f"jidoka incident watch {case}" in err
    assert stack.case(case)["state"] == "queued"


def test_the_metrics_page_counts_what_was_opened(stack: Stack) -> None:
    stack.ask("incident", "open", "--service", "vpn", "--title", "Counted")

    def counted() -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{stack.base + 2}/metrics", timeout=10) as page:
            return any(line.startswith("jidoka_cases_opened_total{") for line in page.read().decode().splitlines())

    assert eventually(counted, "jidoka_cases_opened_total on the metrics page")


def test_the_runs_behind_the_cases_are_listed_and_none_is_stuck(stack: Stack) -> None:
    case = stack.ask("incident", "open", "--service", "vpn", "--title", "Runs")["id"]

    listed = eventually(lambda: case in [run["id"] for run in stack.ask("runs", "ls", "--limit", "500")], "the run")
    shown = stack.ask("runs", "show", case)

    assert listed
    assert (shown["status"], shown["service"], shown["troubles"]) == ("running", "vpn", [])
    assert stack.ask("runs", "ls", "--stuck") == []
