"""`jidoka measure` answers people and programs with all that one must know to believe a number."""

from pathlib import Path

import pytest

from measurement.metrics.catalogue import METRICS
from tests.commands.conftest import Command

ROWS = """case,activity,time,team,question,score
a,opened,2026-03-02T09:00Z,net,,
a,solved,2026-03-02T10:00Z,net,,
b,opened,2026-03-02T09:00Z,net,,
b,solved,2026-03-03T15:00Z,desk,,
b,rated,2026-03-03T16:00Z,,csat,5
c,opened,2026-03-09T09:00Z,desk,,
c,ping,2026-03-09T11:00Z,desk,,
"""


@pytest.fixture
def small(command: Command, tmp_path: Path) -> Command:
    """With the dataset `small`: solved after 1 and after 30 hours, one open for 2."""
    file = tmp_path / "small.csv"
    file.write_text(ROWS)
    columns = ("--case", "case", "--activity", "activity", "--time", "time", "--team", "team")
    answer = command("log", "import", str(file), "--dataset", "small", *columns, "--done", "solved")
    assert answer.status == 0, answer
    return command


def test_programs_get_every_part_of_the_contract(small: Command) -> None:
    answer = small("measure", "time_to_resolve", "--dataset", "small", "--by", "team", "-o", "json")

    found = answer.json
    assert answer.status == 0
    assert {
        *("metric", "unit", "clock", "period", "n", "excluded", "estimator", "value", "median", "p85", "p95", "mean"),
        *("interval", "by", "filter", "query", "notes", "source"),
    } <= found.keys()
    assert (found["metric"], found["unit"], found["clock"], found["n"], found["open"]) == (
        *("time_to_resolve", "s", "elapsed"),
        *(3, 1),
    )
    # One of three is done after an hour; the open one leaves one more, done after 30.
    assert (found["median"], found["value"], found["p85"]) == (108000.0, 108000.0, 108000.0)
    assert {row["group"]: row["n"] for row in found["by"]} == {"desk": 2, "net": 1}
    assert all(row["warning"] for row in found["by"])


def test_people_read_n_period_clock_and_the_next_command(small: Command) -> None:
    answer = small("measure", "time_to_resolve", "--dataset", "small", "--from", "2026-03-01", "--to", "2026-03-09")

    assert answer.out.startswith("Time to resolve: median ")
    for part in (
        "n          2 cases",
        "opened     2026-03-01 to before 2026-03-09 UTC",
        "clock      elapsed, days of 24 hours",
        "Kaplan-Meier",
        "dataset small",
        "jidoka measure time_to_resolve --dataset small --from 2026-03-01 --to 2026-03-09 --explain",
    ):
        assert part in answer.out


def test_an_explanation_has_formula_query_and_page(small: Command) -> None:
    answer = small("measure", "time_to_resolve", "--dataset", "small", "--explain")

    assert "last resolution minus opening" in answer.out
    assert "FROM cases" in answer.out
    assert "docs/measures/time_to_resolve.md" in answer.out


def test_the_meaning_is_told_without_any_dataset(command: Command) -> None:
    answer = command("measure", "nps", "--explain", "-o", "json")

    assert (answer.status, answer.json["formula"]) == (0, METRICS["nps"].formula)


def test_without_a_key_all_metrics_are_listed(command: Command) -> None:
    assert [row["metric"] for row in command("measure", "-o", "json").json] == [*METRICS]
    assert command("measure", "--list").out.count("\n") >= len(METRICS)


def test_what_the_dataset_does_not_hold_is_null_with_a_reason(small: Command) -> None:
    found = small("measure", "nps", "--dataset", "small", "-o", "json").json

    assert (found["n"], found["value"], found["interval"]) == (0, None, None)


def test_the_business_clock_takes_a_calendar_by_key_or_file(small: Command, tmp_path: Path) -> None:
    file = tmp_path / "hours.toml"
    file.write_text('zone = "UTC"\n[[windows]]\ndays = [0, 1, 2, 3, 4]\nfrom_ = "09:00"\nuntil = "17:00"\n')
    asked = (
        "measure",
        "time_to_resolve",
        "--dataset",
        "small",
        "--clock",
        "business",
        "--to",
        "2026-03-09",
        "-o",
        "json",
    )

    refused = small(*asked)
    by_file = small(*asked, "--calendar", str(file))
    unknown = small(*asked, "--calendar", "mars")

    assert (refused.status, "--calendar" in refused.json["error"]["hint"]) == (1, True)
    # Monday 9 to 10, and Monday 9 to 17 with Tuesday 9 to 15: 1 hour and 14.
    assert by_file.json["mean"] == 7.5 * 3600
    assert (unknown.status, "berlin-office" in unknown.json["error"]["hint"]) == (3, True)


def test_goals_make_an_experience(small: Command) -> None:
    asked = ("measure", "experience", "--dataset", "small", "-o", "json", "--goal")

    assert small(*asked, "csat=0.8").json["beside"][0]["what"] == "csat at least 0.8: perhaps met"
    assert small(*asked, "csat=good").json["error"]["message"] == "A goal is a number."


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("time_to_resolv",), 3, "time_to_resolve"),
        (("time_to_resolve", "--by", "colour"), 1, "no field 'colour'"),
        (("time_to_resolve", "--from", "yesterday"), 2, "no date"),
        (("time_to_resolve", "--from", "0001-01-01T00:00+14:00"), 2, "no date"),
        (("time_to_resolve", "--to", "9999-12-31T23:59-12:00"), 2, "no date"),
        (("time_to_resolve", "--where", "team"), 2, "NAME=VALUE"),
        (("time_to_resolve", "--where", "team=a", "--where", "team=b"), 2, "twice"),
        (("time_to_resolve", "--calendar", "always"), 2, "business clock"),
        (("reopen_rate", "--clock", "business"), 1, "no clock"),
        (("time_to_resolve", "--dataset", "nowhere"), 3, "no dataset 'nowhere'"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_do(
    small: Command, args: tuple[str, ...], status: int, said: str
) -> None:
    where = () if "--dataset" in args else ("--dataset", "small")

    answer = small("measure", *args, *where, "-o", "json")

    assert answer.status == status
    assert said in answer.json["error"]["message"] + answer.json["error"]["hint"]


def test_the_default_dataset_is_live_and_asks_who_may_see_numbers(command: Command) -> None:
    asked = ("measure", "time_to_resolve", "-o", "json", "--as")

    assert command(*asked, "rita").json["error"]["code"] == "not_allowed"
    assert command(*asked, "dana").json["error"]["message"] == "No case has been recorded yet."
