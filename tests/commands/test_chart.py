"""`jidoka chart` and `jidoka pareto`: numbers, words and pictures of a metric over time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.chart_text import lines_of
from measurement.charts.cusum import cusum
from measurement.course.course import Course, Shape
from measurement.metrics.measured import Period
from tests.commands.conftest import Command

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def desk(command: Command, tmp_path: Path) -> str:
    """Fourteen weeks of twelve cases, one in four late."""
    lines = ["ticket,what,at,team"]
    for number in range(14 * 12):
        opened = START + timedelta(weeks=number // 12, hours=number % 12)
        lines.append(f"t{number},open,{opened.isoformat()},{'desk' if number % 2 else 'network'}")
        took = timedelta(hours=30 if number % 4 == 0 else 1 + number % 7)
        lines.append(f"t{number},done,{(opened + took).isoformat()},desk")
    (tmp_path / "desk.csv").write_text("\n".join(lines))
    options = ("--case", "ticket", "--activity", "what", "--time", "at", "--team", "team", "--done", "done")
    answer = command("log", "import", str(tmp_path / "desk.csv"), "--dataset", "desk", *options)
    assert answer.status == 0, answer.err
    return "desk"


def test_the_numbers_of_a_chart_are_json(command: Command, desk: str) -> None:
    answer = command("chart", "time_to_resolve", "--dataset", desk, "--goal", "36000", "-o", "json")

    assert answer.status == 0, answer.err
    found = answer.json
    assert found["kind"] == "p"
    assert found["centre"] == pytest.approx(0.25)
    assert found["units"] == 168
    assert {"ucl", "lcl", "points", "signals", "expected_points_between_false_alarms", "why", "excluded"} <= set(found)


def test_a_picture_and_its_table_are_written(command: Command, desk: str, tmp_path: Path) -> None:
    out = tmp_path / "late.svg"

    answer = command("chart", "time_to_resolve", "--dataset", desk, "--out", str(out), "-o", "json")

    assert answer.json["files"] == [str(out), str(tmp_path / "late.csv")]
    assert out.read_text().startswith("<svg")
    assert "Expected false alarms" in out.read_text()


def test_words_say_why_it_is_this_chart_and_how_often_it_cries_wolf(command: Command, desk: str) -> None:
    answer = command("chart", "time_to_resolve", "--dataset", desk)

    assert "Why this chart" in answer.out
    assert "Expected false alarms" in answer.out
    assert "168 cases" in answer.out
    assert "The newest point: just noise" in answer.out


def test_words_and_numbers_of_every_kind_are_ones_a_person_would_say(command: Command, desk: str) -> None:
    def said(kind: str, *options: str) -> str:
        return command("chart", "time_to_resolve", "--dataset", desk, "--kind", kind, *options).out

    assert said("u").startswith("Cases opened a day, by week\n")
    assert said("run").startswith("Time to resolve: weekly median\n")
    assert "Late: longer than the goal of 36,000 s" in said("g", "--goal", "36000")
    assert "P85     " in said("histogram")
    assert "Signals: we:1 (one point beyond a limit)" in said("p")


def test_the_words_of_a_cusum_give_both_of_its_sums() -> None:
    chart = cusum([0.0, 0.0, 9.0, -9.0, -9.0], target=0.0, sigma=1.0)
    shape = Shape(chart, "", "sum", "asked for")
    period = Period(START, START, START)
    about = {"metric": "m", "title": "M", "dataset": "d", "source": "s", "clock": None, "counts": "cases", "filter": {}}
    words = lines_of(Course(**about, period=period, n=5, excluded=(), shape=shape, variation=None, assurance=None))

    assert "  5         up          0  down        -17  <- limit" in words
    assert "n 5 cases · opened 5 Jan 2026" in words


def test_what_the_chart_that_fits_leaves_out_is_what_the_same_kind_leaves_out(command: Command, desk: str) -> None:
    asked = ("chart", "time_to_resolve", "--dataset", desk, "-o", "json")

    fitting = command(*asked).json

    assert fitting["excluded"] == command(*asked, "--kind", fitting["kind"]).json["excluded"]


def test_pareto_compares_the_values_of_a_field(command: Command, desk: str) -> None:
    answer = command("pareto", "--by", "first_team", "--dataset", desk, "-o", "json")

    assert [bar["name"] for bar in answer.json["bars"]] == ["network", "desk"]
    assert answer.json["bars"][0]["n"] == 84


def test_the_cumulative_flow_and_the_age_of_open_work_are_drawn(command: Command, desk: str, tmp_path: Path) -> None:
    flow = command("chart", "time_to_resolve", "--kind", "cfd", "--dataset", desk, "-o", "json").json
    age = command("chart", "time_to_resolve", "--kind", "aging", "--dataset", desk, "--out", str(tmp_path / "a.png"))

    assert flow["arrived"][-1] == flow["departed"][-1] == 168
    assert age.status == 0, age.err
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_a_target_is_judged_by_the_limits(command: Command, desk: str) -> None:
    asked = ("chart", "first_assignment_resolution", "--dataset", desk, "-o", "json", "--target")

    assert command(*asked, "0.05").json["assurance"]["key"] in ("will_meet", "hit_and_miss")
    assert command(*asked, "1").json["assurance"]["key"] != "will_meet"


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("time_to_resolve", "--out", "a.gif"), 1, "cannot be written as '.gif'"),
        (("time_to_resolv",), 3, "time_to_resolve"),
        (("time_to_resolve", "--by", "team"), 2, "Pareto"),
        (("csat",), 1, "not known from dataset"),
        (("time_to_resolve", "--rules", "we:9"), 1, "we:9"),
        (("time_to_resolve", "--from", "yesterday"), 2, "no date"),
        (("time_to_resolve", "--kind", "pareto"), 1, "needs a field"),
        (("time_to_resolve", "--phase1", "99"), 1, "limits"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_next_step(
    command: Command, desk: str, options: tuple[str, ...], status: int, said: str
) -> None:
    answer = command("chart", *options, "--dataset", desk)

    assert answer.status == status, answer.err
    assert said.lower() in answer.err.lower()
    assert "Next:" in answer.err
    assert answer.out == ""


def test_an_unknown_dataset_is_not_found(command: Command) -> None:
    assert command("chart", "time_to_resolve", "--dataset", "nowhere").status == 3
