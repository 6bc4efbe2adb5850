"""One case as a page that a person is glad to read."""

import textwrap
from datetime import UTC, datetime
from typing import Any

from commands import cycle_text
from commands.cases_events import event_line
from commands.cases_lines import WIDTH, headed, paint
from commands.cases_times import ago, clock, read, span, until
from commands.feedback_text import feedback_blocks
from commands.output import cell
from commands.problem_text import problem_blocks
from commands.request_text import request_blocks, waiting_lines
from commands.review_text import review_blocks

BAR = 10
PROMISED = {"respond": "an answer", "resolve": "a solution", "update": "news"}
TARGET_COLOURS = {"met": "green", "running": "cyan", "paused": "yellow", "breached": "red"}


def brief(case: dict[str, Any]) -> str:
    """What a case is and what happens next, in a few lines: the answer to an act."""
    if "state" not in case:
        return f"{case['id']}: done. It cannot be shown now: {case['unread']}."
    if "course" in case:
        return cycle_text.brief(case)
    now = _now(case)
    return "\n".join([_head(case), *_next(case, now)])


def page(case: dict[str, Any], *, events: bool = True) -> str:
    """All of it."""
    if "course" in case:
        return cycle_text.page(case, events=events)
    now = _now(case)
    blocks = [
        [_head(case), *_next(case, now)],
        _facts(case, now),
        _targets(case, now),
        _promises(case, now),
        *problem_blocks(case, now),
        *review_blocks(case, now),
        *request_blocks(case, now),
        *feedback_blocks(case, now),
        _findings(case, now),
        _conversation(case, now),
        _events(case, now) if events else [],
        [paint(f"As of {now.astimezone():%a %d %b %Y %H:%M:%S %Z}.", dim=True)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _now(case: dict[str, Any]) -> datetime:
    return read(case["as_of"]) or datetime.min.replace(tzinfo=UTC)


def _head(case: dict[str, Any]) -> str:
    state = case["state"].replace("_", " ")
    parts = [
        case["id"],
        state,
        case["priority"],
        case["service"] + (f"/{case['category']}" if case["category"] else ""),
    ]
    if case["major"]:
        parts.append("MAJOR")
    line = paint(" · ".join(parts), bold=True)
    return f"{line}\n{cell(case['title'] or '(no title)')}"


def _next(case: dict[str, Any], now: datetime) -> list[str]:
    """What it waits for, until when, who has it."""
    who = case["assignee"] or "nobody yet"
    if case["closed_at"]:
        closed = read(case["closed_at"])
        return [f"Ended {clock(closed, now)}: {case['outcome'] or case['state']}."] if closed else []
    lines = [f"With {case['team'] or 'the desk'}, {who}.", *waiting_lines(case, now)]
    if case["merged_into"]:
        lines.append(f"Merged into {case['merged_into']}, which it waits for.")
    dues = [(read(t["due_at"]), t["name"]) for t in case["targets"] if t["state"] == "running" and t["due_at"]]
    if dues:
        due, name = min((at, name) for at, name in dues if at is not None)
        lines[0] += f" {_label(name)}: due {until(due, now)} ({clock(due, now)})."
    lines += [
        f"Asked of {question['to']}: jidoka incident answer {case['id']} yes, or no."
        for question in case.get("questions", ())
        if question["state"] == "open" and question["key"] == "consent"
    ]
    at = read(case["next_at"])
    if at is not None and case["waits_for"]:
        lines += textwrap.wrap(f"By itself: {case['waits_for']}, {until(at, now)} ({clock(at, now)}).", WIDTH)
    return lines


def _who(case: dict[str, Any], key: str) -> str:
    """Staff by their short key; somebody who only wrote to us by name."""
    return cell(case.get("people", {}).get(key, key)) if key.startswith("p-") else key


def _label(name: str) -> str:
    """The name of a target without its calendar."""
    return name.partition(",")[0]


def _facts(case: dict[str, Any], now: datetime) -> list[str]:
    opened = read(case["opened_at"])
    when = f"{clock(opened, now)} ({ago(opened, now)}) by {case['channel']}" if opened else "-"
    rows = [
        ("Requester", case["requester"] or "-"),
        ("Opened", when),
        ("Triage", None if {"item", "tone"} & case.keys() else f"impact {case['impact']}, urgency {case['urgency']}"),
        ("Work", f"{span(case['touch_s'])} of work, {span(case['wait_s'])} of waiting"),
        ("Parent", case["parent"]),
        ("Children", " ".join(case["children"])),
        ("Absorbed", " ".join(case["absorbed"])),
        ("Problem", case.get("linked_problem")),
        *_triage(case),
        ("Offered", " ".join(case.get("offered", ()))),
        ("Articles", " ".join(case["articles"])),
        ("Reviewed", case.get("reviewed")),
        ("Definition", f"{case['service']} {case['definition_version']}"),
    ]
    return [f"  {paint(f'{name:<12}', dim=True)}{cell(said)}" for name, said in rows if said]


def _triage(case: dict[str, Any]) -> list[tuple[str, str]]:
    """Why this team has it, and what it is like; a long reason goes on in the next line."""
    routing, paired, outage = (case.get(name) for name in ("routing", "paired", "parent_proposed"))
    similar = case.get("similar") or {"open": [], "past": [], "articles": []}
    helped = f" ({' '.join(similar['articles'])} helped)" if similar["articles"] else ""
    said = [
        *_wrapped("Routing", routing or ""),
        ("To learn", paired["line"] if paired else ""),
        ("Similar", " ".join(f"{each['case']} ({each['likeness']:.0%})" for each in similar["open"])),
        ("Seen before", " ".join(f"{each['case']} ({each['likeness']:.0%})" for each in similar["past"]) + helped),
        *_wrapped("One outage?", outage["line"] if outage else ""),
    ]
    older = " ".join(case["duplicates"]) if not case.get("similar") else ""
    return [*said, ("Similar", older)]


def _wrapped(name: str, said: str) -> list[tuple[str, str]]:
    return [(name if n == 0 else "", part) for n, part in enumerate(textwrap.wrap(said, WIDTH - 14))]


def _targets(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for target in case["targets"]:
        goal, counted = max(1, target["goal_s"]), target["counted_s"]
        filled = min(BAR, int(BAR * counted / goal))
        colour = TARGET_COLOURS.get(target["state"], "white")
        bar = paint("█" * filled, fg=colour) + paint("░" * (BAR - filled), dim=True)
        due = read(target["due_at"])
        end = f"due {clock(due, now)}" if due and target["state"] == "running" else ""
        paused = f"paused {span(target['paused_s'])}" if target["paused_s"] else ""
        said = ", ".join(part for part in (end, paused) if part)
        state = paint(f"{target['state']:<9}", fg=colour)
        used = f"{span(counted)} of {span(goal)}"
        lines.append(f"  {_label(target['name'])[:28]:<28} {bar}  {used:<17} {state} {said}".rstrip())
    return headed("Targets", lines)


def _promises(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for promise in case["promises"]:
        due = read(promise["due"])
        when = f"by {clock(due, now)}" if due else ""
        left = f", {until(due, now)}" if due and promise["state"] == "open" else ""
        what = PROMISED.get(promise["what"], promise["what"])
        lines.append(f"  {_who(case, promise['to'])} was promised {what} {when}{left} ({promise['state']})")
    return headed("Promises", lines)


def _findings(case: dict[str, Any], now: datetime) -> list[str]:
    """What automations found, whole: it is there so that nobody has to look again."""
    lines = []
    for event in case["events"]:
        said = event["data"].get("finding") if event["type"] == "automated" else None
        if said:
            at = read(event["at"])
            lines.append(
                f"  {clock(at, now) if at else ''}  {event['data']['automation']}  ({event['data']['outcome']})"
            )
            own = "".join(c for c in said if c.isprintable())
            lines += [f"      {paint('│', dim=True)} {part}" for part in textwrap.wrap(own, WIDTH - 8)]
    return headed("Findings", lines)


def _conversation(case: dict[str, Any], now: datetime) -> list[str]:
    lines = [line for message in case["messages"] for line in _message(case, message, now)]
    return headed("Conversation", lines)


def _message(case: dict[str, Any], message: dict[str, Any], now: datetime) -> list[str]:
    at = read(message["at"])
    to = f" → {_who(case, message['to'])}" if message["to"] else ""
    notes = [message["kind"].replace("_", " "), message["channel"], message["outcome"]]
    if message["visibility"] == "internal":
        notes.append("internal")
    if message["verified"] is False:
        notes.append("sender not proven")
    head = f"  {clock(at, now) if at else ''}  {_who(case, message['by'])}{to}"
    lines = [f"{paint(head, fg='cyan' if message['direction'] == 'in' else None)}  ({', '.join(filter(None, notes))})"]
    for paragraph in (message["text"] or "").splitlines():
        own = "".join(c for c in paragraph if c.isprintable())
        quoted = own.startswith(">")
        parts = textwrap.wrap(own, WIDTH - 8) or [""]
        lines += [
            f"      {paint('│', dim=True)} {paint(part, dim=True) if quoted else part}".rstrip() for part in parts
        ]
    return lines


def _events(case: dict[str, Any], now: datetime) -> list[str]:
    lines = [f"  {event_line(event, now)}" for event in case["events"]]
    return headed("Events", lines)
