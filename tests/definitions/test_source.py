"""An organisation written as Python loads to the same one, and stands as the formatter wants it."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.example import organisation as example
from definitions.example.demo import organisation as demo
from definitions.organisation import Organisation
from definitions.source import NAME, module, quoted
from tests.definitions.random_organisations import edited

ROOT = Path(__file__).parents[2]


def loaded(text: str) -> Organisation:
    found: dict[str, Organisation] = {}
    exec(compile(text, "<source>", "exec"), found)
    return found[NAME]


@settings(deadline=None, max_examples=20)
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=0, max_value=6))
def test_what_is_written_loads_to_the_same_version(seed: int, edits: int) -> None:
    organisation = edited(example, Random(seed), edits)

    again = loaded(module(organisation, "To see."))

    assert (again, again.version) == (organisation, organisation.version)


@given(st.text())
def test_words_of_any_kind_are_quoted_as_they_are(words: str) -> None:
    assert eval(quoted(words)) == words


def test_notes_neither_end_the_module_nor_escape() -> None:
    text = module(example, 'It\'s "so"\\', ['Why"""\nimport os', "\\N{DASH}"])

    assert loaded(text) == example
    assert "# Why''' import os\n" in text


@pytest.mark.parametrize("organisation", [example, demo], ids=["example", "demo"])
def test_it_stands_as_the_formatter_and_the_linter_want_it(organisation: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "accepted.py"
    path.write_text(module(organisation, "To see.", ["1. why"]))
    ruff = [str(Path(sys.executable).with_name("ruff"))]

    for check in (["format", "--check"], ["check"]):
        ran = subprocess.run([*ruff, *check, "--config", str(ROOT / "pyproject.toml"), str(path)], capture_output=True)
        assert ran.returncode == 0, ran.stdout.decode()
