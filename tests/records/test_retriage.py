"""A sample for a second triage is drawn once, and each of its cases is answered once."""

import pytest

from definitions.base import Level, Priority
from records.errors import Conflict, NotStored
from records.retriage import Drawn
from records.store import Store

CYCLE = "DMC-0000aaaa"
CASES = [(f"INC-0000000{number}", Priority.P3) for number in range(1, 4)]


def test_the_first_sample_that_is_drawn_stays(store: Store) -> None:
    assert store.retriages.of(CYCLE) == []
    first = store.retriages.draw(CYCLE, CASES)
    again = store.retriages.draw(CYCLE, [("INC-0000000x", Priority.P1)])

    assert again == first == store.retriages.of(CYCLE)
    assert [(each.number, each.case_id, each.first) for each in first] == [
        (number, case, Priority.P3) for number, (case, _) in enumerate(CASES, 1)
    ]
    assert {each.at for each in first} == {None}
    assert store.retriages.of("DMC-0000bbbb") == []


def test_a_further_round_is_drawn_once_too_and_never_has_the_cases_of_another(store: Store) -> None:
    store.retriages.draw(CYCLE, CASES)
    other = [("INC-0000000a", Priority.P2), ("INC-0000000b", Priority.P4)]

    drawn = store.retriages.draw(CYCLE, other, after=1)
    again = store.retriages.draw(CYCLE, [("INC-0000000c", Priority.P2)], after=1)

    assert again == drawn
    assert [(each.round, each.number) for each in drawn] == [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5)]
    assert len(store.retriages.draw("DMC-0000cccc", [CASES[0], CASES[0]])) == 1


def test_the_first_word_about_a_case_counts(store: Store) -> None:
    store.retriages.draw(CYCLE, CASES)

    def answer(case: str, person: str) -> Drawn:
        return store.retriages.answer(
            CYCLE, case, person=person, impact=Level.HIGH, urgency=Level.MEDIUM, second=Priority.P2
        )

    kept = answer(CASES[1][0], "jay")

    assert (kept.person, kept.second, kept.impact) == ("jay", Priority.P2, Level.HIGH)
    assert kept.at is not None
    assert [each.second for each in store.retriages.of(CYCLE)] == [None, Priority.P2, None]
    with pytest.raises(Conflict, match="by jay already"):
        answer(CASES[1][0], "noor")
    with pytest.raises(NotStored, match="not in the sample"):
        answer("INC-0000000x", "noor")
