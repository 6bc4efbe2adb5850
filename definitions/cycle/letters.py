"""Who hears of what in a cycle: its lead, its team, its sponsor, the team whose standard it is."""

from collections.abc import Iterator
from datetime import datetime

from definitions.case import SYSTEM, CaseState
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import CycleState, GateRecord
from definitions.cycle.waiting import wanted
from definitions.facts import Fact
from definitions.rules import notices
from definitions.verdict import Verdict


def reactions(fact: Fact, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[notices.Command, ...]:
    """What to do about `fact`; nobody is told what they did themselves, and nobody twice."""
    letters = {tell.to: tell for tell in _letters(fact, state, definition) if tell.to != fact.actor}
    return (*notices.reactions(fact, state, definition, now), *letters.values())


def _letters(fact: Fact, state: CaseState, definition: CycleDefinition) -> Iterator[notices.Tell]:
    cycle = cycle_of(state)
    lead = state.assignee or cycle.charter.lead
    sponsor = [cycle.charter.sponsor] if cycle.charter.sponsor else []
    team = [member.person for member in cycle.charter.team]

    def tell(template: str, to: str, *lines: str, **more: object) -> notices.Tell:
        # Among those who work on it: no case of theirs is spoken of.
        said = {"template": f"cycle_{template}", "to": to, "by": fact.actor, "lines": lines, "internal": True}
        return notices.Tell.model_validate(said | more)

    def told(people: list[str], template: str, *lines: str, **more: object) -> Iterator[notices.Tell]:
        return (tell(template, person, *lines, **more) for person in people)

    match fact.type:
        case "assigned":
            yield from told([*team, *sponsor], "joined") if fact.actor == SYSTEM else ()
            # Who began it knows; who is led to it by a signal, or was given it, does not.
            yield tell("follows" if cycle.after and fact.actor == SYSTEM else "led", lead, reason=cycle.after)
        case "gate_refused":
            yield from told([lead, *_asker(cycle)], "refused", *_missing(cycle.gates[-1]), reason=cycle.gates[-1].gate)
        case "phase_entered" | "control_began" if (last := cycle.gates[-1]).outcome != "refused":
            # With the phase that follows, for what is wanted now is news too.
            more = {"by": last.by, "reason": last.gate, "text": last.text, "until": cycle.control_until}
            passed = [lead, last.by] if last.outcome == "passed" else [lead, *sponsor]
            template = "opened" if last.outcome == "passed" else "overridden"
            people = [person for person in passed if template == "opened" or person != last.by]
            yield from told(people, template, *_after(state), **more)
        case "nudged":
            more = {"reason": f"day {fact.data['day']} of {fact.data['of']}"}
            yield from told([lead, *team], "nudge", *_after(state), **more)
        case "still_waiting":
            yield tell("waiting", lead, *_after(state))
        case "evidence_found" if fact.at == cycle.turned_at and _brings_result(fact):
            yield from told([lead, *sponsor], "verdict", *_result(cycle), reason=_outcome(cycle))
        case "settled":
            if fact.data["refused"]:
                yield tell("not_settled", lead, str(fact.data["refused"]), reason=str(fact.data["did"]))
            elif fact.data["how"] != "unchanged":
                people = [definition.owner, lead, *team, *sponsor]
                yield from told(people, "standard", *_number(fact), reason=str(fact.data["how"]))
        case "reacted":
            people = [lead, *(sponsor if fact.data["how"] != "report" else ())]
            yield from told(people, "signal", *_signal(cycle), reason=str(fact.data["how"]))
        case "errand_failed":
            until = datetime.fromisoformat(str(fact.data["until"]))
            yield tell("failed", lead, str(fact.data["reason"]), reason=str(fact.data["errand"]), until=until)
        case "closed" if state.outcome == "held":
            yield from told([lead, *team, *sponsor], "held")
        case _:
            pass


def _brings_result(fact: Fact) -> bool:
    evidence = fact.data["evidence"]
    return isinstance(evidence, dict) and bool({"verdict", "interrupted"} & evidence.keys())


def _asker(cycle: CycleState) -> list[str]:
    return [cycle.gates[-1].by] if cycle.gates[-1].by != SYSTEM else []


def _missing(record: GateRecord) -> tuple[str, ...]:
    return tuple(f"{short.said}. {short.next_step}" for short in record.shortfalls)


def _after(state: CaseState) -> tuple[str, ...]:
    people = wanted(state)
    return (people.what,) if people is not None else ()


def _outcome(cycle: CycleState) -> str:
    result = cycle.evidence.result
    return result.outcome if isinstance(result, Verdict) else ("win" if cycle.evidence.won else "not_found")


def _result(cycle: CycleState) -> tuple[str, ...]:
    """The result in the words and figures that a decision needs."""
    result = cycle.evidence.result
    assert result is not None
    if isinstance(result, Verdict):
        within = result.effect.within
        ends = "" if within.low is within.high is None else f", between {_plain(within.low)} and {_plain(within.high)}"
        span = f"{ends} ({within.level:.0%})" if ends else ""
        units = ", ".join(f"{count} {arm}" for arm, count in sorted(result.units.items()))
        return (
            result.why,
            f"{result.effect.named}: {_plain(result.effect.value)}{span}",
            f"followed: {units}",
            *result.signals,
        )
    return (
        f"before {result.before:.1%}, after {result.after:.1%}; expected by itself {result.expected:.1%}",
        f"over {result.weeks} weeks outside both; the error of the expectation is {result.error:.1%}",
    )


def _signal(cycle: CycleState) -> tuple[str, ...]:
    last = cycle.signals[-1]
    # The point lies on the scale of its chart, not on that of the metric.
    return (f"{last.at:%Y-%m-%d}: {last.rule}",)


def _number(fact: Fact) -> tuple[str, ...]:
    number = fact.data["standard"]
    return (f"`jidoka definitions history` has it as number {number}",) if number is not None else ()


def _plain(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3g}"
