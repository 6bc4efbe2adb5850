"""What `show` says of a problem, and of the problems that an incident may come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from definitions.base import rfc3339
from definitions.case import CaseState
from definitions.facts import Fact
from definitions.problem.state import ProblemFound
from office.said import said


def problem_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The texts of a problem's known error and of what was ruled out."""
    if state.problem is None:
        return []
    known = state.problem.known_error
    return [ref.id for ref in (known.cause, known.workaround, *state.problem.ruled_out) if ref is not None]


def problem_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """`problem`: its incidents, known error, what was ruled out, and until when it is watched."""
    problem = state.problem
    if problem is None or not internal:
        return {}
    known = problem.known_error
    return {
        "problem": {
            "incidents": list(problem.incidents),
            "cause": said(known.cause, texts),
            "workaround": said(known.workaround, texts),
            "article": known.article,
            "ruled_out": [said(ref, texts) for ref in problem.ruled_out],
            "watch_until": rfc3339(problem.watch_until) if problem.watch_until else None,
            "recurrences": list(problem.recurrences),
        }
    }


def found_in(state: CaseState, facts: Sequence[Fact]) -> list[ProblemFound]:
    """The problems that triage found for an incident."""
    last = next((fact for fact in reversed(facts) if fact.type == "problems_found"), None)
    problems = last.data["problems"] if last is not None else []
    assert isinstance(problems, list)
    return [ProblemFound.model_validate(each) for each in problems]


def incident_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The texts of the workarounds that may help an incident."""
    return [each.workaround.id for each in found_in(state, facts) if each.workaround is not None]


def incident_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """`linked_problem`, and `known_errors` that triage found; for people who work on it."""
    if not internal:
        return {}
    linked = state.linked_problem
    return {
        "linked_problem": linked.problem if linked else None,
        "known_errors": [
            {
                "problem": each.problem,
                "likeness": each.likeness,
                "workaround": said(each.workaround, texts),
                "watched": each.watched,
            }
            for each in found_in(state, facts)
        ],
    }
