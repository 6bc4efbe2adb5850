"""The page `docs/flow.md` says what the commands on it print, and shows the pictures that they draw."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.documents import ROOT
from tests.measurement import oracles
from tests.stories.conftest import JIDOKA

PAGE = ROOT / "docs" / "flow.md"
PICTURES = ROOT / "docs" / "pictures" / "measure"
BLOCK = re.compile(r"^```(sh|)\n(.*?)^```", re.DOTALL | re.MULTILINE)

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def given(line: str, cwd: Path) -> str:
    """What one line of the page prints."""
    words = shlex.split(line)
    assert words[0] == "jidoka"
    env = {name: value for name, value in os.environ.items() if not name.startswith("JIDOKA_")}
    done = subprocess.run(
        [str(JIDOKA), *words[1:]],
        cwd=cwd,
        env=env | {"JIDOKA_DATA_DIR": str(cwd / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_page_prints_and_draws_what_it_says(tmp_path: Path) -> None:
    for name in ("uci_incident_event_log.csv.gz", "bpic2013_incidents.csv.gz"):
        (tmp_path / name).symlink_to(oracles.data(name).resolve())
        oracles.shared()
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    printed, missing = "", []

    for kind, block in BLOCK.findall(PAGE.read_text()):
        if kind == "sh":
            # What is quoted further down the page belongs to the commands above it as well.
            printed = "".join(given(line, tmp_path) for line in block.splitlines()) + printed
            continue
        there = [line.rstrip() for line in printed.splitlines()]
        missing += [line for line in block.splitlines() if line not in ("...", "") and line.rstrip() not in there]

    assert missing == []
    drawn = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert drawn == sorted(path.name for path in PICTURES.glob("*.svg"))
    assert [name for name in drawn if (tmp_path / name).read_text() != (PICTURES / name).read_text()] == []
