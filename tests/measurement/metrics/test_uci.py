"""Metrics of a real log agree with its reference numbers."""

from typing import Any

import pytest

from measurement.log.eventlog import EventLog
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from tests.measurement.oracles import oracle


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = oracle("log_uci")["expected"]
    return found


def test_targets_reopenings_and_priorities_are_those_of_the_reference(
    uci_log: EventLog, expected: dict[str, Any]
) -> None:
    breached = measure(uci_log, "target_breach_rate")
    reopened = measure(uci_log, "reopen_rate")
    by_priority = measure(uci_log, "time_to_resolve", Scope(by="priority"))

    assert (breached.estimate.n, breached.estimate.value) == (
        24918,
        pytest.approx(expected["made_sla_final"]["false"] / 24918),
    )
    assert reopened.estimate.value == pytest.approx(expected["reopened_cases"] / 24918)
    assert {g.group: g.estimate.n for g in by_priority.by} == expected["priority_final"]


def test_without_open_cases_kaplan_meier_gives_the_plain_quantiles_and_mean(
    uci_log: EventLog, expected: dict[str, Any]
) -> None:
    # The reference is of the 23,362 incidents with `resolved_at`; the others end when they are closed.
    times = """
        SELECT (epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6 AS s FROM cases
        JOIN (SELECT DISTINCT case_id FROM events WHERE resolved_at IS NOT NULL) USING (case_id)
    """
    plain = uci_log.rows(f"SELECT count(*) AS n, avg(s) AS mean, median(s) AS median FROM ({times})")[0]
    every = uci_log.rows("SELECT avg((epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6) AS mean FROM cases")[0]

    found = measure(uci_log, "time_to_resolve").estimate

    reference = expected["open_to_resolved_s"]
    assert (plain["n"], plain["median"]) == (reference["n"], reference["median"])
    assert plain["mean"] == pytest.approx(reference["mean"])
    assert (found.n, found.open) == (24918, 0)
    assert found.mean == pytest.approx(every["mean"])
