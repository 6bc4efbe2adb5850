"""Kinds of incidents that keep coming, counted by hand."""

from datetime import UTC, datetime, timedelta

from measurement.flow.recurring import Recurring, recurring
from tests.measurement.flow.logs import Told, instant, log

FROM, TO = (instant(minute).replace(tzinfo=UTC) for minute in (0, 1000))


def kinds(*told: Told, least: int = 2, since: datetime = FROM) -> tuple[int, list[Recurring]]:
    """Cases whose name begins with v are vpn/connection, those with e email, without a category."""
    service = ["vpn" if case.startswith("v") else "email" for case, *_ in told]
    category = ["connection" if case.startswith("v") else None for case, *_ in told]
    toy = log(*told, again=("reopened",), as_of=1000, service=service, category=category)
    return recurring(toy, since, TO, least=least)


def test_a_kind_is_a_service_and_a_category_and_counts_time_lost_and_work_done() -> None:
    n, found = kinds(
        ("v1", "queue", 0), ("v1", "work", 30), ("v1", "done", 40),
        ("v2", "queue", 10), ("v2", "done", 70),
        ("e1", "work", 0), ("e1", "done", 5),
    )  # fmt: skip

    assert n == 3
    assert found == [Recurring("vpn", "connection", 2, reopened=0, open=0, lost_s=6000.0, work_s=600.0)]


def test_what_lost_most_time_comes_first_and_open_cases_count_up_to_the_reading() -> None:
    _, found = kinds(
        ("v1", "work", 0), ("v1", "done", 10), ("v2", "work", 0), ("v2", "done", 10),
        ("e1", "queue", 0), ("e2", "queue", 900), ("e2", "done", 910),
    )  # fmt: skip

    assert [(kind.service, kind.open, kind.lost_s) for kind in found] == [
        ("email", 1, 60_600.0),
        ("vpn", 0, 1200.0),
    ]


def test_a_case_that_was_reopened_is_one_however_often() -> None:
    course = ("work", "done", "reopened", "done", "reopened", "done")
    twice: list[Told] = [("v1", activity, n * 10) for n, activity in enumerate(course)]

    _, found = kinds(*twice, ("v2", "work", 0), ("v2", "done", 10))

    assert [(kind.n, kind.reopened) for kind in found] == [(2, 1)]


def test_cases_before_the_period_and_kinds_with_too_few_are_left_out() -> None:
    told: tuple[Told, ...] = (("v1", "work", 0), ("v1", "done", 9), ("v2", "work", 100), ("v2", "done", 110))

    assert kinds(*told, since=FROM + timedelta(minutes=50)) == (1, [])
    assert kinds(*told, least=3) == (2, [])
