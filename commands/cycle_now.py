"""Where a cycle stands: what it does now, until when, and what it needs from whom, with the command that does it."""

from datetime import datetime
from typing import Any, NamedTuple

from commands.cases_times import clock, read, until

TRYING = ("trial", "control")


class Need(NamedTuple):
    """What somebody does next."""

    who: str
    what: str
    command: str


class Standing(NamedTuple):
    """What goes on, and what is needed; without a need it goes on by itself."""

    now: str
    needs: tuple[Need, ...] = ()


def standing(case: dict[str, Any], now: datetime) -> Standing:
    """Of a cycle as `show` gives it."""
    key, phase, lead = case["id"], case["phase"], case["assignee"] or case["charter"]["lead"]
    if case["closed_at"]:
        after = f" {case['follow_up']} follows on it." if case.get("follow_up") else ""
        ended = "stopped" if case["state"] == "cancelled" else str(case["outcome"]).replace("_", " ")
        return Standing(f"It ended: {ended}.{after}")
    if case["asked_by"]:
        return Standing(f"It measures what the gate {phase} asks for; {case['asked_by']} asked.")
    if case.get("settling"):
        did = {"accept": "makes the change the standard", "roll_back": "ends the trial", "revert": "takes it back"}
        return Standing(f"It {did[case['settling']]}.")
    if case.get("paused"):
        return Standing(
            "The control chart shows what chance does not explain; the watch pauses.",
            (
                Need(lead, "keep the standard, with a reason", f"jidoka cycle approve {key} --reason WORDS"),
                Need(lead, "or take it back", f"jidoka cycle approve {key} --reject --reason WORDS"),
            ),
        )
    if case["control_until"]:
        end, chart = read(case["control_until"]), read(case.get("watch_at"))
        next_ = f" The chart is looked at {until(chart, now)} ({clock(chart, now)})." if chart else ""
        return Standing(f"The standard is watched until {clock(end, now) if end else 'its end'}.{next_}")
    if phase in TRYING and case["decided"] is None:
        return _trial(case, key, lead, now)
    return _phase(case, key, phase, lead)


def _trial(case: dict[str, Any], key: str, lead: str, now: datetime) -> Standing:
    evidence = case["evidence"]
    if evidence["verdict"] is None and evidence["interrupted"] is None:
        if not case.get("begun_at"):
            return Standing("The trial is about to begin.")
        trial, at = evidence["trial"], read(case.get("look_at"))
        looks = f"look {case['looks'] + 1} of {trial['looks']}" if trial else "the next look"
        when = f" is thought of {until(at, now)} ({clock(at, now)})" if at else " comes by itself"
        stop = read(trial["stop"]) if trial else None
        latest = f"; it stops {clock(stop, now)} at the latest" if stop else ""
        return Standing(f"The trial runs: {looks}{when}{latest}.")
    helped = _helped(evidence)
    said = "The trial helped." if helped else "The trial did not show that it helps."
    sponsor = case["charter"]["sponsor"]
    who = f"{lead} or {sponsor}" if sponsor and sponsor != lead else lead
    reason = "" if helped else " --reason WORDS"
    return Standing(
        f"{said} Somebody has to decide.",
        (
            Need(who, "make it the standard", f"jidoka cycle approve {key}{reason}"),
            Need(who, "or roll it back", f"jidoka cycle approve {key} --reject"),
        ),
    )


def _helped(evidence: dict[str, Any]) -> bool:
    if evidence["verdict"] is not None:
        return bool(evidence["verdict"]["outcome"] == "win")
    return bool(evidence["interrupted"]["beaten"])


WORK = {
    "define": (("make the charter whole", "jidoka cycle record charter {key} ..."),),
    "problem": (("make the charter whole", "jidoka cycle record charter {key} ..."),),
    "measure": (("triage cases a second time, blind", "jidoka cycle triage {key}"),),
    "analyse": (
        ("read where time is lost", "jidoka cycle evidence {key}"),
        ("name a cause", "jidoka cycle record hypothesis {key} --text WORDS"),
        ("say what speaks for it", "jidoka cycle record ground {key} h1 --kind numbers --text WORDS"),
    ),
    "cause": (
        ("name the cause", "jidoka cycle record hypothesis {key} --text WORDS"),
        ("plan the trial", "jidoka cycle plan {key} --change FILE.json"),
    ),
    "improve": (("plan the trial", "jidoka cycle plan {key} --change FILE.json"),),
}
"""What a phase is for, before its gate is asked."""


def _phase(case: dict[str, Any], key: str, phase: str, lead: str) -> Standing:
    last = case["gates"][-1] if case["gates"] else {"gate": None, "outcome": None, "shortfalls": []}
    refused = last["gate"] == phase and last["outcome"] == "refused"
    needs = []
    if refused:
        needs += [Need(f"{lead} and the team", f"{short['said']}", short["next_step"]) for short in last["shortfalls"]]
    elif case["decided"] is not None and case["control"] is None and case["decided"]["accepted"]:
        needs.append(Need(lead, "say how the standard is watched", f"jidoka cycle control {key}"))
    else:
        needs += [Need(f"{lead} and the team", what, command.format(key=key)) for what, command in _open(case, phase)]
    needs.append(Need(lead, f"ask for the gate {phase}", f"jidoka cycle gate {key}"))
    if refused and all(short["overridable"] for short in last["shortfalls"]):
        needs.append(Need(lead, "or go on all the same", f"jidoka cycle gate {key} --override --reason WORDS"))
    return Standing(f"It is in the phase {phase}{', whose gate has refused' if refused else ''}.", tuple(needs))


def _open(case: dict[str, Any], phase: str) -> list[tuple[str, str]]:
    """What the phase is for, without what is done already."""
    done = {
        "plan the trial": case.get("planned") is not None,
        "name the cause": bool(case["hypotheses"]),
        "name a cause": bool(case["hypotheses"]),
        "make the charter whole": all(case["charter"][name] is not None for name in ("problem", "metric", "goal")),
    }
    return [(what, command) for what, command in WORK.get(phase, ()) if not done.get(what)]
