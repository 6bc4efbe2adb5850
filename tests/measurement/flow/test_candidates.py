"""Where a Kaizen would pay, by numbers that can be checked by hand."""

import pyarrow as pa
import pytest

from measurement.flow.candidates import candidates, open_cycles
from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.values import BadData
from tests.measurement.flow.logs import KINDS, Told, instant, log

WEEK = 7 * 24 * 60


def lived(cases: int = 40, wait: int = 60, service: str = "vpn") -> list[tuple[str, str, float, str]]:
    """Each waits, is worked on for an hour, checked for half an hour, worked on again for half an hour."""
    told = []
    for number in range(cases):
        at = number * 2 * WEEK / cases
        steps = (("queue", 0), ("work", wait), ("check", wait + 60), ("work", wait + 90), ("done", wait + 120))
        told += [(f"{service}{number}", step, at + minutes, "desk") for step, minutes in steps]
    return told


def of(told: list[tuple[str, str, float, str]], kinds: tuple[str, ...] = ("incident",), **more: list[str]) -> EventLog:
    columns = {
        "case_id": [t[0] for t in told],
        "activity": [t[1] for t in told],
        "at": pa.array([instant(t[2]) for t in told], AT),
        "team": [t[3] for t in told],
        "kind": pa.array([KINDS.get(t[1]) for t in told], pa.string()),
        "service": ["".join(c for c in t[0] if c.isalpha()) for t in told],
    }
    return EventLog.of(pa.table(columns | more), rules=CaseRules(kind="incident", done=("done",)), name="toy")


def test_the_score_is_cases_a_week_by_share_lost_by_hours_lost() -> None:
    found = candidates(of(lived()))
    queue, work = found.places

    assert (found.by, found.n) == ("service", 40)
    assert (queue.what, queue.step, queue.team, queue.n) == ("vpn", "queue", "desk", 40)
    assert (queue.lost_share, queue.lost_per_case_s) == (1.0, 3600.0)
    # 39 gaps of a half of 2 weeks / 20 lie between the first and the last opening.
    assert found.weeks == pytest.approx(2 * 39 / 40)
    assert queue.score == pytest.approx(40 / found.weeks * 1.0 * 1.0)
    # The second hour at work is 30 of 90 minutes, and rework.
    assert work.step == "work"
    assert work.lost_share == pytest.approx(1 / 3)
    assert work.score == pytest.approx(40 / found.weeks * (1 / 3) * 0.5)


def test_a_place_that_loses_nothing_is_no_candidate_and_is_counted() -> None:
    found = candidates(of(lived()))

    assert "check" not in {place.step for place in found.places}
    assert [left.n for left in found.excluded] == [2], "check, and done"


def test_few_cases_are_not_ranked() -> None:
    found = candidates(of([*lived(40), *lived(19, wait=6_000, service="erp")]))

    assert {place.what for place in found.places} == {"vpn"}


def test_places_that_lose_much_alike_are_not_told_apart() -> None:
    far = candidates(of([*lived(40, 600), *lived(40, 10, "erp")]))
    near = candidates(of([*lived(40, 61), *lived(40, 60, "erp")]))

    assert (far.places[0].what, far.places[0].rank_high) == ("vpn", 1)
    assert "is first in 95 of 100" in far.words
    assert near.places[0].rank_high > 1
    assert "may as well be number 2" in near.words


def test_a_log_without_classes_is_one_class() -> None:
    told: list[Told] = [(case, step, at, team) for case, step, at, team in lived()]

    found = candidates(log(*told))

    assert found.by is None
    assert {place.what for place in found.places} == {None}


def test_a_team_with_as_many_cycles_as_it_may_have_has_no_room() -> None:
    whole = of(lived())
    whole.db.execute("""
        INSERT INTO cases BY NAME SELECT * REPLACE (
          'KZN-' || case_id AS case_id, 'kaizen' AS kind, NULL AS ended_as, NULL AS resolved_at)
        FROM cases WHERE case_id IN ('vpn1', 'vpn2')
    """)

    full, room = candidates(whole, limit=2), candidates(whole, limit=3)

    assert open_cycles(whole) == {"desk": 2}
    assert [place.room for place in full.places] == [False, False]
    assert [place.room for place in room.places] == [True, True]


def test_a_field_that_the_log_does_not_have_is_refused() -> None:
    with pytest.raises(BadData, match="no field 'colour'"):
        candidates(of(lived()), "colour")


def test_the_candidates_of_a_real_log(uci_log: EventLog) -> None:
    found = candidates(uci_log)
    first = found.places[0]

    assert (found.n, found.by) == (24_918, "category")
    assert (first.what, first.step, first.rank_high) == ("Category 46", "Awaiting User Info", 1)
    assert first.lost_share == pytest.approx(1.0)
    assert [place.score for place in found.places] == sorted((place.score for place in found.places), reverse=True)
    assert sum(place.n for place in found.places if place.step == "Awaiting User Info") < 24_918


def test_a_log_with_too_few_cases_says_so() -> None:
    assert candidates(of(lived(10))).words == "no place with at least 20 cases loses time, as far as the log says"
