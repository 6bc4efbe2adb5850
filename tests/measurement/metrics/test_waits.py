"""How long requests wait for those who decide and those who do: each number can be counted by hand."""

from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.values import Excluded
from tests.measurement.metrics.small import hour, log


def stage(case: str, name: str, asked: float, *then: tuple[str, float]) -> list[tuple[object, ...]]:
    return [
        (case, "approval_asked", asked, {"stage": name}),
        *((case, type_, at, {"stage": name}) for type_, at in then),
    ]


def test_an_approval_waits_from_its_asking_to_its_decision() -> None:
    small = log(
        *stage("a", "manager", 0, ("approved", 2), ("stage_granted", 2)),
        *stage("a", "security", 2, ("approval_escalated", 5), ("rejected", 6), ("stage_refused", 6)),
        *stage("b", "manager", 0),
        # Withdrawn after 3 hours: watched until then.
        *(*stage("c", "manager", 0), ("c", "cancelled", 3)),
        as_of=10,
    )

    found = measure(small, "approval_wait")

    # At risk: 4 at 2 h (one decided), then one is withdrawn at 3 h, 2 at 4 h (one decided): 3/4, then 3/8.
    assert (found.estimate.n, found.estimate.open, found.estimate.median) == (4, 2, hour(4))
    assert [(b.estimate.n, b.estimate.value) for b in found.beside] == [(4, 0.25), (2, 0.5)]
    assert [(g.group, g.estimate.n, g.estimate.open) for g in found.by] == [("manager", 3, 2), ("security", 1, 0)]
    assert measure(small, "approval_wait", Scope(where={"stage": "security"})).estimate.value == hour(4)


def test_a_stage_asked_again_is_another_wait() -> None:
    small = log(*stage("a", "manager", 0, ("stage_granted", 1)), *stage("a", "manager", 5, ("stage_granted", 8)))

    assert measure(small, "approval_wait").estimate.mean == hour(2)


def task(
    case: str, key: str, opened: float, *then: tuple[str, float], automation: str | None = None
) -> list[tuple[object, ...]]:
    begins = (case, "task_opened", opened, {"task": key, "task_team": f"{key}s", "automation": automation})
    return [begins, *((case, type_, at, {"task": key}) for type_, at in then)]


def test_a_task_waits_until_somebody_takes_it_and_its_work_stands_beside_it() -> None:
    small = log(
        *task("a", "desk", 0, ("task_claimed", 2), ("task_released", 3), ("task_claimed", 4), ("task_done", 6)),
        *task("a", "phone", 0, ("task_claimed", 4), ("task_done", 4)),
        *task("b", "desk", 0),
        *task("b", "account", 0, ("task_done", 1), automation="make-account"),
        # The automation failed after an hour, and a person has taken it three hours later.
        *task("c", "account", 0, ("task_failed", 1), ("task_claimed", 4), ("task_done", 5), automation="make-account"),
        as_of=10,
    )

    found = measure(small, "task_wait")

    assert (found.estimate.n, found.estimate.open) == (4, 1)
    # 2, 3 and 4 hours, and one that still waits: half are taken from 3 until 4.
    assert found.estimate.median == hour(3.5)
    assert found.excluded == (Excluded(1, "an automation does it"),)
    assert [(g.group, g.estimate.n) for g in found.by] == [("desks", 2), ("accounts", 1), ("phones", 1)]
    # Work from the first claim: 2 to 6 and 4 to 5; the phone was claimed only when it was done.
    (work,) = found.beside
    assert (work.estimate.n, work.estimate.mean) == (2, hour(2.5))


def test_what_was_withdrawn_is_watched_until_then() -> None:
    small = log(*task("a", "desk", 0, ("task_withdrawn", 3)), *task("b", "desk", 0, ("task_claimed", 2)), as_of=100)

    found = measure(small, "task_wait")

    assert (found.estimate.n, found.estimate.open, found.estimate.median) == (2, 1, hour(2))
