"""The A3 of a cycle: one page, made of its facts alone, so that the same facts give the same bytes."""

from collections.abc import Mapping, Sequence

from definitions.base import Instant, Value
from definitions.case import CaseState, Stage
from definitions.cycle.facts import rules_of
from definitions.cycle.rules import cycle_of, method_of
from definitions.cycle.state import CycleBrief, CycleState, Hypothesis, Method
from definitions.facts import Fact, TextRef
from definitions.rules.facts import evolve

ERASED = "(erased)"


class Cause(Value):
    """One hypothesis in the tree of causes; `depth` counts the "why?" before it."""

    depth: int
    hypothesis: Hypothesis


class A3(Value):
    """Everything of it. Nothing depends on when it is asked for: `as_of` is the last fact it knows of."""

    id: str
    method: Method
    zone: str
    """In which it tells the time."""
    stage: Stage
    outcome: str | None
    opened_at: Instant
    as_of: Instant
    facts: int
    chain: str
    """Hash of the last fact: whoever has the journal can check that this page is of it."""
    lead: str
    cycle: CycleState
    texts: dict[str, str]
    names: dict[str, str]
    """What people are called; somebody who is not in it stands by key."""

    def words(self, text: TextRef | None) -> str:
        """What a person wrote; empty where nobody did."""
        return "" if text is None else self.texts.get(text.id, ERASED)

    def called(self, person: str | None) -> str:
        """The name of a person."""
        return "" if person is None else self.names.get(person, person)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The tree from its roots down, each cause below the effect that it answers for."""
        below: dict[str | None, list[Hypothesis]] = {}
        for each in self.cycle.hypotheses:
            below.setdefault(each.parent, []).append(each)

        def tree(parent: str | None, depth: int) -> list[Cause]:
            return [
                cause
                for each in below.get(parent, ())
                for cause in (Cause(depth=depth, hypothesis=each), *tree(each.id, depth + 1))
            ]

        return tuple(tree(None, 0))


def a3(facts: Sequence[Fact], texts: Mapping[str, str], names: Mapping[str, str], zone: str) -> A3:
    """Of the facts of one cycle, from its opening on; `texts` by id, `names` by person key."""
    state = folded(facts)
    cycle = cycle_of(state)
    assert state.opened_at is not None
    wanted = texts_of(cycle)
    return A3(
        id=state.id,
        method=method_of(cycle),
        zone=zone,
        stage=state.stage,
        outcome=state.outcome,
        opened_at=state.opened_at,
        as_of=max(fact.at for fact in facts),
        facts=len(facts),
        chain=facts[-1].hash,
        lead=state.assignee or cycle.charter.lead,
        cycle=cycle,
        texts={key: texts[key] for key in sorted(wanted) if key in texts},
        names=dict(sorted(names.items())),
    )


def folded(facts: Sequence[Fact]) -> CaseState:
    """The cycle that its facts add up to."""
    opening = facts[0]
    phase = str(opening.step)
    method: Method = "dmaic" if phase == "define" else "kaizen"
    CycleBrief.model_validate(opening.data["cycle"])
    state = CaseState(id=opening.case_id, kind=method)
    for fact in facts:
        state = evolve(state, fact, rules_of(method))
    return state


def texts_of(cycle: CycleState) -> frozenset[str]:
    """The ids of the words that the page needs."""
    charter = cycle.charter
    named = [charter.title, charter.problem, charter.experience, cycle.lesson]
    named += [text for each in cycle.hypotheses for text in (each.text, *(ground.text for ground in each.grounds))]
    named += [each.text for each in cycle.countermeasures] + [record.text for record in cycle.gates]
    return frozenset(text.id for text in named if text is not None)
