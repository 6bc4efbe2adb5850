"""`jidoka catalogue` as a person and as a script see it."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from definitions.example import organisation


def _jidoka(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JIDOKA_", "TEMPORAL_"))}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "cli", "catalogue", *args],
        cwd=cwd,
        env={**env, "XDG_DATA_HOME": str(cwd)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ls_says_what_each_item_promises_and_costs(tmp_path: Path) -> None:
    done = _jidoka("ls", "-o", "json", cwd=tmp_path)

    rows = {row["key"]: row for row in json.loads(done.stdout)}
    assert list(rows) == [item.key for item in organisation.catalogue]
    assert rows["new-starter"]["tasks"] == 12
    assert (rows["password-reset"]["promise"], rows["password-reset"]["cost"]) == ("4 hours", None)
    assert rows["software-licence"]["cost"] == "14.50 EUR a month, paid by your department"


def test_show_gives_programs_the_whole_item_with_the_json_schema_of_its_form(tmp_path: Path) -> None:
    done = _jidoka("show", "vpn-access", "-o", "json", cwd=tmp_path)

    whole, item = json.loads(done.stdout), organisation.item("vpn-access")
    assert whole["version"] == item.version
    assert whole["schema"] == item.form.json_schema
    assert whole["schema"]["properties"]["device"]["enum"] == ["company laptop", "company phone"]
    assert whole["schema"]["required"] == ["reason", "device"]
    assert {p["clock"] for p in whole["promises"]} == {"resolution", "customer"}
    assert [task["key"] for task in whole["plan"]["tasks"]][-1] == "first-connection"


def test_show_tells_people_form_approvals_work_and_the_way_back(tmp_path: Path) -> None:
    said = _jidoka("show", "laptop-replacement", cwd=tmp_path).stdout

    assert "old_asset*" in said
    assert "a text like LT-0427 (pattern LT-[0-9]{4})" in said
    assert "Does the manager agree?" in said
    assert "Put the laptop back into stock" in said
    assert "stays: What was on the old laptop is gone" in said
    assert "1250.00 EUR once, paid by IT" in said


def test_the_example_of_a_date_is_right_today(tmp_path: Path) -> None:
    said = _jidoka("show", "new-starter", cwd=tmp_path).stdout

    line = next(line for line in said.splitlines() if line.startswith("first_day*"))
    assert date.fromisoformat(line.split()[-1]) > datetime.now(UTC).date()


def test_an_unknown_item_is_not_found_and_the_known_ones_are_named(tmp_path: Path) -> None:
    done = _jidoka("show", "yacht", "-o", "json", cwd=tmp_path)

    error = json.loads(done.stdout or done.stderr)["error"]
    assert done.returncode == 3
    assert error["code"] == "not_found"
    assert "vpn-access" in error["hint"]
