"""The replay: only the past teaches, the count is right, and the real log gives the numbers of the documentation."""

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest

from definitions.routing_learned import LearnedRouting
from measurement.log.eventlog import EventLog
from measurement.routing.past import Past, PastCase, past
from measurement.routing.replay import ALONE, HAPPENED, OFTEN, OFTEN_IN_CATEGORY, SECOND, choices, replay
from measurement.values import Refused

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)
SETTINGS = LearnedRouting()
TEAM = {"drop": "network", "access": "desk", "posting": "apps"}


def case(number: int, opened: datetime, category: str, first: str, resolver: str, days: float = 1.0) -> PastCase:
    week = opened - (opened - MONDAY) % timedelta(days=7)
    return PastCase(
        case_id=f"c{number:05}",
        opened_at=opened,
        resolved_at=opened + timedelta(days=days),
        week=week,
        kind=(category,),
        first=first,
        resolver=resolver,
        person=None,
        hand_overs=0 if first == resolver else 1,
        category=category,
    )


def history(weeks: int = 10, a_week: int = 70, seed: int = 3) -> Past:
    """Everything goes to the desk first; each category has the team that resolves nine in ten of it."""
    rng = random.Random(seed)
    cases = []
    for i in range(weeks * a_week):
        category = rng.choice(sorted(TEAM))
        resolver = TEAM[category] if rng.random() < 0.9 else rng.choice(sorted(TEAM.values()))
        cases.append(case(i, MONDAY + timedelta(days=7 * i / a_week), category, "desk", resolver))
    return Past(("category",), tuple(cases), ())


def test_what_is_sent_to_the_desk_for_others_is_sent_to_the_others() -> None:
    found = replay(history())

    assert found.shares[HAPPENED].value == pytest.approx(0.33, abs=0.06)
    assert found.shares[SECOND].value == pytest.approx(0.93, abs=0.04)
    assert found.shares[ALONE].value == pytest.approx(0.93, abs=0.04)
    assert found.gains[SECOND].value == pytest.approx(found.shares[SECOND].value - found.shares[HAPPENED].value)
    assert (found.gains[SECOND].interval.low or 0.0) > 0.4
    assert found.saved[SECOND].value == pytest.approx(100 * found.gains[SECOND].value)
    assert found.per_case == (0.0, 1.0)


def test_every_changed_case_is_counted_once() -> None:
    found = replay(history())

    c = found.changed
    assert c["cases"] == c["to_right"] + c["away_from_right"] + c["neither"]
    assert (c["to_right"] - c["away_from_right"]) / found.n == pytest.approx(found.gains[SECOND].value)
    assert sum(int(str(row["n"])) for row in found.by_category) == found.n


def test_cases_of_the_first_week_only_teach() -> None:
    found = replay(history(weeks=6, a_week=70))

    assert (found.weeks, found.n, found.since) == (5, 350, datetime(2026, 1, 12, tzinfo=UTC))


def shuffled_after(known: Past, instant: datetime) -> Past:
    """The same cases, but what was resolved from `instant` on was resolved by somebody else."""
    return dataclasses.replace(
        known,
        cases=tuple(
            dataclasses.replace(c, resolver="elsewhere") if c.resolved_at >= instant else c for c in known.cases
        ),
    )


@pytest.mark.parametrize("week", [2, 4, 7])
def test_the_future_changes_no_choice_of_the_past(week: int) -> None:
    until = MONDAY + timedelta(days=7 * week)
    known = history()

    before = [c.by for c in choices(known, SETTINGS) if c.case.week <= until]
    planted = [c.by for c in choices(shuffled_after(known, until), SETTINGS) if c.case.week <= until]

    assert len(before) > 50
    assert planted == before


def test_the_past_does_change_the_choices_that_follow() -> None:
    known = history()
    until = MONDAY + timedelta(days=14)

    later = [c.by for c in choices(known, SETTINGS) if c.case.week > until + timedelta(days=14)]
    planted = [
        c.by for c in choices(shuffled_after(known, until), SETTINGS) if c.case.week > until + timedelta(days=14)
    ]

    assert planted != later


def test_a_case_opened_before_but_resolved_after_teaches_nothing_yet() -> None:
    slow = tuple(
        case(i, MONDAY + timedelta(hours=i), "drop", "desk", "network", days=30 if i % 2 else 1) for i in range(80)
    )
    later = tuple(case(100 + i, MONDAY + timedelta(days=7, hours=i), "drop", "desk", "network") for i in range(5))

    second_week = [c for c in choices(Past(("category",), slow + later, ()), SETTINGS) if c.case.case_id >= "c00100"]

    assert {c.known for c in second_week} == {True}
    many = LearnedRouting(least_cases=41)
    assert {c.known for c in choices(Past(("category",), slow + later, ()), many)} == {False}


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert replay(history(), seed=4).gains == replay(history(), seed=4).gains
    assert replay(history(), seed=4).gains != replay(history(), seed=5).gains


def test_a_short_log_is_refused() -> None:
    with pytest.raises(Refused, match="at least 4 weeks with resolved cases before them, there are 2"):
        replay(history(weeks=3))


def test_of_the_real_log_people_choose_better_than_fields_and_a_second_opinion_better_than_both(
    uci_log: EventLog,
) -> None:
    found = replay(past(uci_log))

    assert found.fields == ("service", "category", "subcategory", "u_symptom", "location")
    assert (found.n, found.weeks) == (22_696, 47)
    shares = {way: round(share.value, 3) for way, share in found.shares.items()}
    assert shares == {HAPPENED: 0.665, OFTEN: 0.465, OFTEN_IN_CATEGORY: 0.497, ALONE: 0.565, SECOND: 0.687}
    gain = found.gains[SECOND]
    assert (gain.interval.low or 0.0) > 0.01
    assert gain.value == pytest.approx(0.0223, abs=0.0005)
    assert found.changed["cases"] == 1_819
