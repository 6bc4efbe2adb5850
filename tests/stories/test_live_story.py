"""A lead reads the desk's own numbers: the dataset `live` is what the records hold, up to this moment."""

import csv
import io
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from settings import system_clock
from tests.stack.conftest import eventually
from tests.stories.conftest import Stack
from tests.stories.letters import first

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

TOUCH = {"value_adding", "necessary", "rework"}


def test_the_dataset_live_is_what_the_records_hold(stack: Stack) -> None:
    case = stack.ask("intake", "email", stdin=first("live-1"))["case_id"]
    for act in (
        ("start", case),
        ("pause", case, "--reason", "vendor", "--note", "They look."),
        ("resume", case),
        ("assign", case, "--team", "platform"),
        ("start", case),
        ("resolve", case, "--note", "Done."),
    ):
        stack.ask("incident", *act, "--as", "jay")
    stack.ask("incident", "confirm", case, "--as", "rita")
    eventually(lambda: stack.ask("runs", "show", case)["status"] == "completed", "the end of the run")

    stats = stack.ask("log", "stats", "--dataset", "live", "--as", "dana")
    shown = stack.case(case)
    events = [row for row in exported(stack) if row["case:concept:name"] == case]

    kinds = ("incident", "request", "problem", "feedback", "review")
    assert stats["cases"] == sum(len(stack.ask(kind, "ls", "--limit", "1000", "--as", "dana")) for kind in kinds)
    assert [(row["concept:name"], row["step"]) for row in sorted(events, key=lambda row: int(row["fact"]))] == [
        (event["type"], event["step"]) for event in shown["events"]
    ]
    assert seconds(events) == pytest.approx((shown["touch_s"], shown["wait_s"]), abs=1e-3)  # shown to the millisecond
    assert stats["as_of"] <= system_clock().isoformat()
    again = stack.ask("log", "stats", "--dataset", "live", "--as", "dana")
    assert (again["cases"], again["events"]) == (stats["cases"], stats["events"])


def test_nobodys_address_or_name_stands_in_the_export(stack: Stack) -> None:
    stack.ask("intake", "email", stdin=first("live-2"))

    text = stack.call("log", "export", "--dataset", "live", "--as", "dana").out

    assert "opened" in text
    assert "@" not in text
    assert "rita" not in text


def exported(stack: Stack) -> list[dict[str, Any]]:
    """The rows of `live` as a program of somebody else's reads them."""
    answer = stack.call("log", "export", "--dataset", "live", "--format", "csv", "--as", "dana")
    assert answer.status == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def seconds(events: list[dict[str, Any]]) -> tuple[float, float]:
    """Touch and wait of one case, from the kinds of its events in order."""
    touch = wait = 0.0
    for one, following in pairwise(events):
        spent = (_at(following) - _at(one)).total_seconds()
        touch += spent if one["kind"] in TOUCH else 0
        wait += spent if one["kind"] in {"waiting", "handover"} else 0
    return touch, wait


def _at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["time:timestamp"])
