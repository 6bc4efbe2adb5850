"""Problems as people read them: the known error of one, those that an incident may come from, and candidates."""

from datetime import datetime
from typing import Any

from commands.cases_lines import headed, row
from commands.cases_times import clock, read, span
from commands.output import table

ID = 14


def problem_blocks(case: dict[str, Any], now: datetime) -> list[list[str]]:
    """What stands on the page of a problem, or of an incident that may come from one."""
    return [_known_error(case, now), _found(case)]


def _known_error(case: dict[str, Any], now: datetime) -> list[str]:
    problem = case.get("problem")
    if problem is None:
        return []
    until = read(problem["watch_until"])
    rows = [
        ("Cause", problem["cause"] or "not known yet"),
        ("Workaround", problem["workaround"] or "none known yet"),
        ("Article", problem["article"]),
        *(("Ruled out", said) for said in problem["ruled_out"]),
        ("Incidents", " ".join(problem["incidents"])),
        ("Watched", f"until {clock(until, now)}" if until else None),
        ("Came back", " ".join(problem["recurrences"])),
    ]
    return headed("Known error", [line for name, said in rows if said for line in row(name, said)])


def _found(case: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for each in case.get("known_errors") or ():
        problem = each["problem"]
        alike = f"{each['likeness']:.0%} alike"
        if each["watched"]:
            lines += row(f"{problem:<{ID}}", f"{alike}; it was held to be solved and is open again")
        elif each["workaround"] is None:
            lines += row(f"{problem:<{ID}}", f"{alike}; no workaround was known")
        else:
            lines += row(f"{problem:<{ID}}", f"{alike}; workaround: {each['workaround']}")
            if case["linked_problem"] is None and case["closed_at"] is None:
                lines += row(" " * ID, f"Send it: jidoka problem share {problem} --with {case['id']}")
    return headed("Known errors it may come from", lines)


def candidates_text(answer: dict[str, Any]) -> str:
    """A table, and below it what was counted."""
    rows = answer["candidates"]
    shown = [
        {
            "service": row["service"],
            "category": row["category"] or "-",
            "n": row["n"],
            "reopened": row["reopened"],
            "lost": span(row["lost_s"]),
            "work": span(row["work_s"]),
            "problem": " ".join(row["problems"]) or "-",
        }
        for row in rows
    ]
    period = f"{answer['from'][:10]} to {answer['to'][:10]}"
    counted = (
        f"{answer['n']} incident{'' if answer['n'] == 1 else 's'} from {period}; kinds with {answer['least']} or more"
    )
    lost = "Lost: hours from opening to solution, all cases of the kind together; open ones up to now."
    if not shown:
        return f"No kind of incident recurred. {counted}."
    return f"{table(shown)}\n\n{counted}, most time lost first.\n{lost}"
