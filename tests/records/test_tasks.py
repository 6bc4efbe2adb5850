from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from definitions.tasks import TaskRow
from records.rebuild import compare
from records.store import Store
from records.tasks import ListedTask, TaskQuery
from records.values import Journal
from tests.records.chains import OPENED, chain, flush
from tests.records.conftest import TickingClock


def task(case: str, name: str, **more: object) -> TaskRow:
    return TaskRow.model_validate(
        {"id": f"{case}/{name}", "kind": "fulfil", "title": name.title(), "team": "network", "opened_at": OPENED} | more
    )


@pytest.fixture
def other(migrated_file: Path, tmp_path: Path, clock: TickingClock) -> Iterator[Store]:
    """Records beside the first ones, on SQLite."""
    path = tmp_path / "other.db"
    path.write_bytes(migrated_file.read_bytes())
    with Store(f"sqlite:///{path}", tmp_path / "blobs", clock) as opened:
        yield opened


def ids(listed: list[ListedTask]) -> list[str]:
    return [each.task.id for each in listed]


def put(store: Store, case: str, *tasks: TaskRow, length: int = 1, **row: object) -> None:
    store.events.flush(flush(chain(case, length), tasks=tasks, **row))


def test_tasks_come_with_the_row_of_their_case_and_change_with_it(store: Store) -> None:
    laptop, desk = task("REQ-aaaa", "laptop"), task("REQ-aaaa", "desk", team="workplace")
    put(store, "REQ-aaaa", laptop, desk)
    claimed = laptop.model_copy(update={"state": "claimed", "assignee": "jay"})
    put(store, "REQ-aaaa", claimed, desk, length=2)

    assert store.tasks.of("REQ-aaaa") == (claimed, desk)


def test_a_row_of_an_earlier_fact_leaves_the_tasks_as_they_are(store: Store) -> None:
    done = task("REQ-aaaa", "laptop", state="done", ended_at=OPENED, ended_by="jay")
    put(store, "REQ-aaaa", done, length=3)

    put(store, "REQ-aaaa", task("REQ-aaaa", "laptop"), length=2)

    assert store.tasks.of("REQ-aaaa") == (done,)


def test_several_cases_in_one_transaction_keep_their_tasks_apart(store: Store) -> None:
    flushes = [flush(chain(case, 1), tasks=(task(case, "laptop"),)) for case in ("REQ-aaaa", "REQ-bbbb")]
    store.events.flush([*flushes, flush(chain("INC-cccc", 1))])

    assert [len(store.tasks.of(case)) for case in ("REQ-aaaa", "REQ-bbbb", "INC-cccc")] == [1, 1, 0]


def test_a_list_has_the_oldest_due_first_and_those_without_an_end_last(store: Store) -> None:
    due = {name: OPENED + timedelta(hours=hours) for name, hours in (("late", 1), ("soon", 2))}
    put(store, "REQ-aaaa", task("REQ-aaaa", "never"), task("REQ-aaaa", "soon", due_at=due["soon"]))
    put(store, "REQ-bbbb", task("REQ-bbbb", "late", due_at=due["late"]))

    listed = store.tasks.ls(TaskQuery())

    assert ids(listed) == ["REQ-bbbb/late", "REQ-aaaa/soon", "REQ-aaaa/never"]


def test_a_task_without_an_end_of_its_own_is_due_with_its_case(store: Store) -> None:
    due = OPENED + timedelta(hours=3)
    put(store, "REQ-aaaa", task("REQ-aaaa", "laptop"), due_at=due)
    put(store, "REQ-bbbb", task("REQ-bbbb", "phone", due_at=OPENED + timedelta(hours=4)))

    listed = store.tasks.ls(TaskQuery())

    assert [(each.task.id, each.task.due_at) for each in listed] == [
        ("REQ-aaaa/laptop", due),
        ("REQ-bbbb/phone", OPENED + timedelta(hours=4)),
    ]
    assert store.tasks.of("REQ-aaaa")[0].due_at is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (TaskQuery(team="network"), ["ask", "fetch"]),
        (TaskQuery(assignee="jay"), ["fetch"]),
        (TaskQuery(kind="approve"), ["ask"]),
        (TaskQuery(case_id="REQ-none"), []),
        (TaskQuery(waiting=False), ["ask", "fetch", "over"]),
        (TaskQuery(limit=1), ["ask"]),
    ],
)
def test_a_list_has_what_was_asked_for(store: Store, query: TaskQuery, found: list[str]) -> None:
    put(
        store, "REQ-aaaa", task("REQ-aaaa", "ask", kind="approve", people=("chloe",)),
        task("REQ-aaaa", "fetch", state="claimed", assignee="jay"),
        task("REQ-aaaa", "over", team=None, state="done", ended_at=OPENED, ended_by="jay"),
    )  # fmt: skip

    assert [name.partition("/")[2] for name in ids(store.tasks.ls(query))] == found


