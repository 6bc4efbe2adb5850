"""What the day came to, counted from the cases themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from commands.cases_times import span
from commands.cases_words import plural


def summed(
    cases: Sequence[Mapping[str, Any]],
    *,
    reviews: Sequence[Mapping[str, Any]] = (),
    mails_in: Mapping[str, int],
    alerts_in: Mapping[str, int],
    mails_out: Iterable[tuple[str, str]],
    took_s: float,
    went_wrong: Sequence[str],
) -> dict[str, Any]:
    """`cases`, and the `reviews` that they led to, as `show` gives them; `mails_out` as template and state."""
    out = list(mails_out)
    incidents = [case for case in cases if case["kind"] == "incident"]
    answers = [_seconds(case["opened_at"], case["responded_at"]) for case in incidents if case["responded_at"]]
    asked = [case for case in incidents if case["requester"]]
    happened = Counter(event["type"] for case in cases for event in case["events"])
    touch, wait = sum(case["touch_s"] for case in cases), sum(case["wait_s"] for case in cases)
    return {
        "took_s": round(took_s, 1),
        "cases": len(cases),
        "by_kind": _counted(case["kind"] for case in cases),
        "by_state": _counted(case["state"] for case in cases),
        "by_outcome": _counted(case["outcome"] or case["state"] for case in cases if case["closed_at"]),
        "touchless": sum(case["touchless"] and case["closed_at"] is not None for case in cases),
        "requests": {
            "approved": happened["approved"],
            "tasks_done": happened["task_done"],
            "left_to_a_person": happened["task_failed"],
        },
        "help": {"offered": happened["offered"], "solved_by_an_article": happened["offer_taken"]},
        "voice": {
            "survey_answers": sum(bool(case["ratings"]) for case in cases),
            "compliments": sum(case.get("tone") == "compliment" for case in cases),
        },
        "learned": {
            "known_errors": happened["known_error"],
            "reviews": len(reviews),
            "findings": sum(len(review["findings"]) for review in reviews),
            "actions": sum(len(review["actions"]) for review in reviews),
        },
        "reopened": sum(any(event["type"] == "reopened" for event in case["events"]) for case in cases),
        "handed_over": sum(event["type"] == "handed_over" for case in cases for event in case["events"]),
        "targets": {
            clock: _counted(t["state"] for case in cases for t in case["targets"] if t["clock"] == clock)
            for clock in ("response", "resolution", "customer")
        },
        "promises": _counted(promise["state"] for case in cases for promise in case["promises"]),
        "time_to_answer": {
            "median_s": round(median(answers), 1) if answers else None,
            "n": len(answers),
            "not_answered": sum(case["responded_at"] is None for case in asked),
        },
        "touch_s": round(touch, 1),
        "wait_s": round(wait, 1),
        "touch_share": round(touch / (touch + wait), 3) if touch + wait else None,
        "mails_in": dict(sorted(mails_in.items())),
        "alerts_in": dict(sorted(alerts_in.items())),
        "mails_out": _counted(state for template, state in out if template != "page"),
        "pages": _counted(state for template, state in out if template == "page"),
        "went_wrong": list(went_wrong),
    }


def told(summary: Mapping[str, Any]) -> str:
    """The same for people."""
    answer, states = summary["time_to_answer"], summary["by_state"]
    touch = f"{summary['touch_share']:.0%}" if summary["touch_share"] is not None else "-"
    middle = span(answer["median_s"]) if answer["median_s"] is not None else "-"
    rows = [
        ("Cases", f"{summary['cases']}: {_kinds(summary['by_kind'])}"),
        ("How they are", _said(states)),
        ("How they ended", _said(summary["by_outcome"])),
        ("Reopened", str(summary["reopened"])),
        ("Handed over", f"{summary['handed_over']} times"),
        ("Without a person", f"{summary['touchless']} ended, {summary['help']['solved_by_an_article']} by an article"),
        ("Requests", _asked(summary["requests"])),
        ("Voice", _many(summary["voice"])),
        ("Learned", _many(summary["learned"])),
        *((f"Target {clock}", _said(counts)) for clock, counts in summary["targets"].items()),
        ("Promises made", _said(summary["promises"])),
        ("Time to answer", f"median {middle} over {answer['n']}; {answer['not_answered']} not answered yet"),
        ("Work and wait", f"{span(summary['touch_s'])} of work, {span(summary['wait_s'])} of waiting: {touch} work"),
        ("Mails in", _said(summary["mails_in"])),
        ("Alerts in", _said(summary["alerts_in"])),
        ("Mails out", _said(summary["mails_out"])),
        ("Pages", _said(summary["pages"])),
    ]
    again = f" `--seed {summary['seed']}` is the same day again." if "seed" in summary else ""
    lines = [f"The day is over after {span(summary['took_s'])}.{again}", ""]
    lines += [f"  {name:<19}{said}" for name, said in rows]
    lines += [f"  {'Went wrong':<19}{said}" for said in summary["went_wrong"]]
    look = summary.get("look", {})
    if look:
        lines += ["", "Where to look", *(f"  {what:<19}{where}" for what, where in look.items())]
    return "\n".join(lines)


def _kinds(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind if number == 1 else plural(kind)}" for kind, number in counts.items())


def _many(counts: Mapping[str, int]) -> str:
    """`1 survey answer, 2 compliments`: the names are plurals."""
    named = ((number, name.replace("_", " ")) for name, number in counts.items())
    return ", ".join(f"{number} {name.removesuffix('s') if number == 1 else name}" for number, name in named)


def _asked(counts: Mapping[str, int]) -> str:
    left = counts["left_to_a_person"]
    tail = f", {left} of them left to a person by an automation that could not" if left else ""
    return f"{counts['approved']} approved, {counts['tasks_done']} tasks done{tail}"


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _counted(items: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(items).items()))


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items()) or "none"
