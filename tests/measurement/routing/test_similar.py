"""Similar cases: what helped before is found in other words, several people at once are proposed as one outage."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.routing.outage import at_least
from measurement.routing.similar import Index, Told, similar
from tests.measurement.routing.labelled import NEW, NOTHING, PAST, SYNONYMS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


def service_of(problem: str) -> str:
    return problem.partition("-")[0]


HISTORY = [
    Told(
        f"{problem}-{n}",
        NOW - timedelta(days=30 + n),
        service_of(problem),
        words,
        articles=(f"kb-{problem}",),
        past=True,
    )
    for problem, told in PAST.items()
    for n, words in enumerate(told)
]


def index(open_: Iterable[Told] = (), past: Iterable[Told] = HISTORY) -> Index:
    return Index([*open_, *past], SYNONYMS)


def told(number: int, words: str, minutes_ago: float = 0, who: str | None = None, parent: str | None = None) -> Told:
    at = NOW - timedelta(minutes=minutes_ago)
    return Told(f"INC-{number}", at, "vpn", words, requester=who or f"person-{number}", parent=parent)


def recall(k: int) -> float:
    hits = 0
    for problem, words in NEW:
        new = Told("new", NOW, service_of(problem), words)
        found = similar(new, index())
        hits += f"kb-{problem}" in [key for key, _ in found.articles][:k]
    return hits / len(NEW)


def test_the_article_that_helped_is_among_the_first_three_for_nineteen_in_twenty() -> None:
    assert recall(3) >= 0.95
    assert recall(1) >= 0.9


def test_what_nobody_ever_told_is_like_nothing() -> None:
    index = Index(HISTORY, SYNONYMS)

    assert [words for words in NOTHING if index.like(words)] == []


def test_a_case_is_exactly_like_itself_whatever_the_order_of_its_words() -> None:
    index = Index(HISTORY, SYNONYMS)

    assert index.like("full mailbox cannot send")[0].likeness == pytest.approx(1.0)


def test_no_words_are_like_nothing() -> None:
    assert Index(HISTORY).like("") == []
    assert Index([]).like("vpn drops") == []


def test_an_answer_holds_no_words() -> None:
    found = similar(told(1, "the tunnel drops all the time at home"), index())

    assert found.past
    assert "tunnel" not in repr(found)


OTHERS = (
    told(1, "vpn drops all the time", 25),
    told(2, "tunnel lost every minute", 20),
    told(3, "remote access drops", 5),
)


def test_several_people_in_a_short_time_are_proposed_as_one_outage() -> None:
    found = similar(told(4, "my vpn drops every minute"), index(OTHERS, HISTORY[4:]))

    assert [match.case_id for match in found.open] != []
    assert found.outage is not None
    assert (found.outage.parent, found.outage.people) == ("INC-1", 4)
    assert found.outage.cases == ("INC-1", "INC-2", "INC-3", "INC-4")
    assert found.outage.chance < 1e-6
    assert found.outage.line.startswith("4 people report the same within 25 minutes")


def test_one_person_who_writes_three_times_is_no_outage() -> None:
    again = [told(n, "vpn drops every minute", 10 * n, who="rita") for n in (1, 2, 3)]

    found = similar(told(4, "vpn drops every minute", who="rita"), index(again))

    assert len(found.open) == 3
    assert found.outage is None


def test_what_is_told_several_times_every_hour_is_no_outage() -> None:
    daily = [told(100 + n, "vpn drops every minute", 60 * 24 + 20 * n) for n in range(3 * 24 * 30)]

    usual = similar(told(4, "vpn drops every minute"), index(OTHERS, daily))

    assert usual.outage is None


def test_an_outage_that_is_known_already_stays_the_parent() -> None:
    hanging = (told(1, "vpn drops", 25), told(2, "vpn drops again", 20, parent="INC-MAJOR"), told(3, "vpn drops", 5))

    found = similar(told(4, "vpn drops"), index(hanging))

    assert found.outage is not None
    assert found.outage.parent == "INC-MAJOR"


def test_what_was_told_an_hour_ago_is_alike_but_no_part_of_an_outage_of_now() -> None:
    old = [told(n, "vpn drops", 90) for n in (1, 2, 3)]

    found = similar(told(4, "vpn drops"), index(old, ()))

    assert [match.case_id for match in found.open] == ["INC-1", "INC-2", "INC-3"]
    assert found.outage is None


def test_open_cases_of_other_services_and_those_of_last_month_are_no_news() -> None:
    elsewhere = Told("INC-2", NOW, "email", "vpn drops", requester="x")
    long_ago = told(3, "vpn drops", 60 * 24 * 30)

    assert similar(told(4, "vpn drops"), index((elsewhere, long_ago), ())).open == ()


def test_a_case_is_not_like_itself() -> None:
    assert similar(told(1, "vpn drops"), index(OTHERS, ())).open[0].case_id != "INC-1"


def test_a_case_that_is_resolved_is_a_past_one_from_then_on() -> None:
    known = index([told(1, "vpn drops")], ())

    known.update("INC-1", past=True, articles=("kb-vpn",))

    found = similar(told(4, "vpn drops"), known)
    assert (found.open, [match.case_id for match in found.past]) == ((), ["INC-1"])
    assert found.articles == (("kb-vpn", 1.0),)


def test_a_case_that_was_taken_out_is_found_no_more_and_its_words_are_gone() -> None:
    known = index([told(1, "gyroscope drops")], ())

    known.drop("INC-1")
    known.drop("INC-1")

    assert known.like("gyroscope drops") == []
    assert "gyroscop" not in repr(vars(known))


def test_new_words_take_the_place_of_the_old_ones() -> None:
    known = index([told(1, "printer jams")], ())

    known.put(told(1, "vpn drops"))

    assert known.like("printer jams") == []
    assert [match.case_id for match in known.like("vpn drops")] == ["INC-1"]


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=120))
def test_putting_in_and_taking_out_in_any_order_leaves_the_index_of_what_is_left(
    steps: list[tuple[int, bool]],
) -> None:
    words = [said for told_ in PAST.values() for said in told_]
    one = Index((), SYNONYMS)
    one.SPARE = 5
    left: dict[int, Told] = {}
    for number, put in steps:
        if put:
            left.pop(number, None)
            left[number] = told(number, words[number])
            one.put(left[number])
        else:
            left.pop(number, None)
            one.drop(f"INC-{number}")

    anew = Index(left.values(), SYNONYMS)

    for asked in ("vpn drops again", "mailbox is full", "printer jam"):
        assert one.like(asked) == anew.like(asked)


@pytest.mark.parametrize(("k", "mean", "chance"), [(1, 1.0, 0.632121), (3, 0.5, 0.014388), (0, 2.0, 1.0)])
def test_the_tail_of_the_poisson_count_is_right(k: int, mean: float, chance: float) -> None:
    assert at_least(k, mean) == pytest.approx(chance, abs=1e-6)
