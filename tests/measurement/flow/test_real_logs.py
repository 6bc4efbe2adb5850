"""On the real logs: parts add up to the whole, and counts equal the published ones."""

import pytest

from measurement.flow.cumulative import cumulative_flow
from measurement.flow.efficiency import case_times, efficiency
from measurement.flow.follows import follows
from measurement.flow.front import front
from measurement.flow.process import process
from measurement.flow.recorded import recorded_stream
from measurement.flow.rework import rework
from measurement.flow.variants import variants
from measurement.log.eventlog import EventLog
from tests.measurement.oracles import differences, oracle

LOGS = {"uci_log": "log_uci", "volvo_log": "log_bpic2013_incidents", "helpdesk_log": "log_helpdesk_italian"}


@pytest.fixture(params=LOGS)
def real(request: pytest.FixtureRequest) -> tuple[EventLog, str]:
    log: EventLog = request.getfixturevalue(request.param)
    return log, LOGS[request.param]


def test_the_most_frequent_paths_and_the_variants_are_the_published_ones(real: tuple[EventLog, str]) -> None:
    log, name = real
    known = oracle(name)

    wanted = {(row["from"], row["to"]): row for row in known["expected"]["dfg_top15"]}
    top = {(row["from"], row["to"]): row for row in follows(log).slice(0, 15).to_pylist()}

    assert list(differences(list(top.values()), list(wanted.values()), known["tolerance"])) == []
    assert variants(log, 1).distinct == known["expected"]["variants"]
    assert variants(log, 1).n == known["expected"]["cases"]


def test_touch_wait_and_unclassified_are_the_lead_time(real: tuple[EventLog, str]) -> None:
    found = efficiency(real[0])

    assert found.touch_s + found.wait_s + found.unclassified_s == pytest.approx(found.lead_s)
    assert min(case_times(real[0])["unclassified_s"].drop_null().to_numpy()) > -1e-6


def test_the_ladder_of_the_value_stream_is_the_mean_life_of_a_case(real: tuple[EventLog, str]) -> None:
    (row,) = real[0].rows("""
        SELECT avg(epoch_us(CASE WHEN ended_as IS NULL THEN ?::TIMESTAMP ELSE coalesce(resolved_at, last_at) END)
          - epoch_us(opened_at)) / 1e6 AS life FROM cases
    """, real[0].as_of.replace(tzinfo=None))  # fmt: skip

    assert recorded_stream(real[0]).lead_s == pytest.approx(row["life"], rel=0.005)
    assert recorded_stream(real[0], by="person").lead_s == pytest.approx(row["life"], rel=0.005)


def test_every_day_the_bands_of_the_cumulative_flow_add_up(real: tuple[EventLog, str]) -> None:
    found = cumulative_flow(real[0])

    standing = [sum(band[day] for band in found.standing.values()) for day in range(len(found.days))]
    assert [a - d for a, d in zip(found.arrived, found.departed, strict=True)] == standing
    assert found.arrived[-1] == len(case_times(real[0]))


def test_the_process_keeps_nearly_all_transitions_in_few_paths(real: tuple[EventLog, str]) -> None:
    found = process(real[0])

    assert found.hidden_share < 0.06
    assert len(found.paths) < 30


def test_failures_of_the_uci_log_cluster_so_that_its_two_yields_differ(uci_log: EventLog) -> None:
    found = rework(uci_log)

    assert found.case_level_yield is not None
    assert found.rolled_throughput_yield is not None
    assert found.case_level_yield > found.rolled_throughput_yield


def test_two_thirds_of_the_volvo_incidents_are_solved_in_front(volvo_log: EventLog) -> None:
    found = front(volvo_log)

    assert found.n + found.began_elsewhere + found.unresolved == 7554
    assert found.share == pytest.approx(0.68, abs=0.01)
