"""How incidents were told and stand, on both databases."""

from datetime import timedelta

from definitions.facts import GENESIS, Draft, chained
from records.store import Store
from records.telling import Telling
from tests.records.chains import OPENED, flush


def told(store: Store, number: int, *, kind: str = "incident", state: str = "queued") -> str:
    case, at = f"INC-t{number}", OPENED + timedelta(hours=number)
    refs = {name: {"id": f"t-{number}-{name}", "digest": "d"} for name in ("title", "text")}
    fact = chained(
        Draft(type="opened", actor="rita", data=dict(refs)), case_id=case, seq=1, step="triage", at=at,
        prev_hash=GENESIS,
    )  # fmt: skip
    store.events.flush(flush([fact], kind=kind, opened_at=at, state=state, team=f"team-{number % 2}"))
    return case


def test_the_newest_incidents_come_first_and_then_the_older_ones(store: Store) -> None:
    one, two, three = (told(store, number) for number in range(3))
    told(store, 9, kind="request")

    newest = store.tellings.latest(2)
    older = store.tellings.latest(2, before=newest[-1])

    assert [telling.case_id for telling in (*newest, *older)] == [three, two, one]
    assert older == [
        Telling(one, OPENED, "vpn", "p-ann", None, None, "queued", ("t-0-title", "t-0-text")),
    ]


def test_what_changed_is_known_by_the_last_event(store: Store) -> None:
    told(store, 1)
    mark = store.tellings.last_event()
    two = told(store, 2)

    last, changed = store.tellings.changed(mark)

    assert changed == [two]
    assert last == store.tellings.last_event() > mark
    assert store.tellings.changed(last) == (last, [])
    assert [telling.case_id for telling in store.tellings.of(changed)] == [two]


def test_whether_a_fact_was_said_of_any_of_them(store: Store) -> None:
    one, two = told(store, 1), told(store, 2)

    assert store.tellings.said([one, two], "opened")
    assert not store.tellings.said([one, two], "parent_proposed")
    assert not store.tellings.said([], "opened")


def test_what_each_team_has_to_work_on_is_counted(store: Store) -> None:
    for number, state in enumerate(("queued", "paused", "in_progress", "resolved", "queued")):
        told(store, number, state=state)

    assert store.cases.held(["team-0", "team-1", "team-9"]) == {"team-0": 3, "team-1": 1}
