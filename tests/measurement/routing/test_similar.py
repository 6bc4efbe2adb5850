"""Similar cases: what helped before is found in other words, several people at once are proposed as one outage."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from measurement.routing.outage import at_least
from measurement.routing.similar import Index, Told, similar
from tests.measurement.routing.labelled import NEW, NOTHING, PAST, SYNONYMS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


def service_of(problem: str) -> str:
    return problem.partition("-")[0]


HISTORY = [
    Told(f"{problem}-{n}", NOW - timedelta(days=30 + n), service_of(problem), words, articles=(f"kb-{problem}",))
    for problem, told in PAST.items()
    for n, words in enumerate(told)
]


class Telling:
    """Cases in a list, in place of the records."""

    def __init__(self, open_: Iterable[Told] = (), past: Iterable[Told] = HISTORY) -> None:
        self._open, self._past = list(open_), list(past)

    def open_since(self, service: str, since: datetime) -> list[Told]:
        return [told for told in self._open if told.service == service and told.at >= since]

    def resolved(self, since: datetime) -> list[Told]:
        return [told for told in self._past if told.at >= since]


def told(number: int, words: str, minutes_ago: float = 0, who: str | None = None, parent: str | None = None) -> Told:
    at = NOW - timedelta(minutes=minutes_ago)
    return Told(f"INC-{number}", at, "vpn", words, requester=who or f"person-{number}", parent=parent)


def recall(k: int) -> float:
    hits = 0
    for problem, words in NEW:
        new = Told("new", NOW, service_of(problem), words)
        found = similar(new, Telling(), synonyms=SYNONYMS, history=YEAR)
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
    found = similar(told(1, "the tunnel drops all the time at home"), Telling(), synonyms=SYNONYMS, history=YEAR)

    assert found.past
    assert "tunnel" not in repr(found)


OTHERS = (
    told(1, "vpn drops all the time", 25),
    told(2, "tunnel lost every minute", 20),
    told(3, "remote access drops", 5),
)


def test_several_people_in_a_short_time_are_proposed_as_one_outage() -> None:
    found = similar(
        told(4, "my vpn drops every minute"), Telling(OTHERS, past=HISTORY[4:]), synonyms=SYNONYMS, history=YEAR
    )

    assert [match.case_id for match in found.open] != []
    assert found.outage is not None
    assert (found.outage.parent, found.outage.people) == ("INC-1", 4)
    assert found.outage.cases == ("INC-1", "INC-2", "INC-3", "INC-4")
    assert found.outage.chance < 1e-6
    assert found.outage.line.startswith("4 people report the same within 25 minutes")


def test_one_person_who_writes_three_times_is_no_outage() -> None:
    again = [told(n, "vpn drops every minute", 10 * n, who="rita") for n in (1, 2, 3)]

    found = similar(told(4, "vpn drops every minute", who="rita"), Telling(again), history=YEAR)

    assert len(found.open) == 3
    assert found.outage is None


def test_what_is_told_several_times_every_hour_is_no_outage() -> None:
    daily = [told(100 + n, "vpn drops every minute", 60 * 24 + 20 * n) for n in range(3 * 24 * 30)]

    usual = similar(told(4, "vpn drops every minute"), Telling(OTHERS, daily), history=timedelta(days=31))

    assert usual.outage is None


def test_an_outage_that_is_known_already_stays_the_parent() -> None:
    hanging = (told(1, "vpn drops", 25), told(2, "vpn drops again", 20, parent="INC-MAJOR"), told(3, "vpn drops", 5))

    found = similar(told(4, "vpn drops"), Telling(hanging), history=YEAR)

    assert found.outage is not None
    assert found.outage.parent == "INC-MAJOR"


def test_cases_of_an_hour_ago_and_of_other_services_are_no_part_of_it() -> None:
    old = told(1, "vpn drops", 90)
    elsewhere = Told("INC-2", NOW, "email", "vpn drops", requester="x")

    found = similar(told(4, "vpn drops"), Telling((old, elsewhere)), history=YEAR)

    assert found.open == ()


@pytest.mark.parametrize(("k", "mean", "chance"), [(1, 1.0, 0.632121), (3, 0.5, 0.014388), (0, 2.0, 1.0)])
def test_the_tail_of_the_poisson_count_is_right(k: int, mean: float, chance: float) -> None:
    assert at_least(k, mean) == pytest.approx(chance, abs=1e-6)
