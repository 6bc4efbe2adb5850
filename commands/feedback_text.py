"""What people said, on the page of a case and of feedback."""

import textwrap
from datetime import datetime
from typing import Any

from commands.cases_lines import WIDTH, headed, row
from commands.cases_times import clock, read
from commands.output import cell, table


def feedback_blocks(case: dict[str, Any], now: datetime) -> list[list[str]]:
    """Of feedback what it is; of any other case how it went for whom it served."""
    return [_feedback(case), _ratings(case, now)]


def _feedback(case: dict[str, Any]) -> list[str]:
    if "tone" not in case:
        return []
    rows = [
        ("What", case["tone"]),
        ("About", " ".join([*([case["about"]] if case["about"] else []), *case["about_people"]])),
        ("Rated", _rated(case["idea"])),
        ("Words", case["words"]),
        ("Reached", " ".join(case["shared_with"])),
    ]
    return headed("Feedback", [line for name, said in rows if said for line in row(name, said)])


def _rated(idea: dict[str, Any] | None) -> str:
    return f"{idea['score']:.1f} of 5, by {idea['ratings']}" if idea and idea["ratings"] else ""


def _ratings(case: dict[str, Any], now: datetime) -> list[str]:
    lines: list[str] = []
    for one in case.get("ratings", ()):
        at = read(one["answered_at"])
        said = [f"{one['score']}" if one["score"] is not None else "no number"]
        said += [f"effort {one['effort']} of 7"] if one["effort"] is not None else []
        said += [f"{one['minutes']} min lost"] if one["minutes"] is not None else []
        said += [] if one["asked_at"] else ["unasked"]
        said += [f"answered in {one['feedback']}"] if one["feedback"] else []
        lines += row(one["survey"], f"{', '.join(said)} ({clock(at, now) if at else ''}, {one['channel']})")
        lines += row("", one["words"]) if one["words"] else []
    return headed("How it went", lines)


def rated_text(answer: dict[str, Any]) -> str:
    """What was kept, and who answers it."""
    parts = [
        f"{answer['score']} kept for {answer['case']}" if answer["score"] is not None else f"Kept for {answer['case']}"
    ]
    if answer["feedback"]:
        parts.append(f"somebody answers you: {answer['feedback']}")
    return f"{'; '.join(parts)}. Say it again to change it; the last word counts."


def surveys_text(rows: list[dict[str, Any]]) -> str:
    """A table of the surveys."""
    if not rows:
        return "Nothing is asked: the organisation defines no surveys."
    shown = [
        {
            "survey": row["key"],
            "asks": row["asks"],
            "makes": row["measures"],
            "every": f"{row['every_days']} d",
            "share": f"{row['share']:.0%}",
            "asked": str(row["asked"]),
            "answered": f"{row['answered']} ({row['response_rate']:.0%})" if row["asked"] else "-",
            "unasked": str(row["unasked"]),
            "not sent": str(row["skipped"]),
        }
        for row in rows
    ]
    return (
        f"{table(shown)}\n\nNumbers with their intervals: `jidoka measure csat`, `happiness`, `overall_satisfaction`."
    )


def answers_text(shown: dict[str, Any], now: datetime) -> str:
    """What was asked, and the words of those who answered."""
    lines = [shown["question"], f"{shown['low']} means {shown['worst']}, {shown['high']} means {shown['best']}.", ""]
    if shown["held_back"]:
        return "\n".join([*lines, shown["held_back"]])
    for one in shown["answers"]:
        at = read(one["answered_at"])
        score = one["score"] if one["score"] is not None else "-"
        lines.append(f"  {score:>2}  {clock(at, now) if at else '':<18} {one['case'] or ''}")
        if one["words"]:
            lines += textwrap.wrap(cell(one["words"]), WIDTH, initial_indent="      ", subsequent_indent="      ")
    return "\n".join(lines if shown["answers"] else [*lines, "Nobody has answered yet."])
