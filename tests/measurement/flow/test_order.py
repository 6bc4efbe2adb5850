"""Steps stand in the order that fewest cases contradict."""

from measurement.flow.order import entered, ordered
from tests.measurement.flow.logs import log


def test_the_order_of_most_cases_wins() -> None:
    assert ordered(["c", "b", "a"], {("a", "b"): 5, ("b", "a"): 2, ("b", "c"): 3, ("a", "c"): 1}) == ("a", "b", "c")


def test_a_rare_step_stands_behind_the_one_it_follows_however_short_its_cases_are() -> None:
    before = {("work", "wait"): 1, ("queue", "work"): 20, ("queue", "wait"): 1, ("work", "end"): 20, ("wait", "end"): 1}

    assert ordered(["end", "queue", "wait", "work"], before) == ("queue", "work", "wait", "end")


def test_a_circle_is_cut_where_it_costs_least() -> None:
    assert ordered(["a", "b", "c"], {("a", "b"): 9, ("b", "c"): 8, ("c", "a"): 1}) == ("a", "b", "c")


def test_first_entries_are_counted_once_a_case() -> None:
    toy = log(("a", "x", 0), ("a", "y", 1), ("a", "x", 2), ("a", "y", 3), ("b", "y", 0), ("c", "x", 0), ("c", "y", 1))

    firsts = 'SELECT case_id, activity AS name, min(seq) AS "at" FROM events GROUP BY ALL'

    assert entered(toy, firsts, ["y", "x"]) == ("x", "y")
