"""Problems that an incident may come from: of its service, told in such words; solved ones only if they seem back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.known_errors import FindKnownErrors, known_errors
from definitions.case import CaseState
from definitions.example import organisation
from definitions.facts import GENESIS, Draft, chained
from definitions.problem.state import KnownError, ProblemState
from definitions.runs import AutomationCall
from records.migrate import upgrade
from records.store import Store
from tests.records.chains import flush

NOW = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'jidoka.db'}"
    upgrade(url)
    with Store(url, tmp_path / "blobs", lambda: NOW) as store:
        yield store


def case(store: Store, case_id: str, words: str, **row: Any) -> str:
    """A case in the records."""
    ref = store.texts.put(words)
    draft = Draft(type="opened", actor="sam", step="triage", data={"title": ref.model_dump()})
    fact = chained(draft, case_id=case_id, seq=1, step="triage", at=NOW, prev_hash=GENESIS)
    store.events.flush(flush([fact], **({"title": ref, "opened_at": NOW, "service": "vpn"} | row)))
    return case_id


def problem(store: Store, number: int, words: str, *incidents: str, workaround: str | None = None, **row: Any) -> str:
    """A problem in the records."""
    known = KnownError(workaround=store.texts.put(workaround) if workaround else None)
    state = CaseState(
        id=f"PRB-{number:04}", kind="problem", problem=ProblemState(incidents=incidents, known_error=known)
    )
    return case(store, state.id, words, kind="problem", state_json=state.model_dump(mode="json"), **row)


def test_the_likeliest_comes_first_and_other_words_find_nothing(store: Store) -> None:
    hourly = problem(store, 1, "VPN drops every hour since the update", workaround="Second gateway.")
    problem(store, 2, "Certificate warning at sign-in")

    found = known_errors(store, "vpn", "my VPN drops every hour")

    assert [each.problem for each in found] == [hourly]
    assert found[0].workaround is not None
    assert store.texts.get(found[0].workaround.id) == "Second gateway."
    assert known_errors(store, "vpn", "printer out of toner") == ()


def test_a_problem_is_found_by_the_words_of_its_incidents_too(store: Store) -> None:
    incident = case(store, "INC-0001", "Tunnel breaks down after sixty minutes")
    found = problem(store, 1, "Firmware 7.2 loses session keys", incident)

    assert [each.problem for each in known_errors(store, "vpn", "tunnel breaks after sixty minutes")] == [found]


def test_problems_of_other_services_and_those_that_are_over_are_not_offered(store: Store) -> None:
    problem(store, 1, "VPN drops every hour", service="network")
    problem(store, 2, "VPN drops every hour", state="closed", closed_at=NOW)

    assert known_errors(store, "vpn", "VPN drops every hour") == ()


@pytest.mark.parametrize(
    ("words", "category", "back"),
    [
        ("VPN drops every hour again", "connection", True),
        ("VPN drops every hour again", None, True),
        ("VPN drops every hour again", "certificate", False),
        ("VPN hour of opening", "connection", False),
    ],
)
def test_a_solved_problem_seems_back_by_category_and_words(
    store: Store, words: str, category: str | None, back: bool
) -> None:
    problem(store, 1, "VPN drops every hour", state="resolved", category="connection")

    found = known_errors(store, "vpn", words, category=category)

    assert [each.watched for each in found] == [True] * back


def test_the_look_of_triage_says_what_it_found_in_a_sentence(store: Store) -> None:
    problem(store, 1, "VPN drops every hour", workaround="Second gateway.")
    title = store.texts.put("VPN drops every hour")
    look = FindKnownErrors(store, lambda: organisation)

    seen = look(AutomationCall(automation="triage", case_id="INC-1", inputs={"service": "vpn", "title": title.id}))
    erased = look(AutomationCall(automation="triage", case_id="INC-1", inputs={"service": "vpn", "title": "t-gone"}))

    assert seen is not None
    assert seen.finding == "may come from PRB-0001: a workaround is known"
    assert erased is None


def test_words_that_were_erased_speak_for_nothing(store: Store) -> None:
    incident = case(store, "INC-0001", "Tunnel breaks down after sixty minutes")
    problem(store, 1, "Firmware 7.2 loses session keys", incident)
    row = store.cases.get(incident)
    assert row is not None
    assert row.title is not None
    store.texts.erase(row.title.id)

    assert known_errors(store, "vpn", "tunnel breaks after sixty minutes") == ()
