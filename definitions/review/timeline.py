"""What happened to a case, from its facts alone, in plain words: who did what by their part in it, not by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from definitions.base import Instant, Value
from definitions.case import SYSTEM
from definitions.facts import Fact, Visibility
from definitions.rules.facts import COMMON

Names = Mapping[str, str]
"""Person key -> what they are called."""


class Entry(Value):
    """One line: when, how many seconds after the opening, who, and what they did."""

    at: Instant
    after_s: float
    who: str
    what: str


def roles(facts: Sequence[Fact]) -> dict[str, str]:
    """Each person by their part: `the requester`, `responder 1` and so on in the order in which they came to it."""
    parts = {SYSTEM: "Jidoka"}
    for fact in facts:
        if fact.type == "opened" and isinstance(asker := fact.data.get("requester"), str):
            parts.setdefault(asker, "the requester")
    responders = [person for fact in facts for person in _workers(fact) if person not in parts]
    parts |= {person: f"responder {number}" for number, person in enumerate(dict.fromkeys(responders), 1)}
    # Whoever only wrote it down.
    return parts | {fact.actor: "the desk" for fact in facts[:1] if fact.actor not in parts}


def _workers(fact: Fact) -> list[str]:
    rule = COMMON.get(fact.type)
    by_hand = [fact.actor] if rule is not None and rule.by_hand else []
    given = [str(fact.data["assignee"])] if fact.data.get("assignee") else []
    paged = [str(fact.data["to"])] if fact.type == "paged" and fact.data.get("outcome") != "gap" else []
    return [*by_hand, *given, *paged]


def timeline(facts: Sequence[Fact], names: Names) -> tuple[Entry, ...]:
    """Every fact that says something about the course of the case; `names` as `roles` gives them, or fuller."""
    if not facts:
        return ()
    opened = facts[0].at
    found = []
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.seq)):
        what = _what(fact, names)
        if what is not None:
            after = (fact.at - opened).total_seconds()
            found.append(Entry(at=fact.at, after_s=after, who=called(fact.actor, names), what=what))
    return tuple(found)


def called(person: object, names: Names) -> str:
    """What somebody is called in this report."""
    return names.get(str(person), "somebody else")


def _what(fact: Fact, names: Names) -> str | None:
    """None for what says nothing about the course: questions of the engine to itself, and what has words of its own."""
    if fact.type in LEFT_OUT or fact.data.get("automation") in LOOKS:
        return None
    say = SAYS.get(fact.type)
    if say is not None:
        return say(fact, names)
    return fact.type.replace("_", " ")


def _said(text: str) -> Callable[[Fact, Names], str]:
    return lambda fact, names: text


def _with(text: str, *fields: str) -> Callable[[Fact, Names], str]:
    return lambda fact, names: text.format(**{name: _plain(fact.data.get(name)) for name in fields})


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "nobody" if value is None else str(value).replace("_", " ")


def _handed_over(fact: Fact, names: Names) -> str:
    to = f", to {called(fact.data['assignee'], names)}" if fact.data.get("assignee") else ""
    return f"handed it over from {fact.data.get('from_team')} to {fact.data.get('team')}{to}"


def _commented(fact: Fact, names: Names) -> str:
    if fact.data.get("broadcast"):
        return "wrote to everybody concerned"
    return "wrote to the requester" if fact.visibility is Visibility.PUBLIC else "noted something for colleagues"


def _paged(fact: Fact, names: Names) -> str:
    if fact.data.get("outcome") == "gap":
        return f"had nobody to page: {fact.data.get('reason')}"
    ended = "" if fact.data.get("outcome") == "sent" else f" ({fact.data.get('outcome')})"
    return f"paged {called(fact.data.get('to'), names)} by {fact.channel}{ended}"


def _told(fact: Fact, names: Names) -> str:
    ended = "" if fact.data.get("outcome") == "sent" else f" ({fact.data.get('outcome')})"
    return f"told {called(fact.data.get('to'), names)}: {_plain(fact.data.get('template'))}{ended}"


def _alerted(fact: Fact, names: Names) -> str:
    alerts = fact.data.get("alerts")
    alerts = alerts if isinstance(alerts, list) else []
    firing = sum(isinstance(alert, dict) and bool(alert.get("firing")) for alert in alerts)
    return f"heard from monitoring: {firing} firing, {len(alerts) - firing} over"


def _due(text: str) -> Callable[[Fact, Names], str]:
    return lambda fact, names: text.format(what=_plain(fact.data.get("what")))


LEFT_OUT = frozenset(
    {
        *("step_entered", "step_left", "routed", "duplicates_found", "similar_found", "escalated", "question_heard"),
        *("question_unheard", "question_withdrawn", "answered", "review_opened", "help_drawn", "help_left", "promised"),
        "exposed",
    }
)
LOOKS = frozenset({"find-duplicates"})
"""Automations that only look something up for the engine."""
SAYS: Mapping[str, Callable[[Fact, Names], str]] = {
    "opened": _with("opened it: impact {impact}, urgency {urgency}, so {priority}", "impact", "urgency", "priority"),
    "alerted": _alerted,
    "acknowledged": _said("took it"),
    "started": _said("began to work"),
    "assigned": lambda fact, names: f"gave it to {called(fact.data.get('assignee'), names)}",
    "handed_over": _handed_over,
    "paused": _with("let it wait for {reason}", "reason"),
    "resumed": _said("went on"),
    "commented": _commented,
    "heard": _said("wrote to us"),
    "prioritised": _with("set it to {priority}: impact {impact}, urgency {urgency}", "priority", "impact", "urgency"),
    "overridden": _with("went against what the engine had for {step}: {reason}", "step", "reason"),
    "redefined": _with("moved it to {service}", "service"),
    "major_declared": _said("declared a major incident"),
    "major_stood_down": _said("stood the major incident down"),
    "linked": _with("linked it to {parent}", "parent"),
    "child_linked": _with("had {child} linked to it", "child"),
    "merged": _with("merged it into {into}", "into"),
    "unmerged": _said("took it out of the merge"),
    "absorbed": _with("took {source} into it", "source"),
    "returned": _with("let {source} go its own way again", "source"),
    "paged": _paged,
    "told": _told,
    "automated": _with("ran {automation}: {outcome}", "automation", "outcome"),
    "remedy_tried": _with("tried {automation}: {outcome}", "automation", "outcome"),
    "offered": _said("offered articles that may answer it"),
    "offer_taken": _said("said that an article solved it"),
    "offer_declined": _said("said that no article solved it"),
    "problem_linked": _with("linked it to the problem {problem}", "problem"),
    "problem_unlinked": _with("took it off the problem {problem}", "problem"),
    "workaround_shared": _said("sent a way to go on meanwhile"),
    "target_warned": _with("warned that the {clock} target was close", "clock"),
    "target_breached": _with("saw the {clock} target missed", "clock"),
    "target_met": _with("saw the {clock} target kept", "clock"),
    "promise_kept": _due("kept the promise to {what}"),
    "promise_broken": _due("broke the promise to {what}"),
    "promise_withdrawn": _due("took the promise to {what} back"),
    "asked": _said("asked whether it works"),
    "reminded": _said("asked again"),
    "lapsed": _said("had no answer"),
    "resolved": _said("resolved it"),
    "confirmed": _said("said that it works"),
    "reopened": _said("said that it does not work"),
    "cancelled": _said("gave it up"),
    "closed": _with("closed it: {outcome}", "outcome"),
}
"""Fact type -> what it says; one that is not here stands with its own name."""


def at_of(facts: Iterable[Fact], *types: str) -> datetime | None:
    """When the first fact of these types was."""
    return next((fact.at for fact in facts if fact.type in types), None)
