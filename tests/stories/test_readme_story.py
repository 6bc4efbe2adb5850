"""The README's first ten minutes, line by line, on a real stack."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.documents import PAGES, ROOT, shell_lines
from tests.stories.conftest import JIDOKA, Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

# What sets up or starts the whole, and what runs the suite or a day: they have tests of their own.
LEFT_OUT = ("make ", ". .venv", "jidoka demo", "pytest ", "JIDOKA_DEFINITIONS=")
HOME = "~/.local/share/jidoka"


def lines() -> Iterator[str]:
    for line in shell_lines(PAGES[0]):
        if not line.startswith(LEFT_OUT):
            yield line


def test_every_line_of_the_readme_works_as_it_stands(stack: Stack) -> None:
    env = stack.environment(PATH=f"{JIDOKA.parent}:{os.environ['PATH']}")
    before = {case["id"] for case in stack.ask("incident", "ls", "--limit", "1000")}
    case_id, said, wrong = "ID", [], []

    for line in lines():
        # The lines from `token=` on belong together; each command line of a person is one shell here.
        said.append(line.replace(HOME, str(stack.data_dir)).replace(":8080", f":{stack.base + 2}"))
        if line.startswith("token="):
            continue
        script = "set -o pipefail; " + "\n".join(said).replace(" ID", f" {case_id}")
        said.clear()
        ran = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
        if ran.returncode != 0:
            wrong.append(f"{line}: exit {ran.returncode}: {ran.stdout}{ran.stderr}")
        if line.startswith("jidoka intake email"):
            case_id = next(word.strip(".") for word in ran.stdout.split() if word.startswith("INC-"))

    assert wrong == []
    made = {case["id"]: case for case in stack.ask("incident", "ls", "--limit", "1000") if case["id"] not in before}
    assert made[case_id]["state"] == "closed"
    # The alerts of the example are two, and one case.
    assert [case["service"] for case in made.values() if case["channel"] == "alert"] == ["network"]
