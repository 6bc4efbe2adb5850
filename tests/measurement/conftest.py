"""What tests of measurement share: the real logs, imported once a session."""

from datetime import UTC, datetime

import pytest

from measurement.log.eventlog import EventLog
from measurement.log.library import Library
from measurement.log.mapping import SERVICENOW, XES
from tests.measurement import oracles

NOW = datetime(2026, 11, 22, tzinfo=UTC)

LOGS = {
    "uci": ("uci_incident_event_log.csv.gz", SERVICENOW),
    "volvo": ("bpic2013_incidents.csv.gz", XES),
    "helpdesk": ("helpdesk_italian.csv.gz", XES),
}


@pytest.fixture(scope="session")
def real_logs(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Where the logs below are imported when they are first asked for."""
    return Library(tmp_path_factory.mktemp("datasets"))


def _imported(library: Library, name: str) -> EventLog:
    file, mapping = LOGS[name]
    library.import_(oracles.data(file), name, mapping, now=NOW)
    return library.open(name)


@pytest.fixture(scope="session")
def uci_log(real_logs: Library) -> EventLog:
    """Incidents of an IT company: 141,712 updates of 24,918; resolved at `resolved_at`, else at `closed_at`."""
    return _imported(real_logs, "uci")


@pytest.fixture(scope="session")
def volvo_log(real_logs: Library) -> EventLog:
    """Incidents of a car maker: 65,533 events of 7,554; activity is status and sub-status."""
    return _imported(real_logs, "volvo")


@pytest.fixture(scope="session")
def helpdesk_log(real_logs: Library) -> EventLog:
    """Tickets of an Italian help desk: 21,348 events of 4,580."""
    return _imported(real_logs, "helpdesk")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the reference numbers this session read."""
    if oracles.COVERED:
        covered = oracles.COVERED & oracles.every_id()
        terminalreporter.write_line(f"oracles: {len(covered)} of {len(oracles.every_id())} covered")
