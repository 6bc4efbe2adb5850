from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text

from definitions.base import Priority
from records.cases import FILTERS
from records.engine import Database
from records.errors import RecordsError
from records.store import Store
from records.values import CaseQuery, CaseRow
from tests.records.chains import OPENED, chain, flush

SERVICES, TEAMS, STATES = ("vpn", "email", "erp"), ("network", "desk", None), ("open", "resolved", "closed")


@pytest.fixture
def rows(store: Store) -> list[CaseRow]:
    """Sixty cases; several were opened in the same second."""
    flushes = [
        flush(
            chain(f"INC-{n:02}", 1),
            service=SERVICES[n % 3],
            team=TEAMS[n // 3 % 3],
            state=STATES[n % 4 % 3],
            priority=list(Priority)[n % 5],
            assignee="sam" if n % 7 == 0 else None,
            parent="INC-00" if n in (5, 6) else None,
            opened_at=OPENED + timedelta(seconds=n // 4),
            closed_at=OPENED + timedelta(days=1) if n % 4 == 2 else None,
        )
        for n in range(60)
    ]
    store.events.flush(flushes)
    return [f.row for f in flushes if f.row]


def pages(store: Store, query: CaseQuery) -> list[CaseRow]:
    found: list[CaseRow] = []
    after = None
    while True:
        page = store.cases.ls(query.model_copy(update={"after": after}))
        found += page.rows
        after = page.next
        if after is None:
            return found


def test_pages_give_every_case_once_newest_first(store: Store, rows: list[CaseRow]) -> None:
    found = pages(store, CaseQuery(limit=7))

    assert found == sorted(rows, key=lambda r: (r.opened_at, r.id), reverse=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    service=st.sampled_from([None, *SERVICES]),
    team=st.sampled_from([None, "network"]),
    state=st.sampled_from([None, *STATES]),
    priority=st.sampled_from([None, *Priority]),
    assignee=st.sampled_from([None, "sam"]),
    parent=st.sampled_from([None, "INC-00"]),
    open_only=st.booleans(),
    limit=st.integers(1, 70),
)
def test_every_filter_keeps_just_what_it_names(
    store: Store, rows: list[CaseRow], limit: int, open_only: bool, **wanted: str | None
) -> None:
    query = CaseQuery.model_validate({**wanted, "open_only": open_only, "limit": limit})

    found = pages(store, query)

    expected = [
        r
        for r in sorted(rows, key=lambda r: (r.opened_at, r.id), reverse=True)
        if all(v is None or getattr(r, k) == v for k, v in wanted.items()) and not (open_only and r.closed_at)
    ]
    assert found == expected
    assert store.cases.count(query) == len(expected)


def test_a_case_opened_while_paging_shifts_nothing(store: Store, rows: list[CaseRow]) -> None:
    first = store.cases.ls(CaseQuery(limit=30))
    store.events.flush(flush(chain("INC-NEW", 1), opened_at=OPENED + timedelta(hours=1)))

    second = store.cases.ls(CaseQuery(limit=30, after=first.next))

    assert {r.id for r in (*first.rows, *second.rows)} == {r.id for r in rows}


@pytest.mark.parametrize("after", ["", "nonsense", "%%%", "MjAyNiBJTkM", "é"])
def test_a_made_up_page_end_is_refused_with_the_reason(store: Store, after: str) -> None:
    with pytest.raises(RecordsError, match="take `next` of the page before"):
        store.cases.ls(CaseQuery(after=after))


@pytest.mark.parametrize(
    "bad", [{"limit": 0}, {"limit": 1001}, {"order": "title; DROP TABLE cases"}, {"priority": "P9"}]
)
def test_only_known_names_and_sizes_can_be_asked_for(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CaseQuery.model_validate(bad)


def test_what_looks_like_sql_is_only_a_word(store: Store, rows: list[CaseRow]) -> None:
    found = store.cases.ls(CaseQuery(service="vpn' OR '1'='1"))

    assert found.rows == ()
    assert store.cases.count(CaseQuery()) == 60


def test_open_cases_are_counted_by_label_and_by_age(store: Store, rows: list[CaseRow]) -> None:
    still_open = [r for r in rows if r.closed_at is None]

    counts = store.cases.counts(OPENED + timedelta(hours=1, seconds=10))

    assert sum(c.n for c in counts.by_label) == len(still_open)
    vpn = sum(c.n for c in counts.by_label if c.service == "vpn" and c.team == "network")
    assert vpn == len([r for r in still_open if r.service == "vpn" and r.team == "network"])
    assert {(c.kind, c.le_s): c.n for c in counts.by_age} == {
        ("incident", 3600.0): len([r for r in still_open if r.opened_at > OPENED + timedelta(seconds=10)]),
        ("incident", 4 * 3600.0): len([r for r in still_open if r.opened_at <= OPENED + timedelta(seconds=10)]),
    }


def test_the_first_page_reads_an_index_and_never_sorts(migrated_file: Path) -> None:
    """SQLite's plan does not change with the number of cases: that is what keeps a page fast."""
    filters = ("", *(f"WHERE {name} = 'x'" for name in FILTERS), "WHERE closed_at IS NULL")
    database = Database(f"sqlite:///{migrated_file}")

    plans = {}
    for where in filters:
        query = f"EXPLAIN QUERY PLAN SELECT * FROM cases {where} ORDER BY opened_at DESC, id DESC LIMIT 51"
        with database.read() as connection:
            plans[where] = " ".join(row[3] for row in connection.execute(text(query)))
    counted = "SELECT kind, service, team, priority, state, opened_at FROM cases WHERE closed_at IS NULL"
    with database.read() as connection:
        counting = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {counted}"))]
    database.close()

    assert counting == ["SCAN cases USING COVERING INDEX ix_cases_open"]
    assert all("USING INDEX" in plan for plan in plans.values()), plans
    assert not any("TEMP B-TREE" in plan for plan in plans.values()), plans


def test_cases_of_a_class_are_those_opened_meanwhile_that_stand_on_their_own(store: Store) -> None:
    def case(n: int, minutes: int, **more: object) -> None:
        given = {"service": "vpn", "category": "outage", "opened_at": OPENED + timedelta(minutes=minutes)} | more
        store.events.flush(flush(chain(f"INC-{n:02}", 1), **given))

    case(1, 0)  # at the very beginning: not after it
    case(2, 10)
    case(3, 5)
    case(4, 20)  # at the very end: within
    case(5, 21)
    case(6, 6, category="client")
    case(7, 6, service="email")
    case(8, 6, state="cancelled")
    case(9, 6, merged_into="INC-02")
    case(10, 6, kind="request")

    span = (OPENED, OPENED + timedelta(minutes=20))
    outages = store.cases.opened_of("vpn", "outage", *span, kinds=["incident"])
    whole = store.cases.opened_of("vpn", None, *span, kinds=["incident"])

    assert outages == ["INC-03", "INC-02", "INC-04"]
    assert whole == ["INC-03", "INC-06", "INC-02", "INC-04"]


def test_cases_are_counted_by_the_arm_they_have_whatever_else_is_tried_on_them(store: Store) -> None:
    arms = ("a:variant", "a:standard,b:variant", "b:standard", None, "a:variant,b:standard", "aa:variant")
    store.events.flush(
        [
            flush(chain(f"INC-{n}", 1), service="vpn", arm=arm, closed_at=OPENED if n == 0 else None)
            for n, arm in enumerate(arms)
        ]
        + [flush(chain("INC-9", 1), service="erp", arm="a:variant")]
    )

    assert store.cases.by_arm("a", ["vpn"]) == {"variant": (2, 1), "standard": (1, 1)}
    assert store.cases.by_arm("b", ["vpn", "erp"]) == {"variant": (1, 1), "standard": (2, 2)}
    assert store.cases.by_arm("c", ["vpn"]) == {}
