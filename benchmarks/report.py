"""What a benchmark found: one JSON line, a line of a table, a row of the record."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, JsonValue

from benchmarks.machine import described
from settings import Clock

RESULTS = Path(__file__).with_name("results.md")


class Figure(BaseModel):
    """One measured number with its goal; `interval` is 95 %."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    better: Literal["at most", "at least"] = "at most"
    interval: tuple[float, float] | None = None

    @property
    def met(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "at most" else self.value >= self.goal

    def line(self) -> str:
        """For people."""
        spread = f" [{self.interval[0]:.3g}, {self.interval[1]:.3g}]" if self.interval else ""
        goal = f"{self.better} {self.goal:g}" if self.goal is not None else ""
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.what:58} {f'{self.value:.4g} {self.unit}'.strip() + spread:>30}  {goal:14} {verdict}"


class Result(BaseModel):
    """All figures of one benchmark."""

    name: str
    figures: list[Figure]
    details: dict[str, JsonValue] = {}
    """Sizes, load, raw medians: what one needs to judge the figures."""

    def table(self) -> str:
        """For people."""
        notes = " · ".join(f"{name} {_brief(value)}" for name, value in self.details.items())
        return "\n".join([f"{self.name}", *(f"  {figure.line()}" for figure in self.figures), f"  {notes}"])


def _brief(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} {_brief(item)}" for name, item in value.items()) + "}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def record(results: Sequence[Result], clock: Clock) -> None:
    """Put a dated section in front of the earlier ones."""
    machine = ", ".join(f"{name} {value}" for name, value in described().items())
    lines = [f"## {clock():%Y-%m-%d %H:%M} UTC", "", machine, ""]
    lines += ["| benchmark | figure | value | 95 % | goal | met |", "|---|---|---|---|---|---|"]
    for result in results:
        for figure in result.figures:
            spread = f"{figure.interval[0]:.3g} to {figure.interval[1]:.3g}" if figure.interval else ""
            goal = f"{figure.better} {figure.goal:g}" if figure.goal is not None else ""
            met = {True: "yes", False: "**no**", None: ""}[figure.met]
            value = f"{figure.value:.4g} {figure.unit}".strip()
            lines.append(f"| {result.name} | {figure.what} | {value} | {spread} | {goal} | {met} |")
    lines += [""]
    lines += [f"- {result.name}: {json.dumps(result.details)}" for result in results]
    head = (
        "# Recorded runs, latest first\n\n"
        "Written by `python -m benchmarks --record`; what the figures mean: docs/performance.md.\n"
    )
    earlier = RESULTS.read_text().partition("\n## ")[2] if RESULTS.exists() else ""
    RESULTS.write_text("\n".join([head, *lines, *(["", f"## {earlier.strip()}"] if earlier else []), ""]))
