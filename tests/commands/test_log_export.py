import gzip
from pathlib import Path

import pytest

from tests.commands.conftest import Command

LOG = """case,activity,time,team
1,New,2026-03-02T09:00:00Z,one
1,Done,2026-03-02T10:00:00Z,"two, three"
2,New,2026-03-03T09:00:00Z,=1+1
"""
COLUMNS = ["--case", "case", "--activity", "activity", "--time", "time", "--team", "team", "--done", "Done"]


@pytest.fixture
def shop(command: Command, tmp_path: Path) -> Command:
    (tmp_path / "shop.csv").write_text(LOG)
    assert command("log", "import", str(tmp_path / "shop.csv"), "--dataset", "shop", *COLUMNS).status == 0
    return command


def test_without_a_file_the_data_and_nothing_else_goes_to_stdout(shop: Command) -> None:
    answer = shop("log", "export", "--dataset", "shop", "--format", "csv")

    assert answer.status == 0
    assert answer.out.splitlines() == [
        "case:concept:name,concept:name,time:timestamp,org:group",
        "1,New,2026-03-02T09:00:00.000000Z,one",
        '1,Done,2026-03-02T10:00:00.000000Z,"two, three"',
        "2,New,2026-03-03T09:00:00.000000Z,=1+1",
    ]


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.xes", "out.xes.gz", "out.parquet"])
def test_a_file_is_read_back_by_the_mapping_beside_it(shop: Command, tmp_path: Path, name: str) -> None:
    wrote = shop("log", "export", "--dataset", "shop", "--out", str(tmp_path / name), "-o", "json").json
    read = shop("log", "import", wrote["file"], "--dataset", "again", "--mapping", wrote["mapping"], "-o", "json").json

    assert (wrote["cases"], wrote["events"]) == (read["cases"], read["events"]) == (2, 3)
    before, after = (shop("log", "stats", "--dataset", name, "-o", "json").json for name in ("shop", "again"))
    told = {"dataset", "source", "groups_org:group"}  # the last stands beside `groups` where the source calls it so
    assert {k: v for k, v in before.items() if k not in told} == {k: v for k, v in after.items() if k not in told}


def test_the_format_is_asked_for_or_follows_from_the_name(shop: Command, tmp_path: Path) -> None:
    shop("log", "export", "--dataset", "shop", "--out", str(tmp_path / "packed.xes.gz"))
    shop("log", "export", "--dataset", "shop", "--format", "xes", "--out", str(tmp_path / "odd.name"))

    assert gzip.decompress((tmp_path / "packed.xes.gz").read_bytes()) == (tmp_path / "odd.name").read_bytes()
    assert (tmp_path / "odd.mapping.toml").is_file()


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["--dataset", "nope"], 3, "There are: shop"),
        (["--dataset", "../shop"], 1, "cannot be the name"),
        (["--dataset", "shop", "--format", "pdf"], 2, "pdf"),
        (["--dataset", "shop", "--out", "{tmp}/no/such/place.csv"], 1, "There is no directory"),
        (["--dataset", "shop", "--out", "{tmp}/x.parquet.gz"], 2, "packed as it is"),
    ],
)
def test_what_cannot_be_exported_is_said_with_the_next_step(
    shop: Command, tmp_path: Path, args: list[str], status: int, says: str
) -> None:
    answer = shop("log", "export", *(arg.replace("{tmp}", str(tmp_path)) for arg in args))

    assert answer.status == status
    assert says in answer.err
    assert answer.out == ""


def test_before_the_first_case_live_says_so(command: Command) -> None:
    answer = command("log", "export", "--dataset", "live", "--as", "ada")

    assert (answer.status, answer.out) == (1, "")
    assert "No case has been recorded yet" in answer.err


def test_live_is_not_for_requesters(command: Command) -> None:
    answer = command("log", "export", "--dataset", "live", "--as", "rita")

    assert answer.status == 4
    assert "metrics is not for requester" in answer.err
