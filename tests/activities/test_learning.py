"""Learning from the records, and choosing by it: what was stored is what a new case is judged by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.learning import Weekly, learn, monday
from activities.routing import LearnedTeam
from definitions.base import Priority
from definitions.example import organisation
from definitions.people import Person
from definitions.routing_learned import Asked, LearnedChoice, LearnedRouting
from definitions.runs import AutomationCall
from measurement.routing.known import Known
from records.migrate import upgrade
from records.store import Store
from tests.activities.lives import life, many
from tests.records.chains import flush

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
"""A Wednesday, in working hours."""
HISTORY = (("network", "jay", 50), ("service-desk", "sam", 12), ("network", "dana", 2))


@pytest.fixture
def store(tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path / 'jidoka.db'}"
    upgrade(url)
    with Store(url, tmp_path / "blobs", lambda: NOW) as store:
        store.directory.sync(organisation.people)
        yield store


def asked(case: str = "INC-new0", priority: Priority = Priority.P3, **settings: Any) -> AutomationCall:
    question = Asked(
        proposed="service-desk",
        teams=("service-desk", "network"),
        service="vpn",
        category="access",
        priority=priority,
        settings=LearnedRouting(**settings),
    )
    inputs: dict[str, Any] = {"routing": question.model_dump(mode="json")}
    return AutomationCall(automation="find-duplicates", case_id=case, inputs=inputs)


def choice(store: Store, call: AutomationCall, org: Any = organisation) -> LearnedChoice:
    seen = LearnedTeam(store, lambda: org, lambda: NOW, b"secret")(call)
    assert seen is not None
    return LearnedChoice.model_validate(seen.data)


def test_a_new_case_goes_to_the_team_that_resolved_its_kind(store: Store, tmp_path: Path) -> None:
    many(store, *HISTORY)

    table = learn(store, tmp_path, NOW, monday(NOW))
    found = choice(store, asked())

    assert (table.n, table.until) == (64, datetime(2026, 3, 23, tzinfo=UTC))
    assert (found.team, found.choice, found.table) == ("network", "evidence", table.digest)
    assert found.line.startswith("network: resolves 81% of vpn/access given first to service-desk (52 of n 64)")


def test_only_what_was_resolved_before_the_instant_teaches(store: Store, tmp_path: Path) -> None:
    many(store, ("network", "jay", 30))

    early = learn(store, tmp_path, NOW, datetime(2026, 3, 2, 18, 10, tzinfo=UTC))

    assert early.n == 10


def test_people_are_known_within_the_team_that_resolved(store: Store, tmp_path: Path) -> None:
    many(store, *HISTORY)

    table = learn(store, tmp_path, NOW, monday(NOW))

    people = Known.read(table.content, table.until).people  # type: ignore[arg-type]
    assert people.counts[-1][("network", "vpn", "access")] == {"jay": 50, "dana": 2}


def test_a_case_that_was_moved_by_what_was_learned_teaches_about_whom_the_rules_named(
    store: Store, tmp_path: Path
) -> None:
    moved = life(0, "network", "jay", first="network", learned={"proposed": "service-desk", "known": True})
    store.events.flush(flush(moved))

    table = learn(store, tmp_path, NOW, monday(NOW))

    teams = Known.read(table.content, table.until).teams  # type: ignore[arg-type]
    assert teams.counts[-1] == {("service-desk", "vpn", "access"): {"network": 1}}


def test_what_ended_without_anybody_of_a_team_teaches_nothing(store: Store, tmp_path: Path) -> None:
    alone = life(0, "network", "jidoka", first="network")
    store.events.flush(flush(alone))

    assert learn(store, tmp_path, NOW, monday(NOW)).n == 0


def test_a_team_with_a_long_queue_gets_the_next_case_less_easily(store: Store, tmp_path: Path) -> None:
    many(store, *HISTORY)
    learn(store, tmp_path, NOW, monday(NOW))
    for number in range(60):
        facts = life(1_000 + number, "network", "jay")[:1]
        store.events.flush(flush(facts, team="network", state="queued"))

    found = choice(store, asked())

    assert found.team == "service-desk"
    assert {c.who: c.load for c in found.candidates} == {"network": 4.0, "service-desk": 0.0}


def test_the_case_itself_is_in_nobodys_queue(store: Store) -> None:
    store.events.flush(flush(life(1, "network", "jay")[:1], team="network", state="queued"))

    assert store.cases.held(["network", "service-desk"]) == {"network": 1}
    assert store.cases.held(["network"], but="INC-l00001") == {}


@pytest.mark.parametrize("state", ["resolved", "merged", "closed"])
def test_what_waits_for_the_requester_is_no_load(store: Store, state: str) -> None:
    facts = life(1, "network", "jay")[:1]
    over = {"closed_at": NOW} if state == "closed" else {}
    store.events.flush(flush(facts, team="network", state=state, **over))

    assert store.cases.held(["network"]) == {}


def test_where_nothing_is_to_be_chosen_nothing_is_looked_up(store: Store) -> None:
    look = LearnedTeam(store, lambda: organisation, lambda: NOW, b"secret")
    one = asked().model_copy(deep=True)
    one.inputs["routing"]["teams"] = ["network"]  # type: ignore[index,call-overload]

    assert look(AutomationCall(automation="find-duplicates", case_id="INC-1", inputs={})) is None
    assert look(one) is None


def test_nobody_learns_on_the_most_pressing_case(store: Store, tmp_path: Path) -> None:
    many(store, *HISTORY)
    learn(store, tmp_path, NOW, monday(NOW))

    assert choice(store, asked(priority=Priority.P1)).draw is None
    assert choice(store, asked()).draw is not None


def test_somebody_who_is_away_is_in_no_pair(store: Store, tmp_path: Path) -> None:
    many(store, *HISTORY)
    learn(store, tmp_path, NOW, monday(NOW))
    drawn = next(
        call
        for call in (asked(f"INC-{n:04}", coaching=0.5, learning=0) for n in range(100))
        if choice(store, call).paired
    )

    def away(person: Person) -> Person:
        until = NOW + timedelta(days=3)
        out = {"to": "jay", "from_": NOW - timedelta(days=1), "until": until}
        return Person.model_validate(person.model_dump() | {"delegates": [out]}) if person.key != "jay" else person

    there = choice(store, drawn)
    gone = choice(store, drawn, organisation.model_copy(update={"people": tuple(map(away, organisation.people))}))

    assert there.paired is not None
    assert (there.paired.learner, there.paired.coach) == ("dana", "jay")
    assert gone.paired is None


async def test_a_week_that_is_over_is_learned_from_once(store: Store, tmp_path: Path) -> None:
    many(store, ("network", "jay", 3))
    weekly = Weekly(store, f"sqlite:///{tmp_path / 'jidoka.db'}", tmp_path, lambda: NOW)

    first, again = await weekly(), await weekly()

    assert (first, again) == (True, False)
    latest = store.routing_tables.latest()
    assert latest is not None
    assert (latest.n, latest.until) == (3, monday(NOW))


async def test_without_any_case_there_is_nothing_to_learn_from(store: Store, tmp_path: Path) -> None:
    weekly = Weekly(store, f"sqlite:///{tmp_path / 'jidoka.db'}", tmp_path, lambda: NOW)

    assert await weekly() is False
    assert store.routing_tables.latest() is None
