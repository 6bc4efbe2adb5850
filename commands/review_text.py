"""What a review holds beside every case, for people."""

import textwrap
from datetime import datetime
from typing import Any

from commands.cases_lines import WIDTH, headed
from commands.cases_times import clock, read, until
from commands.output import cell

WHY = {
    "major": "a major incident was over",
    "breach": "its resolution target was missed",
    "asked": "somebody wanted it",
}
KINDS = {"cause": "cause", "contributing": "contributed", "went_well": "went well"}


def review_blocks(case: dict[str, Any], now: datetime) -> list[list[str]]:
    """What it is about, findings, actions; nothing of cases of other kinds."""
    if "findings" not in case:
        return []
    about = f"About {case['about']}, because {WHY[case['why']]}. `jidoka review report {case['id']}` has the timeline."
    return [textwrap.wrap(about, WIDTH), _findings(case), _actions(case, now)]


def _findings(case: dict[str, Any]) -> list[str]:
    lines = []
    for finding in case["findings"]:
        parts = textwrap.wrap(cell(finding["text"]), WIDTH - 16) or [""]
        lines += [f"  {KINDS[finding['kind']]:<12}  {parts[0]}", *(f"{'':<16}{part}" for part in parts[1:])]
    return headed("Found", lines)


def _actions(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for action in case["actions"]:
        due, ends = read(action["due"]), read(action["watched_until"])
        stands = {
            "open": f"due {until(due, now)} ({clock(due, now)})" if due else "open",
            "watched": f"done, watched until {clock(ends, now)}" if ends else "watched",
            "proven": "proven: it did not come again",
            "dropped": "dropped",
        }[action["state"]]
        if action["recurred"]:
            stands += f"; came again {action['recurred']} time{'s' if action['recurred'] > 1 else ''}"
        of = f"{action['service']}/{action['category']}" if action["category"] else action["service"]
        lines += [f"  {action['id']}  {action['owner']}  {stands}"]
        lines += [f"      {part}" for part in textwrap.wrap(cell(action["title"]), WIDTH - 6)]
        lines += [f"      watched for {of}, {action['watch_days']} days"]
    return headed("Actions", lines)
