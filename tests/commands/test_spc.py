"""`jidoka spc`: control charts on bare numbers, for programs and for people."""

import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import cli
from commands.spc import KINDS
from tests.commands.conftest import Answer
from tests.measurement.oracles import oracle

Spc = Callable[..., Answer]


@pytest.fixture
def spc(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Spc:
    """Runs `jidoka spc KIND` on columns written to a file, or on the bytes of stdin; no data directory is needed."""
    monkeypatch.setenv("JIDOKA_DATA_DIR", str(tmp_path / "nowhere"))

    def run(kind: str, *options: object, stdin: bytes | None = None, **columns: Sequence[object]) -> Answer:
        path = tmp_path / "numbers.csv"
        if stdin is None:
            with path.open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(zip(*columns.values(), strict=True))
        else:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        status = cli.main(["spc", kind, "--data", "-" if stdin is not None else str(path), *map(str, options)])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


def indices(data: dict[str, Any]) -> list[int]:
    return [signal["index"] for signal in data["signals"]]


def test_xmr_prints_the_numbers_of_nist(spc: Spc) -> None:
    reference = oracle("nist_imr_flowrate")
    expected, tolerance = reference["expected"], reference["tolerance"]

    data = spc("xmr", "-o", "json", x=reference["input"]["x"]).json

    assert (data["centre"], data["ucl"], data["lcl"]) == pytest.approx(
        (expected["center"], expected["ucl"], expected["lcl"]), abs=tolerance["abs"]
    )
    assert data["dispersion"]["points"] == pytest.approx(expected["mr"])
    assert data["dispersion"]["centre"] == pytest.approx(expected["mr_bar"], abs=tolerance["abs"])
    assert indices(data) == expected["out_of_control_points"]
    assert data["expected_points_between_false_alarms"] == pytest.approx(152.73, abs=0.01)


@pytest.mark.parametrize("phase1", [25, 125])
def test_xbar_takes_its_limits_from_the_first_subgroups_or_their_rows(spc: Spc, phase1: int) -> None:
    reference = oracle("qcc_pistonrings_xbar_r_s")
    groups, expected = reference["input"]["subgroups"], reference["expected"]
    columns = {
        "subgroup": [number for number, group in enumerate(groups, 1) for _ in group],
        "x": [value for group in groups for value in group],
    }
    close = {"abs": reference["tolerance"]["abs"]}

    r = spc("xbar-r", "--phase1", phase1, "-o", "json", **columns).json
    s = spc("xbar-s", "--phase1", phase1, "-o", "json", **columns).json

    for data, name in ((r, "R"), (s, "S")):
        second = data["dispersion"]
        assert (second["centre"], second["lcl"], second["ucl"]) == pytest.approx(
            [expected[name][line] for line in ("center", "lcl", "ucl")], **close
        )
    assert (r["centre"], r["lcl"], r["ucl"]) == pytest.approx(
        [expected["xbar"][line] for line in ("center", "lcl", "ucl")], **close
    )
    assert (r["phase1"], len(r["points"]), r["labels"][-1]) == (25, 40, "40")


def test_charts_with_a_memory_take_subgroups_too(spc: Spc) -> None:
    groups = oracle("qcc_pistonrings_xbar_r_s")["input"]["subgroups"]
    columns = {
        "subgroup": [f"ring {number}" for number, group in enumerate(groups, 1) for _ in group],
        "x": [value for group in groups for value in group],
    }

    ewma = spc("ewma", "--phase1", 125, "-o", "json", **columns).json
    cusum = spc("cusum", "--phase1", 25, "--unit", "sigma", "--k", 0.5, "--h", 5, "-o", "json", **columns).json

    assert (ewma["n"], ewma["phase1"], ewma["labels"][0]) == (40, 25, "ring 1")
    assert indices(cusum) == [37, 38, 39, 40]


def test_capability_of_the_first_subgroups_is_that_of_qcc(spc: Spc) -> None:
    reference = oracle("qcc_pistonrings_xbar_r_s")
    groups, expected = reference["input"]["subgroups"], reference["expected"]["capability"]
    columns = {
        "x": [value for group in groups for value in group],
        "subgroup": [number for number, group in enumerate(groups, 1) for _ in group],
    }
    limits = ("--lsl", expected["lsl"], "--usl", expected["usl"])

    data = spc("capability", "--phase1", 25, *limits, "-o", "json", **columns).json
    unstable = spc("capability", *limits, "-o", "json", **columns)

    for name in ("Cp", "Cpk", "Cpu", "Cpl", "Cp_ci"):
        assert data[name] == pytest.approx(expected[name], abs=reference["tolerance"]["capability_abs"])
    assert unstable.status == 6
    assert "not stable" in unstable.json["error"]["message"]


def test_shares_and_counts_print_the_published_limits(spc: Spc) -> None:
    juice, wafers, computers = (oracle(k) for k in ("qcc_orangejuice_p_np", "nist_c_chart_wafers", "qcc_pcmanufact_u"))
    trial = sum(juice["input"]["trial"])

    p = spc("p", "--phase1", trial, "-o", "json", x=juice["input"]["D"], n=juice["input"]["n"]).json
    np_ = spc("np", "--phase1", trial, "-o", "json", x=juice["input"]["D"], n=juice["input"]["n"]).json
    c = spc("c", "-o", "json", x=wafers["input"]["c"]).json
    u = spc("u", "-o", "json", x=computers["input"]["x"], n=computers["input"]["n"]).json

    for data, expected, close in (
        (p, juice["expected"]["trial_p"], 2e-6),
        (np_, juice["expected"]["trial_np"], 5e-6),
        (c, wafers["expected"], 1e-9),
        (u, computers["expected"], 2e-6),
    ):
        assert [data[line] for line in ("centre", "lcl", "ucl")] == pytest.approx(
            [expected[line] for line in ("center", "lcl", "ucl")], abs=close
        )
    assert indices(c) == wafers["expected"]["beyond_limits_1based"]
    assert [index for index in indices(p) if index <= trial] == juice["expected"]["trial_p"]["out_of_control_1based"]


def test_laney_prints_limits_that_vary_as_lists(spc: Spc) -> None:
    reference = oracle("nhs_ae_laney_p_prime")

    data = spc("pp", "-o", "json", x=reference["input"]["r"], n=reference["input"]["n"]).json

    assert data["ucl"] == pytest.approx(reference["expected"]["ucl"], abs=reference["tolerance"]["abs"])
    assert data["lcl"] == pytest.approx(reference["expected"]["lcl"], abs=reference["tolerance"]["abs"])
    assert data["sigma_z"] == pytest.approx(reference["expected"]["sigma_z"], abs=0.005)
    assert data["signals"] == []


def test_ewma_cusum_and_t_print_the_published_numbers(spc: Spc) -> None:
    e, s, v = oracle("nist_ewma"), oracle("nist_cusum"), oracle("montgomery_ex76_valve_failures_t_chart")
    given = ("--target", e["params"]["target"], "--sigma", e["params"]["sigma"])
    sums = [word for name in ("target", "sigma", "k", "h") for word in (f"--{name}", s["params"][name])]

    ewma = spc("ewma", "--lambda", 0.3, "--L", 3, *given, "-o", "json", x=e["input"]["x"]).json
    cusum = spc("cusum", *sums, "-o", "json", x=s["input"]["x"]).json
    t = spc("t", "-o", "json", x=v["input"]["hours"]).json

    assert (ewma["ucl"], ewma["lcl"]) == pytest.approx((e["expected"]["ucl"], e["expected"]["lcl"]), abs=2e-4)
    assert ewma["points"] == pytest.approx(e["expected"]["z"][1:], abs=e["tolerance"]["abs"])
    assert indices(cusum) == s["expected"]["signals_1based"]
    assert (t["centre"], t["ucl"]) == pytest.approx(
        [v["expected"][f"{name}_backtransformed"] for name in ("center", "ucl")], rel=0.002
    )
    assert t["lcl"] == 0


def test_run_rules_are_chosen_by_name(spc: Spc) -> None:
    reference = oracle("qcc_western_electric_rule_fixtures")
    known = ("--target", 0, "--sigma", 1, "-o", "json")

    for number in (1, 2, 3, 4):
        data = spc("xmr", "--rules", f"we:{number}", *known, x=reference["input"]["overlap"]).json
        assert indices(data) == reference["expected"][f"overlap_WE{number}"]
        assert {signal["rule"] for signal in data["signals"]} == {f"we:{number}"}
    every = spc("xmr", "--rules", "1,2", *known, x=reference["input"]["overlap"]).json
    assert every["expected_points_between_false_alarms"] == pytest.approx(225.44, abs=0.011)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "capability"])
