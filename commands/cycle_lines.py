"""Cycles as lines: the register, the ledger, earlier ones like a new one."""

import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commands.amount import told
from commands.cases_times import span
from commands.output import cell, table

if TYPE_CHECKING:
    from definitions.cycle.benefit import Benefit, Ledger
    from definitions.cycle.register import Row

WIDTH = 98
ENDINGS = {
    "held": "held",
    "signalled": "signal",
    "rolled_back": "rolled back",
    "unwatched": "unwatched",
    "stopped": "stopped",
}


def as_data(row: "Row", now: datetime) -> dict[str, Any]:
    """One line of the register for programs; `age_s` until its end."""
    return row.model_dump(mode="json") | {"age_s": row.age_s(now), "failed": row.failed}


def listed(rows: Sequence["Row"], now: datetime) -> str:
    """The register as a table; titles are cut, words are found with --search."""
    if not rows:
        return "No cycles."
    lines = [
        {
            "id": row.id,
            "stage": row.phase.value if row.ending == "open" else ENDINGS[row.ending],
            "age": span(row.age_s(now)),
            "metric": row.metric or "-",
            "forecast": _benefit(row.forecast),
            "actual": _benefit(row.actual) + ("?" if row.actual is not None and not row.actual.verified else ""),
            "result": (row.result or "-").replace("_", " "),
            "title": cell(row.title),
        }
        for row in rows
    ]
    notes = [f"{_cycles(len(rows))}; forecast and actual are what each case gains."]
    if any(line["actual"].endswith("?") for line in lines):
        notes.append("? is not verified: the trial did not prove it, and no sum counts it.")
    return "\n".join([table(_cut(lines)), "", *notes])


def ledger_of(found: "Ledger") -> str:
    """What all of them were to bring and brought."""
    lines = [
        {
            "cycle": entry.cycle,
            "metric": entry.metric,
            "forecast": _benefit(entry.forecast),
            "actual": _benefit(entry.actual),
            "a year": _a_year(entry.actual or entry.forecast),
            "standing": entry.standing,
        }
        for entry in found.entries
    ]
    totals = [
        f"Verified for {total.metric}: {_yearly(total.a_year, total.unit)} a year by {_cycles(total.cycles)}; "
        f"{_yearly(total.forecast_a_year, total.unit)} were expected of them."
        for total in found.totals
    ]
    left = f"{found.unverified} not verified and {found.expected} only expected: these are never added up."
    return "\n".join([table(lines) if lines else "No cycles.", "", *(totals or ["Nothing is verified yet."]), left])


def ledger_data(found: "Ledger") -> dict[str, Any]:
    """The same for programs."""
    entries = []
    for entry in found.entries:
        known = entry.actual or entry.forecast
        standing = {"standing": entry.standing, "a_year": known.a_year if known is not None else None}
        entries.append(entry.model_dump(mode="json") | standing)
    return found.model_dump(mode="json") | {"entries": entries}


def alike_lines(rows: Sequence["Row"]) -> list[str]:
    """Earlier cycles, so that nobody tries the same twice without knowing."""
    lines = ["Earlier cycles like this one:"]
    for row in rows:
        what = "goes on" if row.ending == "open" else f"{ENDINGS[row.ending]}, {(row.result or 'no result')}"
        lines.append(f"  {row.id}  {what.replace('_', ' ')}  {cell(row.title)}")
        words = [("tried", each) for each in row.tried] + ([("learned", row.lesson)] if row.lesson else [])
        for label, text in words:
            lines += textwrap.wrap(f"{label}: {cell(text)}", WIDTH, initial_indent="      ", subsequent_indent="      ")
    return lines


def _benefit(found: "Benefit | None") -> str:
    return "-" if found is None else told(found.per_case, found.unit)


def _a_year(found: "Benefit | None") -> str:
    if found is None:
        return "-"
    return _yearly(found.a_year, found.unit)


def _yearly(value: float, unit: str) -> str:
    """Seconds as time; a share of the cases of a year is cases."""
    return told(value, unit) if unit == "s" else f"{value:,.1f} cases"


def _cycles(n: int) -> str:
    return f"{n} cycle{'' if n == 1 else 's'}"


def _cut(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    left = WIDTH - sum(max(len(name), *(len(line[name]) for line in lines)) + 2 for name in lines[0] if name != "title")
    room = max(16, left)
    for line in lines:
        if len(line["title"]) > room:
            line["title"] = line["title"][: room - 1].rstrip() + "…"
    return lines
