"""The identity test: a case is on tape only where its own definition makes every recorded fact anew, hash for hash."""

from collections import Counter
from itertools import pairwise

import pytest

from definitions.base import Priority
from definitions.case import CaseState
from definitions.facts import Fact, seal
from definitions.targets import Goal
from definitions.unfolding import Unfolding
from measurement.whatif.items import Came, Said, Woke
from measurement.whatif.tape import ANSWERS, NotReproduced, Tape, tape_of
from tests.measurement.whatif.lives import Case, drawn, recorded

MANY = 110
KINDS = {"incident", "request", "problem", "feedback", "review", "dmaic", "kaizen"}


class Told(Unfolding):
    """Keeps its facts."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(CaseState(id=tape.case_id, kind=tape.definition.kind), tape.definition)
        self.facts: list[Fact] = []

    def keep(self, fact: Fact, before: object) -> None:
        self.facts.append(fact)


def test_the_unchanged_definition_makes_every_fact_of_more_than_500_recorded_cases_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = [*recorded().values(), *drawn(7, MANY)]

    tapes = [tape_of(facts, definition) for facts, definition in cases]

    made = []
    for tape in tapes:
        case = Told(tape)
        for taped in tape.items:
            taped.item.play(case, taped.now)
        made.append(tuple(case.facts))
    kinds = Counter(tape.kind for tape in tapes)
    with capsys.disabled():
        number = sum(len(tape.facts) for tape in tapes)
        print(f"\n{len(tapes)} cases with {number} facts reproduced: {dict(kinds)}")
    assert len(tapes) >= 500
    assert set(kinds) == KINDS
    assert made == [tape.facts for tape in tapes]


def test_only_what_the_world_brought_is_on_the_tape() -> None:
    tapes = [tape_of(*case) for case in recorded().values()]

    drafts = [draft.type for tape in tapes for taped in tape.items if isinstance(taped.item, Came) for draft in
              taped.item.drafts]  # fmt: skip
    facts = sum(len(tape.facts) for tape in tapes)
    assert set(drafts) <= ANSWERS
    assert len(drafts) < facts / 2, "most facts are made by the rules"


def test_every_fact_is_led_to_by_one_item() -> None:
    for facts, definition in recorded().values():
        items = tape_of(facts, definition).items

        assert [items[0].first, items[-1].last] == [1, len(facts)]
        assert all(after.first == before.last + 1 for before, after in pairwise(items))
        assert all(after.now >= before.now for before, after in pairwise(items))


def _plain() -> Case:
    return next(case for case in recorded().values() if any(fact.type == "prioritised" for fact in case[0]))


def test_a_case_under_another_definition_is_not_reproduced_and_the_first_difference_is_named() -> None:
    facts, definition = _plain()
    target = definition.targets[0]
    other = target.model_copy(update={"goals": dict.fromkeys(Priority, Goal(amount=1, unit="minutes"))})
    changed = definition.model_copy(update={"targets": (other, *definition.targets[1:])})

    with pytest.raises(NotReproduced) as refused:
        tape_of(facts, changed)

    assert refused.value.seq == 1
    assert "definition_version" in refused.value.instead


def test_a_fact_that_was_put_in_by_hand_is_found() -> None:
    facts, definition = _plain()
    place = next(number for number, fact in enumerate(facts) if fact.type == "closed")
    forged = facts[place].model_copy(update={"data": {"outcome": "assumed"}})
    forged = forged.model_copy(update={"hash": seal(forged)})

    with pytest.raises(NotReproduced, match=rf"fact {place + 1} \(closed\)|fact {place - 1} "):
        tape_of((*facts[:place], forged), definition)


def test_timers_and_acts_are_told_apart() -> None:
    kinds = Counter(type(taped.item) for case in recorded().values() for taped in tape_of(*case).items)

    assert kinds[Woke] > 10
    assert kinds[Said] > 100
