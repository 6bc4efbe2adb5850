"""`jidoka flow`: one page a lead can read, the same as JSON, and the process map."""

from pathlib import Path

import pytest

from tests.commands.conftest import Command

MAPPING = """case = "ticket"
activity = "what"
time = "at"
team = "team"
[kinds]
queue = "waiting"
wait = "waiting"
work = "value_adding"
[rules]
done = ["done"]
"""
STANDARD = """title = "the agreed order"
start = ["queue"]
end = ["done"]
[follows]
queue = ["work"]
work = ["done"]
done = []
"""


@pytest.fixture
def toy(command: Command, tmp_path: Path) -> str:
    """Forty cases, one a day; every fourth goes to the second line, waits there and comes back."""
    rows = ["ticket,what,at,team"]
    for day in range(1, 29):
        for month in (1, 2):
            case, date = f"c{month}{day:02}", f"2026-{month:02}-{day:02}"
            rows += [f"{case},queue,{date}T09:00:00Z,desk", f"{case},work,{date}T10:00:00Z,desk"]
            if day % 4 == 0:
                rows += [f"{case},wait,{date}T11:00:00Z,net 2nd", f"{case},work,{date}T13:00:00Z,desk"]
            rows += [f"{case},done,{date}T14:00:00Z,desk"]
    (tmp_path / "toy.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "toy.toml").write_text(MAPPING)
    answer = command(
        *("log", "import", str(tmp_path / "toy.csv"), "--dataset", "toy", "--mapping", str(tmp_path / "toy.toml"))
    )
    assert answer.status == 0, answer.err
    return "toy"


def test_the_document_has_every_part_with_its_n(command: Command, toy: str) -> None:
    found = command("flow", "--dataset", toy, "-o", "json").json

    assert found["n"] == 56
    assert found["time_to_resolve"]["median"] == 5 * 3600
    assert found["efficiency"]["flow_efficiency"] == pytest.approx((42 * 4 + 14 * 2) / (56 * 5))
    assert (found["variants"]["distinct"], found["variants"]["top"][0]["cases"]) == (2, 42)
    assert found["follows"][0] == {"from": "queue", "to": "work", "count": 56, "mean_s": 3600.0, "median_s": 3600.0}
    assert (found["handovers"]["total"], found["handovers"]["ping_pong_rate"]) == (28, 0.25)
    assert found["rework"]["case_level_yield"] == 0.75
    assert found["front"]["share"] == 0.75
    assert found["takt"]["demand_per_week"] == pytest.approx(7, abs=1)
    assert {waste["waste"] for waste in found["waste"]} >= {"waiting", "hand-over", "rework", "unused skill"}


def test_parts_that_cannot_be_had_say_why(command: Command, toy: str) -> None:
    found = command("flow", "--dataset", toy, "--to", "2026-01-10", "-o", "json").json

    assert found["forecast"] == {"reason": "A forecast needs at least 6 whole weeks, there are 0."}


def test_the_page_reads_from_time_to_waste(command: Command, toy: str) -> None:
    out = command("flow", "--dataset", toy).out

    for line in (
        "Flow of toy: 56 cases opened 2026-01-01 to 2026-02-28",
        "time          median 5 h, P85 5 h, mean 5 h to resolve",
        "efficiency    70.0% of the lead time is work, adding value 70.0%, n 56",
        "ping-pong     25.0% came back to an earlier team, 14 straight back",
        "front line    75.0% (62% to 84%) solved without a later line, n 56 (line 2: 14)",
        "  over-processing  not shown by this log: the log has no activities `approved` and `refused`",
    ):
        assert line in out


def test_what_a_small_log_does_not_know_is_said_in_words(command: Command, tmp_path: Path) -> None:
    rows = ("ticket,what,at,team", "a,new,2026-01-05T09:00:00Z,desk", "a,done,2026-01-05T11:00:00Z,desk")
    (tmp_path / "few.csv").write_text("\n".join((*rows, "b,new,2026-01-06T09:00:00Z,net")))
    columns = ("--case", "ticket", "--activity", "what", "--time", "at", "--team", "team", "--done", "done")
    assert command("log", "import", str(tmp_path / "few.csv"), "--dataset", "few", *columns).status == 0

    out = command("flow", "--dataset", "few").out

    assert "nobody waits" in out
    assert "50%, none resolved: new" in out
    assert "None" not in out


def test_the_use_of_a_step_and_the_keeping_of_an_order_are_counted(command: Command, toy: str, tmp_path: Path) -> None:
    (tmp_path / "order.toml").write_text(STANDARD)
    asked = ("--use", "wait", "--standard", str(tmp_path / "order.toml"), "--by", "team")

    found = command("flow", "--dataset", toy, *asked, "-o", "json").json

    assert [(g["value"], g["using"]) for g in found["usage"]["groups"]] == [(None, 14), ("net 2nd", 14), ("desk", 0)]
    (everybody, *_) = found["conformity"]["groups"]
    assert (everybody["n"], everybody["conforming"], everybody["share"]) == (56, 42, 0.75)
    assert everybody["interval"]["low"] == pytest.approx(0.62, abs=0.01)
    page = command("flow", "--dataset", toy, *asked).out
    assert "Conformity to the agreed order" in page
    assert "work > wait: 14 cases" in page


def test_the_process_map_is_drawn(command: Command, toy: str, tmp_path: Path) -> None:
    answer = command("flow", "--dataset", toy, "--out", str(tmp_path / "toy.svg"), "-o", "json")

    assert [Path(path).name for path in answer.json["files"]] == ["toy.svg", "toy.csv"]
    assert "Process map of toy" in (tmp_path / "toy.svg").read_text()


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("--use", "nap"), 1, "Dataset toy has no step 'nap'."),
        (("--use", "wait", "--by", "colour"), 1, "Dataset toy has no field 'colour'."),
        (("--where", "colour=red"), 1, "Dataset toy has no field 'colour'."),
    ],
)
def test_what_is_not_there_is_refused_with_a_hint(
    command: Command, toy: str, args: tuple[str, ...], status: int, message: str
) -> None:
    answer = command("flow", "--dataset", toy, *args, "-o", "json")

    assert (answer.status, answer.json["error"]["message"]) == (status, message)
    assert answer.json["error"]["hint"]


def test_live_without_a_case_says_what_to_do(command: Command) -> None:
    answer = command("flow", "--as", "olga", "-o", "json")

    assert (answer.status, answer.json["error"]["message"]) == (1, "No case has been recorded yet.")
