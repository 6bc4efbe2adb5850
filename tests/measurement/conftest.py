"""What tests of measurement share."""

import pytest

from tests.measurement import oracles


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the reference numbers this session read."""
    if oracles.COVERED:
        covered = oracles.COVERED & oracles.every_id()
        terminalreporter.write_line(f"oracles: {len(covered)} of {len(oracles.every_id())} covered")