def test_every_kind_answers_programs_and_people(spc: Spc, kind: str) -> None:
    columns: dict[str, Sequence[object]] = {"x": [4, 6, 5, 7, 4, 5, 6, 9, 5, 4, 6, 5]}
    if "n" in KINDS[kind][1].split():
        columns["n"] = [40, 50] * 6
    if "subgroup" in KINDS[kind][1]:
        columns["subgroup"] = [name for name in "abcd" for _ in range(3)]

    data, words = spc(kind, "-o", "json", **columns).json, spc(kind, **columns)

    assert data["kind"] == kind
    assert {"centre", "ucl", "lcl", "points", "signals", "estimator", "sigma", "n", "notes", "dispersion"} <= set(data)
    assert "expected_points_between_false_alarms" in data
    assert data["expected_points_how"]
    assert words.status == 0
    assert f"({kind}): {data['n']} points from" in words.out
    assert "false alarms" in words.out
    assert "estimator" in words.out


def test_people_read_each_signal_with_its_rule_and_date(spc: Spc) -> None:
    days = [f"2026-01-{day:02}" for day in range(1, 15)]

    answer = spc("xmr", "--phase1", 12, x=[5, 6] * 6 + [5, 50], date=days)

    assert "2026-01-14  50" in answer.out
    assert "one point beyond a limit (we:1)" in answer.out
    assert "one per 153 points" in answer.out
    assert "never alarms" in answer.out


