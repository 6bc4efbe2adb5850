"""Reference numbers kept beside the project, with input, expected result, tolerance and source.

They lie in `../shared` from the root of the project, or where `JIDOKA_SHARED` says. Where they are absent the test that
asks for one is skipped with that reason; on a CI machine that names a place, absence is a failure.
"""

import functools
import json
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

COVERED: set[str] = set()
"""Ids that were asked for in this session; printed at its end."""


def shared() -> Path:
    """The directory with `oracles` and `data`; skips the test where there is none."""
    named = os.environ.get("JIDOKA_SHARED")
    place = Path(named) if named else ROOT.parent / "shared"
    if not (place / "oracles").is_dir():
        message = f"no reference numbers in {place}: set JIDOKA_SHARED"
        if named and os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return place


def oracle(key: str) -> dict[str, Any]:
    """The oracle of this id (see its `input`, `expected`, `tolerance`), counted as covered."""
    found: dict[str, Any] = json.loads((shared() / "oracles" / f"{key}.json").read_text())
    COVERED.add(key)
    return found


def data(name: str) -> Path:
    """A real log, such as `uci_incident_event_log.csv.gz`."""
    return shared() / "data" / name


@functools.cache
def every_id() -> frozenset[str]:
    """Ids of all oracles there are."""
    return frozenset(path.stem for path in (shared() / "oracles").glob("*.json"))


def differences(given: Any, expected: Any, tolerance: dict[str, float], path: str = "") -> Iterable[str]:
    """Where the given answer is not the expected one; further keys of the given one are free.

    `tolerance`: `abs` and `rel` of an oracle; a number passes when it is within either.
    """
    if isinstance(expected, dict):
        if not isinstance(given, dict):
            yield f"{path}: {given!r} is no object"
            return
        for name, value in expected.items():
            if name not in given:
                yield f"{path}.{name}: missing"
            else:
                yield from differences(given[name], value, tolerance, f"{path}.{name}")
    elif isinstance(expected, list):
        if not isinstance(given, list) or len(given) != len(expected):
            yield f"{path}: {given!r} is not {len(expected)} items"
            return
        for number, (one, wanted) in enumerate(zip(given, expected, strict=True)):
            yield from differences(one, wanted, tolerance, f"{path}[{number}]")
    elif isinstance(expected, bool) or not isinstance(expected, int | float):
        if given != expected:
            yield f"{path}: {given!r} instead of {expected!r}"
    elif not isinstance(given, int | float) or not math.isclose(
        given, expected, rel_tol=tolerance.get("rel", 0.0), abs_tol=tolerance.get("abs", 0.0)
    ):
        yield f"{path}: {given!r} instead of {expected!r}"
