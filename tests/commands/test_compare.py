"""`jidoka compare` on bare numbers: the published answers come out of the command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Answer, Command
from tests.measurement.oracles import oracle

Line = Callable[[str], Answer]


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Writes a CSV and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "numbers.csv"
        path.write_text(text)
        return str(path)

    return write


def of_groups(groups: dict[str, list[float]]) -> str:
    return "group,x\n" + "".join(f"{name},{value!r}\n" for name, values in groups.items() for value in values)


def test_the_published_kruskal_wallis_comes_out(command: Command, file: Any) -> None:
    known = oracle("r_airquality_kruskal")

    answer = command(
        *("compare", "--data", file(of_groups(known["input"]["groups"])), "--value", "x", "--by", "group", "-o", "json")
    )

    assert answer.status == 0, answer.err
    assert answer.json["test"] == "kruskal-wallis"
    assert answer.json["statistic"] == pytest.approx(known["expected"]["H"], abs=known["tolerance"]["abs"])
    assert answer.json["df"] == known["expected"]["df"]
    assert answer.json["p"] == pytest.approx(known["expected"]["p"], rel=known["tolerance"]["p_rel"])
    assert answer.json["n"] == {name: len(values) for name, values in known["input"]["groups"].items()}
    assert len(answer.json["each"]) == 5


def test_the_certified_anova_comes_out(command: Command, file: Any) -> None:
    known = oracle("nist_strd_anova_sirstv")

    answer = command(
        *("compare", "--data", file(of_groups(known["input"]["groups"])), "--value", "x", "--by", "group"),
        *("--test", "anova", "-o", "json"),
    )

    assert answer.json["statistic"] == pytest.approx(known["expected"]["F_certified"], rel=known["tolerance"]["F_rel"])
    assert answer.json["df"] == [4, 20]


def test_the_published_curves_and_log_rank_come_out(command: Command, file: Any) -> None:
    known = oracle("freireich_6mp_kaplan_meier")
    given, expected = known["input"], known["expected"]
    rows = zip(given["time"], given["event"], given["group"], strict=True)

    answer = command(
        *("compare", "--data", file("T,E,Treat\n" + "".join(f"{t},{e},{g}\n" for t, e, g in rows))),
        *("--time", "T", "--event", "E", "--by", "Treat", "-o", "json"),
    )

    assert answer.json["test"] == "log-rank"
    assert answer.json["statistic"] == pytest.approx(expected["logrank_chisq"], abs=known["tolerance"]["chisq_abs"])
    treated = answer.json["curves"]["6-MP"]
    assert treated["time"] == [float(t) for t in expected["6mp_published"]]
    assert treated["survival"] == pytest.approx([*expected["6mp_published"].values()], abs=known["tolerance"]["abs"])
    assert {name: curve["median"] for name, curve in answer.json["curves"].items()} == expected["median"]


def test_people_read_the_effect_before_the_statistic(command: Command, file: Any) -> None:
    path = file("x,team\n" + "".join(f"{n},{'slow' if n > 20 else 'quick'}\n" for n in range(1, 41)))

    answer = command("compare", "--data", path, "--value", "x", "--by", "team")

    assert answer.out.startswith("a difference (p < 0.0001; U 0, n 20 and 20)")
    assert "ratio (Hodges-Lehmann): " in answer.out
    assert "two groups of numbers; times and counts are skewed" in answer.out


def test_empty_cells_are_left_out_and_counted(command: Command, file: Any) -> None:
    path = file("x,g\n1,a\nNA,a\n2,a\n3,b\n,b\n4,b\n9,c\n")

    answer = command(*("compare", "--data", path, "--value", "x", "--by", "g", "--a", "a", "--b", "b", "-o", "json"))

    assert answer.json["excluded"] == [{"n": 2, "reason": "a cell is empty"}, {"n": 1, "reason": "of another group"}]
    assert answer.json["n"] == {"a": 2, "b": 2}
    assert "fewer than 10 in a (2), b (2)" in answer.json["warnings"][0]


def test_zeros_and_ones_words_counts_and_strata_find_their_tests(command: Command, file: Any) -> None:
    flags = "x,g\n" + "1,a\n0,a\n" * 30 + "1,b\n1,b\n0,b\n" * 20
    words = "x,g\n" + "won,a\nlost,a\n" * 30 + "won,b\n" * 30
    counts = "x,n,g\n48,80,a\n56,70,b\n"
    strata = "x,g,s\n" + "1,a,p\n0,a,p\n1,b,p\n0,b,p\n0,a,q\n0,b,q\n1,b,q\n" * 5

    def answer(text: str, *more: str) -> Any:
        return command("compare", "--data", file(text), "--value", "x", "--by", "g", *more, "-o", "json").json

    assert answer(flags)["test"] == "two-proportions"
    assert answer(words)["test"] == "chi-squared"
    assert answer(words, "--test", "fisher")["test"] == "fisher"
    assert answer(counts, "--size", "n")["effect"] == pytest.approx(0.2)
    assert answer(strata, "--strata", "s")["test"] == "mantel-haenszel"
    assert answer(strata, "--strata", "s")["n"] == {"a": 15, "b": 20}


def test_one_group_is_described_and_not_compared(command: Command, file: Any) -> None:
    answer = command("compare", "--data", file("t,e\n1,1\n2,0\n3,1\n"), "--time", "t", "--event", "e", "-o", "json")

    assert answer.json["test"] == "kaplan-meier"
    assert answer.json["p"] is None
    assert answer.json["curves"]["all"]["open"] == 1


@pytest.mark.parametrize(
    ("text", "args", "status", "said"),
    [
        ("x,g\n1,a\n2,b\n", ("--value", "y", "--by", "g"), 1, "no column y"),
        ("x,g\n1,a\n2,b\n", ("--by", "g"), 2, "Nothing to compare"),
        ("x,g\n1,a\n2,b\n", ("--value", "x", "--by", "g", "--test", "magic"), 1, "mann-whitney"),
        ("x,g\n1,a\n2,b\n", ("--value", "x", "--by", "g", "--a", "a"), 2, "belong together"),
        ("x,g\n1,a\n2,b\n", ("--value", "x", "--by", "g", "--a", "a", "--b", "z"), 1, "No row is of group 'z'"),
        ("x,g\n1,a\n2,a\n", ("--value", "x", "--by", "g"), 1, "needs two groups"),
        ("t,e,g\n1,maybe,a\n2,1,b\n", ("--time", "t", "--event", "e", "--by", "g"), 1, "neither yes nor no"),
        ("t,e,g\n-1,1,a\n2,1,b\n", ("--time", "t", "--event", "e", "--by", "g"), 1, "negative"),
        ("t,e,g\n1,0,a\n2,1,b\n", ("--time", "t", "--event", "e", "--by", "g", "--test", "welch"), 6, "1 open cases"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_next_step(
    text: str, args: tuple[str, ...], status: int, said: str, command: Command, file: Any
) -> None:
    answer = command("compare", "--data", file(text), *args, "-o", "json")

    assert answer.status == status
    assert said in answer.out
    assert answer.json["error"]["hint"]


@pytest.fixture
def desk(command: Command, file: Any) -> Line:
    """Gives one line; dataset `desk`: team north takes 2 to 9 h, south twice as long, one case is open."""
    rows = ["id,state,at,group,channel"]
    for n in range(80):
        team, hours = ("north", 2 + n % 8) if n % 2 else ("south", 2 * (2 + n % 8))
        day, hour = 1 + (n * 17) // 24, (n * 17) % 24
        channel = "walk_up" if n % 3 else "mail"
        rows.append(f"{n},open,{_at(day, hour)}:00:00,{team},{channel}")
        if n != 78:
            later = hour + hours
            rows.append(f"{n},done,{_at(day + later // 24, later % 24)}:00:00,{team},{channel}")
    made = command(
        *("log", "import", file("\n".join(rows) + "\n"), "--dataset", "desk", "--case", "id", "--activity", "state"),
        *("--time", "at", "--team", "group", "--channel", "channel", "--done", "done", "-o", "json"),
    )
    assert made.status == 0, made.out
    return lambda line: command(*line.split())


def _at(day: int, hour: int) -> str:
    return f"2026-{1 + (day - 1) // 28:02}-{1 + (day - 1) % 28:02}T{hour:02}"


def test_groups_of_a_dataset_are_compared_with_their_open_cases(desk: Line) -> None:
    answer = desk("compare --dataset desk --by team --a north --b south -o json")

    assert answer.status == 0, answer.out
    assert answer.json["test"] == "log-rank"
    assert answer.json["metric"] == "time_to_resolve"
    assert answer.json["n"] == {"north": 40, "south": 40}
    assert [group["open"] for group in answer.json["groups"]] == [0, 1]
    assert answer.json["clock"] == "elapsed"
    assert answer.json["verdict"] == "a difference"


def test_people_read_hours_days_points_and_where_it_comes_from(desk: Line) -> None:
    answer = desk("compare --dataset desk --by team --a north --b south")

    assert answer.out.startswith("a difference (p < 0.0001; chi-squared ")
    assert "P85 of north" in answer.out
    assert " points" in answer.out
    assert "dataset desk" in answer.out
    assert "5 h" in answer.out


def test_periods_are_compared_with_what_speaks_against_it(desk: Line) -> None:
    answer = desk("compare --dataset desk --before 2026-01-05..2026-01-19 --after 2026-01-19..2026-02-02 -o json")

    assert answer.status == 0, answer.out
    assert answer.json["before"] == {"from": "2026-01-05T00:00:00Z", "to": "2026-01-19T00:00:00Z"}
    assert any("whole weeks" in said for said in answer.json["warnings"])


def test_channels_are_refused_with_the_way_round(desk: Line) -> None:
    answer = desk("compare --dataset desk --by channel -o json")

    assert answer.status == 6
    assert answer.json["error"]["hint"].startswith("Name what makes cases alike: --adjust")


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("compare --dataset desk", 2, "Nothing to compare"),
        ("compare --dataset nowhere --by team", 3, "no dataset"),
        ("compare --dataset desk --by colour", 1, "no field"),
        ("compare --dataset desk --by team --metric speed", 3, "no metric"),
        ("compare --dataset desk --before 2026-01-05 --after 2026-01-19..2026-02-02", 2, "is no period"),
        ("compare --dataset desk --before 2026-01-05..2026-01-19", 1, "Two periods"),
        ("compare --dataset desk --by team --before 2026-01-05..2026-01-19", 2, "not both"),
        ("compare --dataset desk --by team --value x", 2, "--value belongs to a file"),
        ("compare --dataset desk --by team --test magic", 1, "There is no test"),
    ],
)
def test_questions_that_make_no_sense_say_the_next_step(line: str, status: int, said: str, desk: Line) -> None:
    answer = desk(f"{line} -o json")

    assert answer.status == status, answer.out
    assert said in answer.out
