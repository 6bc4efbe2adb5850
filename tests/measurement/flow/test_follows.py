"""What follows what, and how long it takes."""

import pyarrow as pa

from measurement.flow.follows import follows
from measurement.log.eventlog import EventLog
from tests.measurement.test_eventlog import events


def test_each_pair_of_neighbours_in_a_case_is_counted_with_its_times() -> None:
    log = EventLog.of(events(("a", "x", 0), ("a", "y", 1), ("b", "x", 0), ("b", "y", 3), ("b", "x", 3), ("c", "x", 0)))

    assert follows(log).to_pylist() == [
        {"from": "x", "to": "y", "count": 2, "mean_s": 120.0, "median_s": 120.0},
        {"from": "y", "to": "x", "count": 1, "mean_s": 0.0, "median_s": 0.0},
    ]


def test_events_out_of_order_in_the_table_follow_by_their_number() -> None:
    table = EventLog.of(events(("a", "x", 0), ("a", "y", 1), ("b", "z", 0))).table("FROM events")
    log = EventLog.of(table.take(pa.array([1, 2, 0])))

    assert [(r["from"], r["to"]) for r in follows(log).to_pylist()] == [("x", "y")]


def test_a_log_of_single_events_has_no_pairs() -> None:
    assert follows(EventLog.of(events(("a", "x", 0), ("b", "y", 0)))).num_rows == 0
