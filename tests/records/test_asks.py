"""Nobody is asked twice in a period, whatever runs at the same time; the last word of an answer counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from definitions.base import Priority
from definitions.people import Person, Role
from records.asks import Ask, NewAsk
from records.cases import upsert_rows
from records.errors import NotStored, Refused
from records.store import Store
from records.values import CaseRow

MONTH, WEEK = timedelta(days=30), timedelta(days=7)


def new(
    person: str = "rita", *, survey: str = "after-case", turn: int | None = 1, case_id: str | None = None
) -> NewAsk:
    return NewAsk(survey=survey, measures="csat", person=person, turn=turn, case_id=case_id)


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    store.directory.sync(
        [
            Person(key="rita", name="Rita", addresses=("rita@example.org",)),
            Person(key="sam", name="Sam", addresses=("sam@example.com",), roles=(Role.REQUESTER, Role.ANALYST)),
            Person(key="mute", name="Without an address"),
        ]
    )


def test_nobody_is_asked_the_same_twice_within_the_period(store: Store) -> None:
    first = store.asks.draw(new(case_id="INC-1111"), every=MONTH, apart=WEEK)

    again = store.asks.draw(new(case_id="INC-2222", turn=2), every=MONTH, apart=WEEK)

    assert first is not None
    assert again is None


def test_nobody_is_asked_two_things_within_a_week(store: Store) -> None:
    store.asks.draw(new(), every=MONTH, apart=WEEK)

    soon = store.asks.draw(new(survey="overall"), every=MONTH, apart=WEEK)
    later = store.asks.draw(new(survey="overall"), every=MONTH, apart=timedelta(0))

    assert soon is None
    assert later is not None


def test_one_turn_asks_once_even_where_the_times_would_allow_it(store: Store) -> None:
    asked = [store.asks.draw(new(case_id=f"INC-{n}"), every=timedelta(0), apart=timedelta(0)) for n in range(3)]

    assert [ask is not None for ask in asked] == [True, False, False]


def test_two_who_draw_at_the_same_moment_ask_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        turns = pool.map(lambda n: store.asks.draw(new(turn=n, case_id=f"INC-{n}"), every=MONTH, apart=WEEK), range(16))

    assert sum(ask is not None for ask in turns) == 1


def test_an_answer_nobody_asked_for_counts_against_no_period(store: Store) -> None:
    spoke = store.asks.unasked(new(turn=None, case_id="INC-1111"))
    same = store.asks.unasked(new(turn=None, case_id="INC-1111"))

    asked = store.asks.draw(new(case_id="INC-2222"), every=MONTH, apart=WEEK)

    assert spoke.id == same.id
    assert asked is not None


def test_the_last_word_counts_and_what_is_left_out_stays(store: Store) -> None:
    ask = _drawn(store)

    store.asks.answer(ask.id, {"score": 4, "effort": 6}, channel="web")
    last = store.asks.answer(ask.id, {"score": 2, "minutes": 30}, channel="email")

    assert (last.score, last.effort, last.minutes, last.channel) == (2, 6, 30, "email")
    assert store.asks.get(ask.id) == last


def test_what_waits_to_be_sent_is_gone_once_it_was_asked_or_skipped(store: Store) -> None:
    ask = _drawn(store)
    waited = store.asks.waiting()
    store.asks.asked(ask.id)
    other = store.asks.draw(new("sam"), every=MONTH, apart=WEEK)
    assert other is not None
    store.asks.skip(other.id, "no address is known")

    assert [found.id for found in waited] == [ask.id]
    assert store.asks.waiting() == []


def test_a_tally_counts_the_asked_apart_from_those_who_spoke_up(store: Store) -> None:
    ask = _drawn(store)
    store.asks.asked(ask.id)
    store.asks.answer(ask.id, {"score": 4}, channel="web")
    spoke = store.asks.unasked(new("sam", turn=None, case_id="INC-2222"))
    store.asks.answer(spoke.id, {"score": 1}, channel="cli")

    tally, empty = store.asks.tally(["after-case", "overall"])

    assert (tally.asked, tally.answered, tally.unasked, tally.mean) == (1, 1, 1, 2.5)
    assert (empty.asked, empty.mean) == (0, None)


def test_everybody_is_who_can_be_written_to_and_does_not_work_here(store: Store) -> None:
    assert store.asks.people() == ["rita"]


def test_the_database_refuses_an_effort_off_the_scale(store: Store) -> None:
    ask = _drawn(store)

    with pytest.raises(Refused, match=r"effort_scale|CHECK"):
        store.asks.answer(ask.id, {"effort": 9}, channel="web")


def test_an_unknown_question_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(NotStored):
        store.asks.get("ASK-none")


def _drawn(store: Store) -> Ask:
    ask = store.asks.draw(new(case_id="INC-1111"), every=MONTH, apart=WEEK)
    assert ask is not None
    return ask


def test_cases_that_ended_are_read_to_the_last_one_however_many_are_never_asked_about(store: Store) -> None:
    begin = store.asks._clock()
    with store.db.write() as connection:
        rows = [
            CaseRow(
                id=f"INC-{n:04}", kind="incident", state="closed", stage="end", priority=Priority.P3, service="vpn",
                opened_at=begin, closed_at=begin + timedelta(seconds=n % 7), definition_version="v", seq=1,
                updated_at=begin, state_json={"id": f"INC-{n:04}"},
            )
            for n in range(23)
        ]  # fmt: skip
        upsert_rows(store.db, connection, rows)
    store.asks.unasked(new(turn=None, case_id="INC-0003"))

    found = [state["id"] for state in store.asks.ended("after-case", begin, size=5)]
    later = [state["id"] for state in store.asks.ended("after-case", begin + timedelta(seconds=6), size=5)]

    assert len(found) == len(set(found)) == 22
    assert "INC-0003" not in found
    assert set(later) == {"INC-0006", "INC-0013", "INC-0020"}
