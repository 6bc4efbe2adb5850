"""What a process writes by itself once something was looked up or done for it; from facts back to what was found."""

from collections.abc import Iterator, Sequence
from typing import cast

from definitions.facts import Fact
from definitions.findings import Findings
from definitions.help import CONSENT, Offered
from definitions.request.fulfilling import DID_IT
from definitions.runs import AutomationResult
from definitions.slices import IncidentDefinition
from definitions.unfolding import Unfolding
from measurement.whatif.cycles import answers
from measurement.whatif.items import Answered, Asks, Fulfilled, Helped, Item, Looked, Received, Remedied, Triaged

UNKNOWN = "unknown"
"""Stands for an article that was found for a case which was held out: nobody wrote down which."""


def steps(together: Sequence[Fact], case: Unfolding) -> Iterator[Item]:
    """What may have led to the first of these facts of one instant."""
    match case.state.kind, together[0].type:
        case "incident", "duplicates_found" | "similar_found" | "parent_proposed" | "problems_found" | "routed":
            yield Triaged(_findings(together))
        case "incident", "help_drawn":
            yield from (Helped(offer) for offer in _offers(together, cast(IncidentDefinition, case.definition)))
        case "incident", "asked" if together[0].data["key"] == CONSENT:
            yield Asks()
        case "incident", "remedy_tried":
            data = together[0].data
            held = {"verified": data["verified"]} if data.get("verified") is not None else {}
            yield Remedied(str(data["automation"]), AutomationResult(outcome=str(data["outcome"]), data=held))
        case "request", "task_done" | "task_failed":
            yield from (Fulfilled(str(together[0].data["task"]), result) for result in _results(together[0]))
        case "feedback", "routed":
            yield Received()
        case "review", "watched":
            yield Looked(_recurrences(together))
        case "dmaic" | "kaizen", _:
            yield from (Answered(answer) for answer in answers(together))
        case _:
            pass


def _findings(together: Sequence[Fact]) -> Findings:
    found: dict[str, object] = {}
    for fact in together:
        match fact.type:
            case "duplicates_found":
                found["cases"] = fact.data["duplicates"]
            case "similar_found":
                found["similar"] = {**cast(dict[str, object], found.get("similar", {})), **fact.data}
            case "parent_proposed":
                found["similar"] = {**cast(dict[str, object], found.get("similar", {})), "outage": fact.data}
            case "problems_found":
                found["problems"] = fact.data["problems"]
            case "routed":
                if isinstance(learned := fact.data.get("learned"), dict):
                    found["routing"] = {**learned, "team": fact.data["team"]}
                break
            case _:
                pass
    return Findings.model_validate(found)


def _offers(together: Sequence[Fact], definition: IncidentDefinition) -> Iterator[Offered | None]:
    """None, what was offered, and what must have been found for a case that was held out; about any category."""
    yield None
    made = next((fact for fact in together if fact.type == "offered"), None)
    articles = tuple(cast(list[str], made.data["articles"])) if made else (UNKNOWN,)
    confidence = cast(float, made.data["confidence"]) if made else 1.0
    about = {category for remedy in definition.help.remedies for category in remedy.categories}
    for category in (None, *sorted(about)):
        yield Offered(articles=articles, confidence=confidence, category=category)


def _results(fact: Fact) -> Iterator[AutomationResult]:
    if fact.type == "task_done":
        yield from (AutomationResult(outcome=outcome) for outcome in DID_IT)
        return
    why, outcome = str(fact.data["why"]), str(fact.data["outcome"])
    against = {"unverified": {"verified": False}, "trouble": {"good": False}}.get(outcome)
    if against is not None:
        yield AutomationResult(outcome="done", finding=why, data=dict(against))
    yield AutomationResult(outcome=outcome, finding=why)


def _recurrences(together: Sequence[Fact]) -> dict[str, tuple[str, ...]]:
    """Only the first of many recurrences are named; the others are counted."""
    found = {}
    for fact in together:
        if fact.type == "action_recurred":
            named = [str(case) for case in cast(list[str], fact.data["cases"])]
            more = cast(int, fact.data["n"]) - len(named)
            found[str(fact.data["action"])] = (*named, *[UNKNOWN] * more)
    return found
