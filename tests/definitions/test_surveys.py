"""Who is asked, by what chance, and what an answer in the words of a mail means."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.case import CaseState, Stage
from definitions.example import organisation
from definitions.survey_words import answer_of
from definitions.surveys import BEGIN, Answer, Survey, asked_about, complains, mistakes, turn

SECRET = b"an installation's own"
AFTER_CASE, AT_WORK, OVERALL = organisation.surveys
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def case(**fields: Any) -> CaseState:
    """A closed one of rita that sam worked on."""
    known = {"id": "INC-1111", "service": "vpn", "requester": "rita", "assignee": "sam", "human_acts": 2}
    return CaseState.model_validate({**known, "stage": Stage.CLOSED, "acknowledged_at": NOW, **fields})


def test_a_person_stays_in_one_period_for_its_whole_length_and_then_in_the_next() -> None:
    begins = {turn(AFTER_CASE, "rita", NOW + timedelta(days=day), SECRET).begins for day in range(60)}

    assert len(begins) in (2, 3)
    assert all(b - a == timedelta(days=30) for a, b in zip(sorted(begins), sorted(begins)[1:], strict=False))


@given(person=st.text(min_size=1, max_size=12), days=st.integers(0, 4000))
def test_a_period_holds_the_instant_it_was_asked_for(person: str, days: int) -> None:
    now = BEGIN + timedelta(days=days)

    found = turn(OVERALL, person, now, SECRET)

    assert found.begins <= now < found.begins + timedelta(days=90)
    assert found == turn(OVERALL, person, now, SECRET)


def test_the_share_that_is_drawn_is_the_share_that_was_set_and_another_one_each_period() -> None:
    people = [f"p-{n}" for n in range(4000)]

    first = {p for p in people if turn(OVERALL, p, NOW, SECRET).drawn}
    next_ = {p for p in people if turn(OVERALL, p, NOW + timedelta(days=90), SECRET).drawn}

    # Four standard errors of a share of a quarter in 4000.
    assert abs(len(first) / 4000 - 0.25) < 4 * (0.25 * 0.75 / 4000) ** 0.5
    assert abs(len(first & next_) / 4000 - 0.0625) < 4 * (0.0625 * 0.9375 / 4000) ** 0.5


def test_periods_begin_all_the_time_so_that_answers_come_all_the_time() -> None:
    weeks = Counter((turn(OVERALL, f"p-{n}", NOW, SECRET).begins - NOW).days // 9 for n in range(4000))

    assert len(weeks) == 10 or len(weeks) == 11
    assert min(sorted(weeks.values())[1:]) > 300


def test_without_the_secret_nobody_can_tell_who_is_drawn() -> None:
    people = [f"p-{n}" for n in range(400)]

    mine = [turn(OVERALL, p, NOW, SECRET).drawn for p in people]
    theirs = [turn(OVERALL, p, NOW, b"a guess").drawn for p in people]

    assert mine != theirs


@pytest.mark.parametrize(
    "fields",
    [
        {"requester": None},
        {"silent": True},
        {"channel": "alert"},
        {"merged_into": "INC-2222"},
        {"stage": Stage.CANCELLED, "acknowledged_at": None},
        {"stage": Stage.RESOLVED},
    ],
)
def test_nobody_is_asked_about_what_says_nothing_of_our_service(fields: dict[str, Any]) -> None:
    assert asked_about(AFTER_CASE, case(**fields)) is None
    assert asked_about(AT_WORK, case(**fields)) is None


def test_whom_it_served_and_who_served_are_asked_and_nobody_about_their_own() -> None:
    assert asked_about(AFTER_CASE, case()) == "rita"
    assert asked_about(AFTER_CASE, case(stage=Stage.CANCELLED)) == "rita"
    assert asked_about(AT_WORK, case()) == "sam"
    assert asked_about(AT_WORK, case(assignee="rita")) is None
    assert asked_about(AT_WORK, case(human_acts=0)) is None
    assert asked_about(OVERALL, case()) is None
    only_erp = AFTER_CASE.model_copy(update={"services": ("erp",)})
    assert asked_about(only_erp, case()) is None


@pytest.mark.parametrize(
    ("words", "score", "text"),
    [
        ("5", 5, None),
        ("5.", 5, None),
        ("5/5", 5, None),
        ("4 of 5", 4, None),
        ("4 stars!", 4, None),
        ("4 - quick, thanks", 4, "quick, thanks"),
        ("2\n\nNobody called.", 2, "Nobody called."),
        ("excellent", 5, None),
        ("Good, thanks!", 4, None),
        ("sehr gut", 5, None),
        ("three", 3, None),
        ("Vier", 4, None),
        ("terrible", 1, None),
        ("3 people could not work", None, "3 people could not work"),
        ("5 minutes lost", None, "5 minutes lost"),
        ("7", None, "7"),
        ("4/10", None, "4/10"),
        ("0", None, "0"),
        ("1,5", None, "1,5"),
        ("10.15 am", None, "10.15 am"),
        ("5:30 is too early", None, "5:30 is too early"),
        ("good morning", None, "good morning"),
        ("It is still broken.", None, "It is still broken."),
        ("", None, None),
    ],
)
def test_a_reply_is_a_score_only_where_it_plainly_is_one(words: str, score: int | None, text: str | None) -> None:
    assert answer_of(words, 1, 5) == Answer(score=score, text=text)


@given(st.text(max_size=200))
def test_whatever_somebody_writes_is_kept_or_a_score_of_the_scale(words: str) -> None:
    answer = answer_of(words, 0, 10)

    assert answer.score is None or 0 <= answer.score <= 10
    assert answer.score is not None or (answer.text or "") == words.strip()


def test_a_low_score_or_the_words_of_a_complaint_are_to_be_answered() -> None:
    assert complains(AFTER_CASE, Answer(score=2))
    assert complains(AFTER_CASE, Answer(score=5, text="But it still does not work."))
    assert not complains(AFTER_CASE, Answer(score=3, text="Fine."))
    assert not complains(AT_WORK, Answer(score=0))


def test_what_is_wrong_with_an_answer_is_said_with_the_scale() -> None:
    assert mistakes(AFTER_CASE, Answer(score=4)) == []
    assert "1 (very dissatisfied) to 5" in mistakes(AFTER_CASE, Answer(score=9))[0]
    assert "nothing was answered" in mistakes(AFTER_CASE, Answer(text=" "))[0]
    with pytest.raises(ValidationError):
        Answer(effort=8)
    with pytest.raises(ValidationError):
        Answer(minutes=-1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"high": 10}, "csat goes from 1 to 5"),
        ({"measures": "overall"}, "never mix the two"),
        ({"asks": "everybody"}, "never mix the two"),
        ({"poor": 5}, "poor must lie from 1 to 4"),
        ({"share": 0}, "greater than 0"),
    ],
)
def test_a_survey_that_cannot_be_meant_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Survey.model_validate(AFTER_CASE.model_dump() | fields)
