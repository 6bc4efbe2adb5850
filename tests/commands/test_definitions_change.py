"""A change is shown place by place, and what cannot be is said with the way on; nothing is changed."""

import json
from pathlib import Path

import pytest

from commands.definitions_change import read
from commands.failures import Failure
from definitions.change import Change, patched
from definitions.change_view import lines, readable
from definitions.example import organisation as example


def test_a_change_reads_as_what_goes_and_what_comes() -> None:
    rule = example.routing[3].model_dump(mode="json") | {"key": "first", "before": "outage"}
    patch = [
        {"op": "replace", "path": "/services/vpn/title", "value": "Way in"},
        {"op": "remove", "path": "/surveys/" + example.surveys[0].key},
        {"op": "add", "path": "/routing/first", "value": rule},
        {"op": "add", "path": "/routing/outage/before", "value": None},
    ]
    change = Change.model_validate({"base": example.version, "why": "to see", "patch": patch})

    text = readable(lines(example, patched(example, change)))

    assert "services vpn title: changed\n  - VPN\n  + Way in" in text
    assert f"surveys {example.surveys[0].key}: removed\n  - title: " in text
    assert "routing outage: moved\n  > to the end" in text
    assert "routing first: added\n  + " in text
    assert "before" not in text


def test_a_file_that_is_no_change_is_told_what_one_is(tmp_path: Path) -> None:
    for content, says in (
        ("{", "line 1 column 2"),
        ("3", "the file"),
        (json.dumps({"base": "x", "why": "y", "patch": []}), "base"),
    ):
        (tmp_path / "change.json").write_text(content)
        with pytest.raises(Failure, match=says) as failed:
            read(tmp_path / "change.json", example.version)
        assert failed.value.exit == 2
        assert '"op"' in failed.value.hint


def test_a_bare_patch_is_a_change_of_what_is_in_force_and_needs_words(tmp_path: Path) -> None:
    (tmp_path / "patch.json").write_text('[{"op": "replace", "path": "/services/vpn/title", "value": "Way in"}]')

    made = read(tmp_path / "patch.json", example.version, "they call it so")

    assert (made.base, made.why, made.paths) == (example.version, "they call it so", ("/services/vpn/title",))
    with pytest.raises(Failure, match="at least 1 character") as failed:
        read(tmp_path / "patch.json", example.version)
    assert failed.value.exit == 2
