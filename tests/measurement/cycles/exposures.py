"""Cases of a trial whose truth is known, as facts of the live log."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from definitions.base import rfc3339
from measurement.log.live_copy import copied

START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Life:
    """One case: when it was opened, after how many seconds it was solved (None: not yet), and its arms."""

    case: str
    opened: datetime
    solved_s: float | None
    arms: dict[str, str] = field(default_factory=dict)
    reopened: bool = False
    """Solved once before, and opened again a moment later."""
    unit: str | None = None
    requester: str = "rita"
    service: str = "vpn"
    also: tuple[tuple[float, str, dict[str, Any]], ...] = ()
    """Further facts: seconds after the opening, type, data."""

    def facts(self) -> list[tuple[datetime, str, str, dict[str, Any]]]:
        """Instant, type, step and data of each, in order."""
        opened = {"service": self.service, "category": "access", "priority": "P3", "requester": self.requester}
        found: list[tuple[float, str, str, dict[str, Any]]] = [(0.0, "opened", "triage", {**opened, "arm": None})]
        for experiment, arm in self.arms.items():
            data = {"experiment": experiment, "plan": "0" * 12, "layer": "routing", "arm": arm}
            found.append((0.0, "exposed", "triage", data | ({"unit": self.unit} if self.unit else {})))
        end = self.solved_s if self.solved_s is not None else 3.0
        if self.reopened:
            found += [(end / 3, "resolved", "confirm", {}), (end / 2, "reopened", "work", {})]
        if self.solved_s is not None:
            found.append((self.solved_s, "resolved", "confirm", {}))
        found += [(after, type_, "end", data) for after, type_, data in self.also]
        found.sort(key=lambda fact: fact[0])
        return [(self.opened + timedelta(seconds=s), type_, step, data) for s, type_, step, data in found]


def copy_of(lives: Sequence[Life], path: Path) -> list[Path]:
    """A copy of the records that hold these cases, one after the other."""
    names = ("id", "seq", "at", "case_id", "type", "step", "actor", "channel", "visibility", "data")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for life in lives:
        for seq, (at, type_, step, data) in enumerate(life.facts(), 1):
            row = (len(columns["id"]) + 1, seq, rfc3339(at), life.case, type_, step, "jidoka", "cli", "internal")
            for name, value in zip(names, (*row, json.dumps(data)), strict=True):
                columns[name].append(value)
    pq.write_table(copied(columns, staff=(), salt="pepper"), path)
    return [path]
