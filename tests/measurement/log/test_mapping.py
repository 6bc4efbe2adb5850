"""A mapping is declared once; what is wrong in it is said by name."""

import re
from pathlib import Path

import pytest

from definitions.base import StepKind
from measurement.log.mapping import SERVICENOW, XES, checked, mapping_of
from measurement.values import BadData

ROOT = Path(__file__).parents[3]


def test_built_in_mappings_are_found_by_name() -> None:
    assert mapping_of("servicenow") is SERVICENOW
    assert mapping_of("xes") is XES


def test_a_mapping_file_says_columns_kinds_and_rules(tmp_path: Path) -> None:
    path = tmp_path / "jira.toml"
    path.write_text(
        'case = "Key"\nactivity = "Status"\ntime = "Changed"\nzone = "Europe/Rome"\n'
        '[kinds]\nBlocked = "waiting"\n[rules]\ndone = ["Done"]\nagain = ["Open"]\n'
    )

    mapping = mapping_of(str(path))

    assert mapping.name == "jira"
    assert mapping.activity == ("Status",)
    assert mapping.kinds == {"Blocked": StepKind.WAITING}
    assert mapping.rules.again == ("Open",)


def test_every_mapping_that_is_shipped_or_documented_can_be_used(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "datasets.md").read_text()
    [documented] = re.findall(r"```toml\n# (\S+)\n(.*?)```", page, re.DOTALL)
    (tmp_path / documented[0]).write_text(documented[1])
    shipped = [path for path in (ROOT / "examples" / "mappings").glob("*.toml") if "\ncase = " in path.read_text()]

    names = [mapping_of(str(path)).name for path in [tmp_path / documented[0], *shipped]]

    assert names[0] == "jira"
    assert len(set(names)) == len(names) > 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('case = "a"\ntime = "b"', "activity: Field required"),
        ('case = "a"\ntime = "b"\nactivity = []', "name at least one"),
        ('case = "a"\ntime = "b"\nactivity = "c"\ncolour = "d"', "colour: Extra inputs"),
        ('case = "a"\ntime = "b"\nactivity = "c"\nzone = "Rome"', "no time zone 'Rome'"),
        ('case = "a"\ntime = "b"\nactivity = "c"\nzone = "../etc"', "no time zone"),
        ('case = "a"\ntime = "b"\nactivity = "c"\ntime_formats = ["dd/mm"]', "'dd/mm' is neither"),
        ('case = "a"\ntime = "b"\nactivity = "c"\n[kinds]\nx = "fun"', "kinds.x"),
        ('case = "a"\ntime = "b"\nactivity = "c"\nzone = "localtime"', "no time zone"),
        ('case = "a"\ntime = "b"\nactivity = "c"\nzone = "right/UTC"', "no time zone"),
        ("case = ", "is not TOML"),
        (f"case = {'[' * 5000}{']' * 5000}", "is not TOML"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)

    with pytest.raises(BadData) as refused:
        mapping_of(str(path))
    assert message in refused.value.message


def test_a_mapping_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadData, match="no mapping 'jira'") as refused:
        mapping_of("jira")
    assert "servicenow, xes" in refused.value.hint


def test_more_columns_of_instants_than_can_be_told_apart_are_refused() -> None:
    data = {"case": "a", "activity": "b", "time": "c", "rules": {"resolved": [f"r{n}" for n in range(10)]}}

    with pytest.raises(BadData, match="at most"):
        checked(data, "here")
