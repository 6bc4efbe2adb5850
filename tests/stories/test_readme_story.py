"""The README's first ten minutes, block by block, on a real stack."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import PAGES, ROOT, shell_blocks
from tests.stack.conftest import base_port
from tests.stories.conftest import JIDOKA, Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]

# What sets up the whole, and what runs the suite or a day: they have tests of their own.
LEFT_OUT = re.compile(r"^(make |\. \.venv|jidoka demo|pytest ).*\n", re.MULTILINE)


@pytest.fixture
def second_desk(tmp_path: Path, stack: Stack) -> Iterator[Path]:
    """Where the README's second desk lives; stopped whatever happens."""
    yield tmp_path / "our-desk"
    stack.process("down", "--data-dir", str(tmp_path / "our-desk"))


def test_every_line_of_the_readme_works_as_it_stands(stack: Stack, second_desk: Path) -> None:
    env = stack.environment(PATH=f"{JIDOKA.parent}:{os.environ['PATH']}")
    before = {case["id"] for case in stack.ask("incident", "ls", "--limit", "1000")}
    elsewhere = {
        "~/.local/share/jidoka": str(stack.data_dir),
        "~/our-desk": str(second_desk),
        ":8080": f":{stack.base + 2}",
        "17233": str(base_port()),
        "--out ": f"--out {second_desk.parent}/",
    }
    case_id, wrong = "ID", []

    for block in shell_blocks(PAGES[0]):
        script = LEFT_OUT.sub("", block)
        if "jidoka intake email" in script:
            # People read the id off the screen and put it in.
            taken, script = script.split("\n", 1)
            mail = (ROOT / taken.partition("< ")[2]).read_bytes()
            case_id = stack.ask("intake", "email", stdin=mail)["case_id"]
        for name, place in elsewhere.items():
            script = script.replace(name, place)
        script = "set -euo pipefail\n" + re.sub(r"\bID\b", case_id, script)
        ran = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, timeout=150)
        if ran.returncode != 0:
            wrong.append(f"{block}\nexit {ran.returncode}: {ran.stdout}{ran.stderr}")

    assert wrong == []
    made = {case["id"]: case for case in stack.ask("incident", "ls", "--limit", "1000") if case["id"] not in before}
    assert made[case_id]["state"] == "closed"
    # The alerts of the example are two, and one case.
    assert [case["service"] for case in made.values() if case["channel"] == "alert"] == ["network"]
