"""The questions the owners of the Volvo log asked in 2013, on logs small enough to check by hand."""

import pytest

from measurement.flow.conformity import Deviation, StandardPaths, conformity, read_standard
from measurement.flow.front import front, front_by, has_lines
from measurement.flow.usage import usage
from measurement.values import BadData
from tests.measurement.flow.logs import log

LINES = log(
    *(("a", "work", 0, "V5"), ("a", "done", 10, "V5")),
    *(("b", "work", 0, "V5"), ("b", "work", 10, "V7 2nd"), ("b", "work", 20, "V9 3rd"), ("b", "done", 60, "V7 2nd")),
    *(("c", "work", 0, "V7 2nd"), ("c", "done", 10, "V7 2nd"), ("d", "work", 0, "V6"), ("e", "work", 0, None)),
    service=["x", "x", "y", "y", "y", "y", "x", "x", "y", "y"],
)


def test_push_to_front_counts_what_the_first_line_could_have_solved_and_did() -> None:
    found = front(LINES)

    assert (found.n, found.solved_in_front, found.share) == (2, 1, 0.5)
    assert (found.began_elsewhere, found.unresolved) == (1, 1)
    assert found.reached == {2: 1, 3: 1}
    assert (found.held_before_passing_s, found.lead_in_front_s, found.lead_passed_on_s) == (600.0, 600.0, 3600.0)


def test_the_front_can_be_seen_by_any_field() -> None:
    assert front_by(LINES, "service").to_pylist() == [
        {"value": "x", "n": 1, "solved_in_front": 1, "share": 1.0, "lost_s": 0.0},
        {"value": "y", "n": 1, "solved_in_front": 0, "share": 0.0, "lost_s": 3600.0},
    ]


def test_teams_that_do_not_say_their_line_have_no_front() -> None:
    toy = log(("a", "work", 0, "desk"), ("a", "done", 1, "desk"))

    assert not has_lines(toy)
    with pytest.raises(BadData, match="says its line"):
        front(toy)


PARKED = log(
    *(("a", "work", 0, "one"), ("a", "wait", 10, "one"), ("a", "done", 70, "one")),
    *(("b", "work", 0, "one"), ("b", "wait", 5, "one"), ("b", "work", 8, "two"), ("b", "wait", 20, "two")),
    *(("b", "work", 40, "two"), ("b", "done", 50, "two"), ("c", "work", 0, "two"), ("c", "done", 5, "two")),
)


def test_the_use_of_a_waiting_step_is_counted_in_all_and_by_who_used_it() -> None:
    everybody, one, two = usage(PARKED, "wait", "team")

    assert (everybody.value, everybody.cases, everybody.using, everybody.times) == (None, 3, 2, 3)
    assert everybody.seconds == (60 + 3 + 20) * 60
    assert everybody.share_of_time == pytest.approx(83 / 125)
    assert (one.value, one.using, one.times, one.solved_from, one.undone) == ("one", 2, 2, 1, 1)
    assert (two.value, two.cases, two.using, two.share, two.solved_from) == ("two", 2, 1, 0.5, 0)


def test_a_step_or_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadData, match="no step 'nap'"):
        usage(PARKED, "nap")
    with pytest.raises(BadData, match="no column 'colour'"):
        usage(PARKED, "wait", "colour")


STANDARD = StandardPaths(
    start=("work",), end=("done",), follows={"work": ("wait", "done"), "wait": ("work",), "done": ()}
)


def test_a_case_conforms_when_every_step_may_follow_the_one_before() -> None:
    found = conformity(PARKED, STANDARD, "team")

    assert [(g.value, g.n, g.conforming, g.share) for g in found.groups] == [
        *((None, 3, 2, 2 / 3), ("two", 2, 2, 1.0), ("one", 1, 0, 0.0)),
    ]
    assert found.deviations == (Deviation("wait", "done", 1, 1),)


def test_wrong_beginnings_and_ends_and_unknown_steps_deviate() -> None:
    toy = log(("a", "nap", 0), ("a", "work", 1), ("a", "done", 2), ("a", "nap", 3), ("b", "work", 0), as_of=9)

    found = conformity(toy, STANDARD)

    assert {(d.start, d.end) for d in found.deviations} == {
        (None, "nap"),
        ("nap", "work"),
        ("done", "nap"),
        ("nap", None),
    }
    assert (found.groups[0].n, found.groups[0].conforming) == (2, 1)


def test_a_star_allows_anything_and_a_standard_of_other_steps_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    free = StandardPaths(follows={"work": ("*",), "wait": ("*",), "done": ("*",)})

    assert conformity(PARKED, free).groups[0].share == 1
    with pytest.raises(BadData, match="names no step"):
        conformity(PARKED, StandardPaths(follows={"weld": ("paint",)}))
    path = tmp_path_factory.mktemp("standards") / "s.toml"
    path.write_text('start = ["work"]\n')
    with pytest.raises(BadData, match="follows: Field required"):
        read_standard(path)
    path.write_text('[follows]\nwork = ["*"]\n')
    assert read_standard(path).follows == {"work": ("*",)}
