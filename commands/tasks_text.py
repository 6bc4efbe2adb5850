"""Tasks as columns and pages for people."""

from datetime import datetime
from typing import Any

from commands.cases_times import clock, read, until
from commands.output import cell, rendered, table

TITLE = 34
SAID = {"approve": "to decide", "fulfil": "to do", "undo": "to take back", "answer": "to answer"}
"""What an inbox calls a task of this kind, as the mails about it do."""


def listed(rows: list[dict[str, Any]], now: datetime) -> str:
    """One line for each task."""
    if not rows:
        return "No tasks."
    shown = [
        {
            "task": row["id"],
            "what": _short(row["title"]),
            "case": _short(row["case_title"]),
            "state": row["state"],
            "who": _who(row),
            "due": _due(row["due_at"], now),
        }
        for row in rows
    ]
    return f"{table(shown)}\n\n{len(rows)} task{'' if len(rows) == 1 else 's'}. `jidoka task show TASK` shows one."


def waiting(rows: list[dict[str, Any]], now: datetime) -> str:
    """One block for each thing: what it is, and below it the command that does it."""
    if not rows:
        return "Nothing waits for you."
    blocks = []
    for row in rows:
        due = f"due {_due(row['due_at'], now)}" if row["due_at"] else "no due date"
        name = f" in the name of {row['for_whom']}" if row["for_whom"] else ""
        about = "" if row["title"] == row["case_title"] else f" ({cell(row['case_title'] or row['id'])})"
        head = f"{SAID.get(row['what'], row['what'])}{name}: {cell(row['title'] or '(no title)')}{about}"
        blocks.append(f"{head}\n    {row['priority']} {row['service']}, {due}\n    {row['command']}")
    return "\n".join([*blocks, f"\n{len(rows)} {'thing waits' if len(rows) == 1 else 'things wait'} for you."])


def page(task: dict[str, Any], now: datetime) -> str:
    """One task whole."""
    case = task["case"]
    opened = read(task["opened_at"])
    about = {
        "task": task["id"],
        "what": task["title"],
        "state": task["state"],
        "who": _who(task),
        "opened": clock(opened, now) if opened else None,
        "due": _due(task["due_at"], now),
        "case": f"{case['id']} · {case['priority']} · {cell(case['title'])}",
        "requester": case["requester"],
        "for": case["for_whom"],
        **{name: cell(said) for name, said in (case["answers"] or {}).items()},
        "why you": task["why"] and f"{task['automation']} could not do it: {task['why']}",
        "note": task["note"],
        **(task["form"] or {}),
        "next": task["command"],
    }
    parts = [rendered({name: said for name, said in about.items() if said not in (None, "")})]
    if task["fields"]:
        fields = [
            {"field": f"{each['key']}{'*' if each.get('required', True) else ''}", "asks": each["label"],
             "example": each["example"]}
            for each in task["fields"]
        ]  # fmt: skip
        parts.append(f"Its form (* must be filled in): `task done {task['id']} --field NAME=VALUE`\n{table(fields)}")
    return "\n\n".join(parts)


def _who(row: dict[str, Any]) -> str:
    return str(row["assignee"] or ", ".join(row["people"]) or row["team"] or "-")


def _due(at: str | None, now: datetime) -> str:
    due = read(at)
    return until(due, now) if due else "-"


def _short(text: str | None) -> str:
    said = cell(text)
    return said if len(said) <= TITLE else f"{said[: TITLE - 1].rstrip()}…"
