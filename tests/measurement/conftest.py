"""What tests of measurement share."""

import pytest

from measurement.log.eventlog import EventLog, connection
from measurement.log.rules import CaseRules
from tests.measurement import oracles

_UCI = """
    SELECT number AS case_id, incident_state AS activity, strptime(sys_updated_at, $f) AS "at",
      nullif(assignment_group, '?') AS team, nullif(assigned_to, '?') AS person, nullif(contact_type, '?') AS channel,
      nullif(priority, '?') AS priority, nullif(category, '?') AS category, made_sla,
      strptime(opened_at, $f) AS opened_at, try_strptime(resolved_at, $f) AS resolved_at,
      try_strptime(closed_at, $f) AS closed_at
    FROM read_csv($file, all_varchar = true)
"""


@pytest.fixture(scope="session")
def uci_log() -> EventLog:
    """The incidents of an IT company, read once a session: resolved at `resolved_at`, else at `closed_at`."""
    file = str(oracles.data("uci_incident_event_log.csv.gz"))
    events = connection().sql(_UCI, params={"f": "%d/%m/%Y %H:%M", "file": file}).to_arrow_table()
    rules = CaseRules(
        kind="incident", opened="opened_at", resolved=("resolved_at", "closed_at"), closed="closed_at", done=()
    )
    return EventLog.of(events, name="uci", rules=rules, source="UCI incident log")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the reference numbers this session read."""
    if oracles.COVERED:
        covered = oracles.COVERED & oracles.every_id()
        terminalreporter.write_line(f"oracles: {len(covered)} of {len(oracles.every_id())} covered")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The real logs, imported once: `uci`, `volvo`, `helpdesk`."""
    made = Library(tmp_path_factory.mktemp("datasets"))
    for name, file, mapping in (
        ("uci", "uci_incident_event_log.csv.gz", SERVICENOW),
        ("volvo", "bpic2013_incidents.csv.gz", XES),
        ("helpdesk", "helpdesk_italian.csv.gz", XES),
    ):
        made.import_(oracles.data(file), name, mapping, now=NOW)
    return made


@pytest.fixture(scope="session")
def uci_log(library: Library) -> EventLog:
    """141,712 rows of a ServiceNow audit export, 24,918 incidents."""
    return library.open("uci")


@pytest.fixture(scope="session")
def volvo_log(library: Library) -> EventLog:
    """65,533 events of 7,554 incidents; activity is status and sub-status."""
    return library.open("volvo")


@pytest.fixture(scope="session")
def helpdesk_log(library: Library) -> EventLog:
    """21,348 events of 4,580 tickets of an Italian help desk."""
    return library.open("helpdesk")
