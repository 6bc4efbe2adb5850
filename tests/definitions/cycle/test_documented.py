"""Every question of the gates is in the documentation, and the documentation has no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_table_of_questions_is_the_questions() -> None:
    modules = [ROOT / "definitions/cycle" / name for name in ("checks.py", "trial_checks.py")]
    asked = {key for module in modules for key in re.findall(r'short\(\s*"([a-z-]+)"', module.read_text())}
    table = (ROOT / "docs/cycles.md").read_text().partition("| question |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == asked
