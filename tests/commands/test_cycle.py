"""Cycles on the command line: amounts, charters, questions on a terminal, lists, plans as people read them."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest

from commands.amount import Amount, amount, told
from commands.app import App
from commands.cycle_charter import asked_for, said
from commands.cycle_lines import alike_lines, ledger_data, ledger_of, listed
from commands.cycle_start import MORE, NEEDED
from commands.failures import Failure
from definitions.cycle.benefit import Actual, Forecast
from definitions.cycle.charter import Scope
from definitions.cycle.register import Row, books
from definitions.cycle.state import Phase
from tests.commands.conftest import Command

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("title", "problem", "experience", "metric", "direction", "level", "goal", "sponsor")),
    **dict.fromkeys(("affected", "guards", "services", "categories", "teams", "members"), ()),
}
FORECAST = Forecast(unit="s", per_case=7_200, cases_a_year=500, at=NOW, baseline="0" * 64)
ACTUAL = Actual(
    unit="s", per_case=5_400, cases_a_year=500, at=NOW, low=3_000, by_itself=0, verified=True, why="won with two arms"
)


def row(**given: Any) -> Row:
    known: dict[str, Any] = {
        "id": "KZN-00000001",
        "method": "kaizen",
        "title": "VPN cases wait for the wrong team",
        "phase": Phase.TRIAL,
        "opened_at": NOW - timedelta(days=12),
        "closed_at": None,
        "metric": "time_to_resolve",
        "unit": "s",
        "scope": Scope(services=("vpn",)),
        "owner": "network",
        "lead": "dana",
        "ending": "open",
        "result": None,
        "overridden": (),
        "forecast": FORECAST,
        "actual": None,
    }
    return Row.model_validate(known | given)


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def type_(*lines: str) -> None:
        monkeypatch.setattr(sys, "stdin", Terminal("\n".join([*lines, ""])))

    return type_


# -- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_", "value"),
    [
        ("16h", 57_600.0),
        ("2.5 d", 216_000.0),
        ("90min", 5_400.0),
        ("3w", 1_814_400.0),
        ("15%", 0.15),
        ("0.15", 0.15),
        ("-2%", -0.02),
        ("40", 40.0),
        ("30s", 30.0),
    ],
)
def test_an_amount_is_in_the_unit_that_it_names(said_: str, value: float) -> None:
    assert amount(said_) == pytest.approx(value)


@pytest.mark.parametrize("said_", ["", "h", "soon", "nan", "inf", "1e400", "1_000", "5 parsecs"])
def test_what_is_no_amount_is_none(said_: str) -> None:
    assert amount(said_) is None
    with pytest.raises(click.BadParameter, match="no amount"):
        Amount().convert(said_, None, None)


def test_values_are_told_in_their_unit() -> None:
    assert [told(57_600, "s"), told(-7_200, "s"), told(0.155, "share"), told(None, "s"), told(8.25, "score")] == [
        *("16 h", "-2 h", "15.5 %"),
        *("none", "8.25 score"),
    ]


# -- the charter -----------------------------------------------------------------------------------------------------


def test_only_what_was_given_is_said() -> None:
    given = EMPTY | {
        "title": "Slow",
        "guards": ("reopen_rate:lower:2%",),
        "members": ("rita:customer", "kim"),
        "services": ("vpn",),
    }

    assert said(given) == {
        "title": "Slow",
        "guards": ({"metric": "reopen_rate", "direction": "lower", "harm": 0.02},),
        "members": (("rita", "customer"), ("kim", None)),
        "scope": {"services": ("vpn",)},
    }


@pytest.mark.parametrize("guard", ["reopen_rate", "reopen_rate:down:2%", "reopen_rate:lower:much", "a:lower:1%:b"])
def test_a_guard_without_its_harm_is_none(guard: str) -> None:
    with pytest.raises(Failure, match="is no guard"):
        said(EMPTY | {"guards": (guard,)})


def test_on_a_terminal_the_rest_is_asked_for(typed: Callable[..., None]) -> None:
    typed("Slow", "They wait", "time_to_resolve", "soon", "16h", "vpn, erp")

    given = asked_for(App(), dict(EMPTY), NEEDED, MORE)

    assert (given["title"], given["goal"], given["services"]) == ("Slow", 57_600.0, ("vpn", "erp"))


def test_what_may_be_left_out_is_left_out_by_an_empty_line(typed: Callable[..., None]) -> None:
    typed("They wait", "")

    given = asked_for(App(), EMPTY | {"title": "Slow", "metric": "x", "goal": 1.0}, NEEDED, MORE)

    assert (given["problem"], given["services"]) == ("They wait", ())


def test_whoever_gave_all_that_is_needed_is_asked_nothing(typed: Callable[..., None]) -> None:
    typed()
    whole = EMPTY | {"title": "Slow", "problem": "They wait", "metric": "x", "goal": 1.0}

    assert asked_for(App(), dict(whole), NEEDED, MORE) == whole


def test_without_a_terminal_all_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    with pytest.raises(Failure, match="--problem, --metric, --goal") as failure:
        asked_for(App(), EMPTY | {"title": "Slow"}, NEEDED, MORE)
    assert failure.value.exit == 2


# -- the register ----------------------------------------------------------------------------------------------------


def test_the_register_shows_stage_age_metric_forecast_and_actual() -> None:
    done = row(
        id="KZN-00000002",
        ending="held",
        result="win",
        actual=ACTUAL,
        closed_at=NOW - timedelta(days=2),
        title="X" * 200,
    )
    doubtful = row(
        id="KZN-00000003", ending="held", actual=ACTUAL.model_copy(update={"verified": False}), closed_at=NOW
    )

    lines = listed([row(), done, doubtful], NOW).splitlines()

    assert lines[1].split()[:4] == ["KZN-00000001", "trial", "12", "d"]
    assert "time_to_resolve  2 h" in lines[1]
    assert "90 min " in lines[2]
    assert "90 min?" in lines[3]
    assert lines[-1].startswith("? is not verified")
    assert max(map(len, lines)) <= 98


def test_what_is_not_verified_is_never_added_up() -> None:
    rows = [
        row(actual=ACTUAL, ending="held"),
        row(id="KZN-00000002", actual=ACTUAL.model_copy(update={"verified": False}), ending="held"),
        row(id="KZN-00000003"),
    ]
    found = books(rows)

    said_ = ledger_of(found)
    data = ledger_data(found)

    assert "Verified for time_to_resolve: 31.2 d a year by 1 cycle; 41.7 d were expected of them." in said_
    assert "1 not verified and 1 only expected: these are never added up." in said_
    assert [(entry["standing"], entry["a_year"]) for entry in data["entries"]] == [
        ("verified", 5_400 * 500),
        ("unverified", 5_400 * 500),
        ("expected", 7_200 * 500),
    ]


def test_earlier_cycles_say_what_was_tried_and_learned() -> None:
    failed = row(ending="rolled_back", result="not_found", tried=("A note",), lesson="Nobody reads notes")

    lines = alike_lines([failed])

    assert lines[1:] == [
        "  KZN-00000001  rolled back, not found  VPN cases wait for the wrong team",
        "      tried: A note",
        "      learned: Nobody reads notes",
    ]


def test_nothing_is_led_where_no_stack_runs(command: Command) -> None:
    for args in (("gate", "KZN-1"), ("show", "KZN-1"), ("plan", "KZN-1", "--words", "x"), ("stop", "KZN-1")):
        more = ("--reason", "x") if args[0] == "stop" else ()
        assert command("cycle", *args, *more, "--as", "dana").status == 5


def test_the_register_needs_no_stack(command: Command) -> None:
    answer = command("cycle", "ls", "--as", "dana")

    assert (answer.status, answer.out) == (0, "No cycles.\n")
    assert command("cycle", "ls", "--ledger", "-o", "json", "--as", "dana").json["entries"] == []


def test_a_reason_without_an_override_is_a_mistake(command: Command) -> None:
    answer = command("cycle", "gate", "KZN-1", "--reason", "x", "--as", "dana")

    assert (answer.status, "belongs to --override" in answer.err) == (2, True)
