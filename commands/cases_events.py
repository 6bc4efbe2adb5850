"""One fact on one line."""

from datetime import datetime
from typing import Any

from commands.cases_times import clock, read
from commands.output import cell

SHORT = 60
WIDTH = 98
TIMES = ("due", "due_at", "remind_at")
SAID_ELSEWHERE = (
    *("text", "title", "requester", "definition_version", "message_id", "silent", "arm", "was"),
    *("id", "made_at", "state", "clock", "workaround", "learned"),
)


def event_line(event: dict[str, Any], now: datetime) -> str:
    """`12  10:04  started  jay  assignee=jay`."""
    at = read(event["at"])
    said = ", ".join(
        f"{name}={_short(clock(read(value) or now, now) if name in TIMES else value)}"
        for name, value in event["data"].items()
        if name not in SAID_ELSEWHERE and value not in (None, "", [], {}, False)
    )
    when = clock(at, now) if at else ""
    line = f"{event['seq']:>3}  {when}  {event['type'].replace('_', ' '):<18} {event['actor']:<10} {said}".rstrip()
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _short(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        value = " ".join(next((v for v in each.values() if isinstance(v, str)), "") for each in value)
    said = cell(value)
    return said if len(said) <= SHORT else said[: SHORT - 1] + "…"