def test_only_what_somebody_asked_for_takes_part_in_is_asked_or_does_is_seen_by_them(store: Store) -> None:
    put(store, "REQ-aaaa", task("REQ-aaaa", "laptop"), requester="rita")
    put(store, "REQ-bbbb", task("REQ-bbbb", "agree", people=("chloe", "max")), requester="omar")
    put(store, "REQ-cccc", task("REQ-cccc", "cable", state="claimed", assignee="vic"), requester="omar")
    store.conversations.join("REQ-bbbb", "hugo")

    def seen(*people: str) -> list[str]:
        return ids(store.tasks.ls(TaskQuery(seen_by=people)))

    assert seen("rita") == ["REQ-aaaa/laptop"]
    assert seen("chloe") == seen("max") == seen("hugo") == ["REQ-bbbb/agree"]
    assert seen("vic") == ["REQ-cccc/cable"]
    assert seen("omar") == ["REQ-bbbb/agree", "REQ-cccc/cable"]
    assert seen("nobody") == seen() == []
    assert store.tasks.get("REQ-aaaa/laptop", seen_by=("chloe",)) is None
    assert store.tasks.get("REQ-aaaa/laptop", seen_by=("rita",)) is not None


def test_what_waits_for_somebody_is_theirs_asked_of_them_or_of_those_they_stand_in_for_or_their_teams(
    store: Store,
) -> None:
    put(
        store, "REQ-aaaa",
        task("REQ-aaaa", "mine", state="claimed", assignee="jay"),
        task("REQ-aaaa", "theirs", state="claimed", assignee="maria"),
        task("REQ-aaaa", "free"),
        task("REQ-aaaa", "elsewhere", team="workplace"),
        task("REQ-aaaa", "asked", team=None, kind="approve", people=("dana",)),
        task("REQ-aaaa", "over", state="withdrawn", ended_at=OPENED),
    )  # fmt: skip

    jay = store.tasks.waiting_for("jay", (), ("network",), 10)
    dana = store.tasks.waiting_for("dana", (), (), 10)
    stands_in = store.tasks.waiting_for("maria", ("dana",), (), 10)

    assert ids(jay) == ["REQ-aaaa/mine", "REQ-aaaa/free"]
    assert ids(dana) == ["REQ-aaaa/asked"]
    assert ids(stands_in) == ["REQ-aaaa/theirs", "REQ-aaaa/asked"]


def test_everybody_named_for_a_task_takes_part_in_its_case(store: Store) -> None:
    put(
        store, "REQ-aaaa", task("REQ-aaaa", "one", people=("max", "chloe")),
        task("REQ-aaaa", "two", people=("chloe",), state="done", ended_at=OPENED, ended_by="chloe"),
    )  # fmt: skip

    assert store.tasks.people("REQ-aaaa") == ("chloe", "max")
    assert store.tasks.people("REQ-bbbb") == ()


def test_a_rebuild_brings_the_tasks_back(store: Store, other: Store) -> None:
    facts = chain("REQ-aaaa", 2)
    whole = flush(facts, tasks=(task("REQ-aaaa", "laptop", people=("jay", "dana")), task("REQ-aaaa", "desk")))
    store.events.flush(whole)

    other.rebuild.restore([Journal(case_id="REQ-aaaa", facts=whole.facts, row=whole.row)])
    again = other.rebuild.restore([Journal(case_id="REQ-aaaa", facts=whole.facts, row=whole.row)])

    assert other.tasks.of("REQ-aaaa") == store.tasks.of("REQ-aaaa") != ()
    assert compare(store.db, other.db) == []
    assert again.rows == 0


def test_a_rebuild_mends_tasks_that_differ(store: Store, other: Store) -> None:
    facts, right = chain("REQ-aaaa", 2), task("REQ-aaaa", "laptop")
    whole = flush(facts, tasks=(right,))
    store.events.flush(whole)
    other.events.flush(flush(facts, tasks=(right.model_copy(update={"title": "Something else"}),)))
    assert [difference.what for difference in compare(store.db, other.db)] != []

    report = other.rebuild.restore([Journal(case_id="REQ-aaaa", facts=whole.facts, row=whole.row)])

    assert report.rows == 1
    assert compare(store.db, other.db) == []
