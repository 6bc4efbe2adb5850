"""The blocks of a page that only a request has: what was asked, who decides, what is to be done, what remains."""

import textwrap
from datetime import datetime
from typing import Any

from commands.cases_lines import WIDTH, headed, paint
from commands.cases_times import clock, read, until
from commands.output import cell

SIGNS = {"done": "✓", "claimed": "▸", "open": "·", "withdrawn": "×"}


def request_blocks(case: dict[str, Any], now: datetime) -> list[list[str]]:
    """Empty for a case that is no request."""
    if "approvals" not in case:
        return []
    return [_answers(case), _approvals(case, now), _tasks(case), _remains(case)]


def waiting_lines(case: dict[str, Any], now: datetime) -> list[str]:
    """Who decides and who works, one line each: what an answer to an act says of a request."""
    lines = []
    for approval in case.get("approvals", ()):
        if approval["standing"] == "open":
            who = ", ".join(approval["waits_for"]) or f"somebody of {approval['team']}"
            due = read(approval["due_at"])
            lines.append(f"Waits for {who}: {cell(approval['title'])}{f' ({until(due, now)})' if due else ''}")
    open_ = [task for task in case.get("tasks", ()) if task["state"] in ("open", "claimed") and "team" in task]
    lines += [f"Task {task['id']}: {cell(task['title'])} ({task['assignee'] or task['team']})" for task in open_]
    return lines


def _answers(case: dict[str, Any]) -> list[str]:
    said = {} if case["for_whom"] == case["requester"] else {"for": case["for_whom"]}
    rows = [f"  {name:<16}{cell(value)}" for name, value in {**said, **case["answers"]}.items()]
    return [paint(f"Asked for: {case['item']}", bold=True), *rows]


def _approvals(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for approval in case["approvals"]:
        due = read(approval["due_at"])
        when = f", by {clock(due, now)}" if due else ""
        needs = "" if approval["needs"] == "any" else f", {approval['needs']} of {len(approval['people'])} must agree"
        lines.append(f"  {cell(approval['title'])} ({approval['standing']}{when}{needs})")
        for said in approval["said"]:
            name = said["person"] if said["by"] == said["person"] else f"{said['by']} for {said['person']}"
            at = read(said["at"])
            why = f": {cell(said['reason'])}" if said["reason"] else ""
            lines.append(f"      {clock(at, now) if at else ''}  {name} said {'yes' if said['yes'] else 'no'}{why}")
        if approval["standing"] != "open":
            continue
        lines += [f"      {person} has not answered" for person in approval["waits_for"]]
        if approval["team"]:
            lines.append(f"      somebody of {approval['team']} decides or finds who does")
    return headed("Approvals", lines)


def _tasks(case: dict[str, Any]) -> list[str]:
    lines = []
    for task in case["tasks"]:
        who = task["ended_by"] if task["state"] == "done" else task["assignee"]
        by = f"{task['team']}, {who}" if who and who != task["team"] else task["team"]
        key = task["id"].partition("/")[2]
        lines.append(f"  {SIGNS[task['state']]} {key:<18} {task['state']:<9}  {cell(task['title'])} ({by})")
        said = [task["why"] and f"{task['automation']} could not: {task['why']}", task["note"]]
        said += [f"{name}: {value}" for name, value in (task["form"] or {}).items()]
        for words in filter(None, said):
            lines += textwrap.wrap(cell(words), WIDTH, initial_indent="      ", subsequent_indent="      ")
    return headed("Tasks", lines)


def _remains(case: dict[str, Any]) -> list[str]:
    lines = [f"  {cell(': '.join(filter(None, (kept['title'], kept['why']))))}" for kept in case["remains"]]
    return headed("Could not be taken back", lines)