def test_a_pipe_and_the_files_of_spreadsheets_are_read(spc: Spc) -> None:
    text = "\ufeffDate;X\r\n2026-01-01;1.5\r\n\r\n2026-01-02;2.5\r\n"

    data = spc("xmr", "-o", "json", stdin=text.encode()).json

    assert (data["points"], data["labels"], data["source"]) == ([1.5, 2.5], ["2026-01-01", "2026-01-02"], "stdin")


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("xmr", b"", "it is empty"),
        ("xmr", b"x\n", "no row"),
        ("xmr", b"y\n1\n", "no column x; it has y"),
        ("p", b"x\n1\n", "no column n"),
        ("xbar-r", b"x\n1\n", "no column subgroup"),
        ("xmr", b"x\n1\nabc\n", "line 3: x is 'abc'"),
        ("xmr", b"x\n1\nnan\n", "line 3: x is 'nan'"),
        ("xmr", b"x\n1\n1e999\n", "line 3: x is '1e999'"),
        ("xmr", b"x\n1\n1e300\n", "line 3: x is '1e300'"),
        ("xmr", b"x\n1\n1e-310\n", "line 3: x is '1e-310'"),
        ("xmr", b"x\n1\n1_000\n", "line 3: x is '1_000'"),
        ("p", b"x,n\n1,2\n,3\n", "line 3: x is empty"),
        ("xmr", b"x\n1\n\n4\n", "line 3 is empty"),
        ("p", b"x,n\n1,2\n,\n1,3\n", "line 3 is empty"),
        ("xmr", b"x\n1\n2,5\n", "line 3 has 2 fields instead of 1"),
        ("xmr", b"x;y\n1;2\n2,5;1\n", "line 3: x is '2,5'"),
        ("xmr", b"x,x\n1,2\n", "two columns are called x"),
        ("xmr", b"x\n1\n\xff\n", "line 3 is not UTF-8"),
        ("xmr", b"x\n" + b"1" * 200_000 + b"\n", "line 2"),
        ("xmr", b"x\n1\n", "Too few points"),
        ("p", b"x,n\n1,2\n9,8\n", "x = 9 out of n = 8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(spc: Spc, kind: str, text: bytes, said: str) -> None:
    answer = spc(kind, "-o", "json", stdin=text)

    assert answer.status == 1
    assert said in answer.json["error"]["message"]
    assert answer.json["error"]["hint"]


@pytest.mark.parametrize(
    ("kind", "option"),
    [("xmr", ("--lambda", "0.2")), ("p", ("--sigma", "1")), ("t", ("--target", "1")), ("run", ("--rules", "1"))],
)
def test_an_option_that_means_nothing_here_is_refused(spc: Spc, kind: str, option: tuple[str, str]) -> None:
    answer = spc(kind, *option, "-o", "json", x=[1, 2, 3], n=[4, 4, 4])

    assert answer.status == 2
    assert f"{option[0]} has no meaning for {kind}" in answer.json["error"]["message"]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e308", "1e-320", "many"])
@pytest.mark.parametrize(("kind", "option"), [("xmr", "--target"), ("cusum", "--k"), ("capability", "--usl")])
def test_an_option_nobody_can_calculate_with_is_wrong_usage(spc: Spc, kind: str, option: str, number: str) -> None:
    answer = spc(kind, option, number, "-o", "json", x=[1, 2, 3, 2, 1, 4])

    assert answer.status == 2
    assert "not a number that can be calculated with" in answer.json["error"]["message"]


@pytest.mark.parametrize("kind", ["xmr", "p", "np", "u", "c", "pp", "up", "g", "t", "ewma"])
@pytest.mark.parametrize("width", ["0", "-1"])
def test_limits_of_no_width_are_refused(spc: Spc, kind: str, width: str) -> None:
    answer = spc(kind, "--L", width, "-o", "json", x=[1, 2, 3, 2, 1, 4], n=[9, 8, 9, 9, 9, 8])

    assert answer.status == 1
    assert "not above zero" in answer.json["error"]["message"]


def test_a_cusum_to_which_no_point_would_add_is_refused(spc: Spc) -> None:
    answer = spc("cusum", "--k", "50", "--sigma", "1", "--h", "5", "-o", "json", x=[1, 2, 3, 2, 1, 4])

    assert answer.status == 1
    assert "50 times sigma" in answer.json["error"]["message"]


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["spc", "xmr", "--data", "/nowhere/at/all.csv", "-o", "json"]) == 2
    assert "does not exist" in json.loads(capsys.readouterr().out)["error"]["message"]
