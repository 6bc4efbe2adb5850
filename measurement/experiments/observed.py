"""What an experiment has seen so far: one row a case, in the order of case ids, so that equal data has one hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from definitions.experiment import ARMS
from measurement.values import BadData

Floats = NDArray[np.float64]
Words = NDArray[np.object_]


@dataclass(frozen=True)
class Observed:
    """Cases that were followed to the end: `value` in seconds up to the end of following, or 0 and 1; guards 0 and 1.

    `drawn`: all units drawn by arm, the young ones too. `pairs`: of blocks, which were drawn together.
    """

    case: Words
    unit: Words
    arm: Words
    value: Floats
    guards: Mapping[str, Floats]
    drawn: Mapping[str, int]
    pairs: Mapping[str, str]

    @classmethod
    def of(
        cls,
        case: Sequence[str] | Words,
        arm: Sequence[str] | Words,
        value: Sequence[float] | Floats,
        *,
        unit: Sequence[str] | Words | None = None,
        guards: Mapping[str, Sequence[float] | Floats] | None = None,
        drawn: Mapping[str, int] | None = None,
        pairs: Mapping[str, str] | None = None,
    ) -> "Observed":
        """Rows in any order. Without `unit` each case is its own; without `drawn` those that are here are all.

        Raises BadData for a case that is there twice, an arm that is none, a unit with two arms, a missing value.
        """
        ids = np.asarray(case, object)
        order = np.argsort(ids.astype(str), kind="stable")
        names, arms = ids[order], np.asarray(arm, object)[order]
        units = names if unit is None else np.asarray(unit, object)[order]
        values = np.asarray(value, float)[order]
        flags = {metric: np.asarray(column, float)[order] for metric, column in sorted((guards or {}).items())}
        _checked(names, units, arms, [values, *flags.values()])
        by_arm: dict[str, int] = {one: len(set(units[arms == one].tolist())) for one in ARMS}
        return cls(names, units, arms, values, flags, dict(drawn) if drawn is not None else by_arm, dict(pairs or {}))

    def __len__(self) -> int:
        return len(self.case)

    @property
    def units(self) -> int:
        """How many units count."""
        return len({*self.unit.tolist()})

    @property
    def content(self) -> bytes:
        """All of it, to be kept: names and arms as JSON, then the numbers as little-endian 64-bit floats."""
        names = json.dumps([{**self.drawn}, {**self.pairs}, [*self.guards]], sort_keys=True)
        rows = json.dumps([self.case.tolist(), self.unit.tolist(), self.arm.tolist()])
        numbers = [(column + 0.0).astype("<f8").tobytes() for column in (self.value, *self.guards.values())]
        return b"".join([names.encode(), rows.encode(), *numbers])

    @property
    def sha256(self) -> str:
        """Of the content: under it the data of a look are kept, for whoever wants to judge them again."""
        return hashlib.sha256(self.content).hexdigest()

    @classmethod
    def read(cls, content: bytes) -> "Observed":
        """What was kept."""
        text, decoder = content.decode("latin-1"), json.JSONDecoder()
        (drawn, pairs, guards), place = decoder.raw_decode(text)
        (case, unit, arm), place = decoder.raw_decode(text, place)
        value, *flags = np.frombuffer(content[place:], "<f8").reshape(1 + len(guards), len(case)).astype(float)
        named = dict(zip(guards, flags, strict=True))
        units = None if unit == case else unit
        return cls.of(case, arm, value, unit=units, guards=named, drawn=drawn, pairs=pairs)

    def by_unit(self, column: Floats) -> tuple[Floats, Words, Words]:
        """The mean of a column by unit, the arm of each unit, and its name."""
        if self.unit is self.case:
            return column, self.arm, self.case
        names, first, where, n = np.unique(
            self.unit.astype(str), return_index=True, return_inverse=True, return_counts=True
        )
        return np.bincount(where, column, minlength=len(names)) / n, self.arm[first], names.astype(object)


def _checked(case: Words, unit: Words, arm: Words, columns: Sequence[Floats]) -> None:
    if any(len(column) != len(case) for column in (unit, arm, *columns)):
        raise BadData("The columns of the experiment are not of one length.", "Give one of each for every case.")
    if len({*case.tolist()}) < len(case):
        raise BadData("A case stands twice in the data of the experiment.", "Give each case once.")
    if strange := sorted({*arm.tolist()} - {*ARMS}):
        raise BadData(f"There is no arm {strange[0]!r}.", f"Arms are {' and '.join(ARMS)}.")
    if not all(np.isfinite(column).all() for column in columns):
        raise BadData("A number of the experiment is missing.", "Leave out cases that cannot be told, and say so.")
    if len({*zip(unit.tolist(), arm.tolist(), strict=True)}) > len({*unit.tolist()}):
        raise BadData("A unit has cases in both arms.", "Arms are drawn for whole units: look for who changed one.")
