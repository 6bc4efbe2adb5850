"""`jidoka runs replay --dir`: needs no server, says what differs, exits 6."""

import json
import subprocess
import sys
from pathlib import Path

from office.recorded import golden

ROOT = Path(__file__).parents[2]
STORM = ROOT / "tests" / "histories" / "storm.json.gz"


def replay(folder: Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run it on the recorded runs in a directory."""
    command = [sys.executable, str(ROOT / "cli.py"), "runs", "replay", "--dir", str(folder), "-o", "json"]
    command += ["--data-dir", str(cwd / "data")]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_recorded_runs_that_live_on_exit_0(tmp_path: Path) -> None:
    (tmp_path / STORM.name).write_bytes(STORM.read_bytes())

    done = replay(tmp_path, tmp_path)

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"], answer["runs"], answer["broken"]) == (0, True, 1, [])


def test_a_run_that_would_go_another_way_is_named_and_exits_6(tmp_path: Path) -> None:
    run = golden(STORM)
    first, *rest = run.facts
    changed = run._replace(name="changed", facts=(first.model_copy(update={"actor": "mallory"}), *rest))
    changed.write(tmp_path)

    done = replay(tmp_path, tmp_path)

    (broken,) = json.loads(done.stdout)["broken"]
    assert done.returncode == 6
    assert broken["name"] == "changed"
    assert broken["troubles"] == ["fact 1 (opened): actor was mallory, is jidoka"]


def test_a_directory_without_recorded_runs_exits_3(tmp_path: Path) -> None:
    done = replay(tmp_path, tmp_path)

    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == "not_found"
