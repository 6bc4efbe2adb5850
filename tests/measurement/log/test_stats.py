"""The statistics of real logs are the published ones."""

from datetime import timedelta

import pyarrow as pa
import pytest

from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.log.stats import stats
from tests.measurement.oracles import differences, oracle
from tests.measurement.test_eventlog import START, events

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("key", "name"),
    [("log_uci", "uci_log"), ("log_bpic2013_incidents", "volvo_log"), ("log_helpdesk_italian", "helpdesk_log")],
)
def test_the_statistics_of_a_real_log_are_the_published_ones(
    key: str, name: str, request: pytest.FixtureRequest
) -> None:
    known = oracle(key)

    found = stats(request.getfixturevalue(name))

    assert list(differences(found, known["expected"], known["tolerance"])) == []


def test_variants_are_told_apart_by_the_order_of_their_activities_and_by_how_many_there_are() -> None:
    ways = ("ab", "ba", "aab", "abb", "ab", "abab", "abba", "a")
    log = EventLog.of(events(*[(f"case {n}", a, m) for n, way in enumerate(ways) for m, a in enumerate(way)]))

    assert stats(log)["variants"] == len(set(ways))


def test_a_log_of_one_event_has_statistics_without_a_spread() -> None:
    found = stats(EventLog.of(events(("a", "open", 0))))

    assert (found["cases"], found["events"], found["variants"], found["dfg_top15"]) == (1, 1, 1, [])
    assert found["throughput_s"]["std_ddof1"] is None
    assert found["throughput_s"]["p85"] == 0.0
    assert found["ended_as"] == {"unknown": 1}
    assert "open_to_resolved_s" not in found
    assert "groups" not in found


@pytest.mark.parametrize(
    ("starts", "named"),
    [
        ("aabbccddefg", {"a": 2, "b": 2, "c": 2, "d": 2, "e": 1, "f": 1, "g": 1}),
        ("aaabbbcccdddeef", {"a": 3, "b": 3, "c": 3, "d": 3, "e": 2}),
    ],
)
def test_five_activities_are_named_and_those_with_as_many_cases_as_the_fifth(
    starts: str, named: dict[str, int]
) -> None:
    log = EventLog.of(events(*[(f"case {n}", a, 0) for n, a in enumerate(starts)]))

    assert stats(log)["start_activities"] == named


def test_none_given_counts_as_one_of_the_groups() -> None:
    rows = events(("a", "x", 0), ("b", "x", 0), ("c", "x", 0), team=["blue", None, "red"], person=[None, None, None])

    found = stats(EventLog.of(rows))

    assert found["groups"] == 3
    assert "resources" not in found


def test_instants_of_the_source_give_spans_of_the_cases_that_have_both() -> None:
    columns = {name: pa.array(values, AT) for name, values in (("o", [START] * 3), ("r", [None, START, LATER]))}
    rows = events(("a", "x", 0), ("b", "x", 0), ("c", "x", 0)).append_column("o", columns["o"])

    log = EventLog.of(rows.append_column("r", columns["r"]), rules=CaseRules(opened="o", resolved=("r",)))

    span = stats(log)["open_to_resolved_s"]
    assert (span["n"], span["mean"], span["max"], span["negative"]) == (2, 1800.0, 3600.0, 0)
