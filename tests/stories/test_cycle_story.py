"""A Kaizen on the real stack: begun with earlier ones in sight, refused with reasons, planned, tried on new cases."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from definitions.facts import GENESIS, Draft, Fact, chained
from office.opening import open_store
from records.values import Flush
from settings import system_clock
from sources import load
from tests.measurement.cycles.exposures import START, Life
from tests.measurement.cycles.test_planning import HOUR, lives
from tests.records.chains import row
from tests.stack.conftest import eventually
from tests.stories.conftest import Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]

CHARTER = (
    *("--title", "VPN cases wait for the wrong team", "--problem", "A third is handed over before anybody begins"),
    *("--metric", "time_to_resolve", "--service", "vpn", "--guard", "reopen_rate:lower:2%", "--owner", "network"),
)
GOAL = ("--goal", f"{0.7 * 8}h")
PATCH = [{"op": "replace", "path": "/services/vpn/confirm/remind_after_days", "value": 3}]
AGO = timedelta(weeks=21)


def flushed(life: Life, shift: timedelta) -> Flush:
    """A case of the past, as its run would have left it."""
    facts: list[Fact] = []
    for at, type_, step, data in life.facts():
        draft = Draft(type=type_, actor="jidoka", step=step, channel="cli", data=data)
        last = facts[-1].hash if facts else GENESIS
        made = chained(draft, case_id=life.case, seq=len(facts) + 1, step=step, at=at + shift, prev_hash=last)
        facts.append(made)
    end = facts[-1].at
    closed = {"state": "closed", "closed_at": end, "opened_at": facts[0].at, "updated_at": end}
    return Flush(case_id=life.case, facts=tuple(facts), row=row(life.case, len(facts), **closed))


@pytest.fixture(scope="module")
def past(stack: Stack) -> Stack:
    """Twenty weeks of VPN cases, half of them solved within eight hours, lie in the records."""
    shift = (system_clock() - AGO) - START
    with open_store(load({"data_dir": stack.data_dir})) as store:
        for some in batched([flushed(life, shift) for life in lives()]):
            store.events.flush(some)
    return stack


def batched(all_: list[Flush], size: int = 200) -> list[list[Flush]]:
    return [all_[at : at + size] for at in range(0, len(all_), size)]


@pytest.fixture
def change(tmp_path: Path) -> str:
    return written(tmp_path, PATCH)


def written(folder: Path, patch: Sequence[dict[str, Any]]) -> str:
    path = folder / f"change-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(patch))
    return str(path)


def refused(stack: Stack, *args: str) -> tuple[int, str]:
    answer = stack.call(*args, "-o", "json")
    assert answer.status != 0, answer.out
    return answer.status, answer.json["error"]["message"]


def test_missing_flags_are_named_all_at_once(stack: Stack) -> None:
    status, said = refused(stack, "kaizen", "start", "--title", "Hm", "--as", "dana")

    assert (status, said) == (2, "It is not said: --problem, --metric, --goal.")


def test_what_could_not_end_is_not_begun(past: Stack) -> None:
    def start(*more: str, of: Sequence[str] = CHARTER) -> tuple[int, str]:
        return refused(past, "kaizen", "start", *of, *more, "--as", "dana")

    retired = tuple("telex" if word == "vpn" else word for word in CHARTER)
    silent = tuple("erp" if word == "vpn" else word for word in CHARTER)
    seen = [
        start(*GOAL, of=retired),
        start(*GOAL, of=silent),
        start("--goal", "30d"),
        start("--goal", "soon"),
        start(*GOAL, "--guard", "reopen_rate"),
        start(*GOAL, "--member", "rita:boss"),
    ]

    assert [status for status, _ in seen] == [2, 6, 6, 2, 2, 2]
    assert "no service 'telex'" in seen[0][1]
    assert seen[1][1].startswith("time_to_resolve has no value for service erp")
    assert seen[2][1].startswith("The goal is met already: time_to_resolve is ")
    assert seen[2][1].endswith(" h, the goal 30 d.")
    assert past.ask("cycle", "ls", "--as", "dana") == []


def test_a_kaizen_goes_from_its_charter_to_a_trial_on_new_cases(past: Stack, change: str, tmp_path: Path) -> None:
    stack = past
    key = ("--idempotency-key", "first", "--as", "dana")
    begun = stack.ask("kaizen", "start", *CHARTER, *GOAL, *key)
    again = stack.ask("kaizen", "start", *CHARTER, *GOAL, *key)
    case = begun["id"]

    assert (begun["method"], begun["phase"], begun["created"], again["id"], again["created"]) == (
        *("kaizen", "problem", True),
        *(case, False),
    )
    assert begun["charter"]["level"] == pytest.approx(8 * HOUR, rel=0.1)
    early = refused(stack, "cycle", "plan", case, "--change", change, "--as", "dana")
    assert (early[0], "no frozen baseline" in early[1]) == (6, True)

    opened = stack.ask("cycle", "gate", case, "--idempotency-key", "g", "--as", "dana")
    assert (opened["gate"], opened["outcome"], opened["phase"]) == ("problem", "passed", "cause")
    assert stack.ask("cycle", "gate", case, "--idempotency-key", "g", "--as", "dana") == opened
    empty = stack.call("cycle", "gate", case, "-o", "json", "--as", "dana")
    assert (empty.status, empty.json["outcome"]) == (6, "refused")
    assert {"cause", "countermeasure", "plan"} <= {short["check"] for short in empty.json["shortfalls"]}
    beyond = refused(stack, "cycle", "gate", case, "--override", "--reason", "We know it", "--as", "dana")
    assert beyond[0] == 1

    stack.ask("cycle", "record", "hypothesis", case, "--text", "Nobody is reminded", "--as", "kim")
    ground = ("--kind", "numbers", "--text", "Half wait a day", "--reference", "time by team")
    stack.ask("cycle", "record", "ground", case, "h1", *ground, "--as", "kim")
    seen = stack.ask("cycle", "show", case, "--as", "dana")["seq"]
    shown = stack.ask("cycle", "plan", case, "--change", change, "--dry-run", "--as", "dana")
    assert not shown["sent"]
    assert stack.ask("cycle", "show", case, "--as", "dana")["seq"] == seen
    sent = stack.ask("cycle", "plan", case, "--change", change, "--cause", "h1", "--as", "dana")
    assert sent["sent"]
    assert sent["plan"]["units"] == shown["plan"]["units"] >= sent["computed"]["needed"] - 1
    assert sent["computed"]["power"] >= 0.8

    stack.ask("cycle", "gate", case, "--as", "dana")
    experiment = sent["plan"]["key"]

    def running() -> bool:
        found = stack.ask("experiment", "ls", "--running", "--as", "dana")["experiments"]
        return experiment in [each["key"] for each in found]

    eventually(running, "the experiment to begin")
    for number in range(6):
        stack.ask("incident", "open", "--service", "vpn", "--title", f"No tunnel {number}", "--as", "sam")

    def exposed() -> bool:
        arms = stack.ask("experiment", "show", experiment, "--as", "dana")["arms"]
        return sum(each["cases"] for each in arms) == 6

    eventually(exposed, "the new cases to have arms")
    told = stack.call("cycle", "show", case, "--as", "dana").out
    assert "The trial runs: look 1 of 5" in told
    assert "The trial begins: new cases are drawn." in told

    second = stack.ask("kaizen", "start", *CHARTER, *GOAL, "--as", "lena")
    assert [each["id"] for each in second["similar"]] == [case]
    overlap = stack.call("cycle", "gate", second["id"], "-o", "json", "--as", "lena")
    assert (overlap.status, [short["check"] for short in overlap.json["shortfalls"]]) == (6, ["overlap"])
    past_it = stack.ask("cycle", "gate", second["id"], "--override", "--reason", "Another step of it", "--as", "lena")
    assert past_it["outcome"] == "overridden"
    same = refused(stack, "cycle", "plan", second["id"], "--change", change, "--as", "lena")
    assert (same[0], "want the same cases" in same[1]) == (6, True)
    unfit = written(tmp_path, [{"op": "replace", "path": "/services/vpn/default_team", "value": "pirates"}])
    broken = refused(stack, "cycle", "plan", second["id"], "--change", unfit, "--as", "lena")
    assert (broken[0], "pirates" in broken[1]) == (6, True)
    assert stack.ask("cycle", "show", second["id"], "--as", "lena")["planned"] is None

    stack.ask("cycle", "record", "lesson", case, "--text", "Reminders reach nobody at night", "--as", "dana")
    stack.ask("cycle", "stop", case, "--reason", "The vendor changes the client", "--as", "dana")
    eventually(lambda: not running(), "the experiment to end with its cycle")
    rows = eventually(lambda: ended(stack, case), "the register to know that it was stopped")
    assert [(row["id"], row["ending"], row["failed"], row["lesson"]) for row in rows] == [
        (case, "stopped", True, "Reminders reach nobody at night")
    ]
    ledger = stack.ask("cycle", "ls", "--ledger", "--as", "dana")
    assert ledger["totals"] == []
    lines = stack.call("cycle", "watch", case, "--as", "dana").out
    assert "Dana Cole stops the cycle." in lines
    assert "It ended: stopped." in lines


def ended(stack: Stack, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.ask("cycle", "ls", "--search", "reminders night", "--as", "dana")
    return [row for row in found if row["ending"] != "open"]


def test_a_dmaic_cycle_begins_with_what_its_first_gate_asks_for(past: Stack) -> None:
    more = (
        *("--experience", "An answer the same morning", "--affected", "user", "--affected", "employee"),
        *("--sponsor", "lena", "--member", "rita:customer", "--member", "kim:staff"),
    )

    begun = past.ask("dmaic", "start", *CHARTER, *GOAL, *more, "--as", "paul")
    answer = past.call("cycle", "gate", begun["id"], "-o", "json", "--as", "paul").json

    assert begun["course"] == ["define", "measure", "analyse", "improve", "control"]
    assert "voices" not in {short["check"] for short in answer["shortfalls"]}
    assert [each["voice"] for each in begun["charter"]["team"]] == ["customer", "staff"]
