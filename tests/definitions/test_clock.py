"""The rules of the SLA clock, one by one: each is a bug that some desk has shipped."""

from datetime import date, datetime
from time import process_time

import pytest
from pydantic import ValidationError

from definitions.base import PauseReason, Priority
from definitions.calendars import Calendar, Exceptional, Hours, Window
from definitions.clock import Ledger, Mark, MarkKind, TargetState, ledger, position
from definitions.differences import difference
from definitions.targets import Clock, Goal, Target

WEEKDAYS = (0, 1, 2, 3, 4)
OFFICE = Calendar(
    key="office",
    title="8 to 12 and 13 to 17",
    zone="Europe/Berlin",
    windows=(
        Window(days=WEEKDAYS, from_="08:00", until="12:00"),
        Window(days=WEEKDAYS, from_="13:00", until="17:00"),
    ),
    holidays={"Labor Day": (date(2026, 5, 1),)},
)
ALWAYS = Calendar(
    key="always",
    title="24x7",
    zone="Europe/Berlin",
    windows=(Window(days=tuple(range(7)), from_="00:00", until="00:00"),),
)
GOALS = {Priority.P1: 1, Priority.P2: 4, Priority.P3: 8, Priority.P4: 16, Priority.P5: 40}


def target(clock: Clock = Clock.RESOLUTION, *pauses: PauseReason, goal: Goal | None = None) -> Target:
    goals = {p: goal or Goal(amount=hours, unit="hours") for p, hours in GOALS.items()}
    return Target(key="t", title="t", clock=clock, calendar="office", goals=goals, pauses=pauses)


VENDOR = target(Clock.RESOLUTION, PauseReason.VENDOR)
RESPONSE = target(Clock.RESPONSE, PauseReason.VENDOR)
CUSTOMER = target(Clock.CUSTOMER)


def marks(*told: str) -> list[Mark]:
    """`"04-27T09:00 paused vendor"`: local times of Berlin in the summer of 2026."""
    found = []
    for line in told:
        at, kind, *more = line.split()
        detail = {"reason": more[0]} if kind == "paused" else {"priority": more[0]} if more else {}
        found.append(Mark(at=when(at), kind=MarkKind(kind), **detail))
    return found


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+02:00")


def read(told: list[str], by: Target, now: str, calendar: Calendar = OFFICE) -> Ledger:
    return ledger(marks(*told), calendar, by, now=when(now))


def test_a_paused_clock_does_not_count_and_has_no_due_instant() -> None:
    found = read(["04-27T09:00 opened P3", "04-27T10:00 paused vendor"], VENDOR, "04-27T15:00")

    assert (found.state, found.counted_s, found.paused_s, found.due_at) == (TargetState.PAUSED, 3600, 4 * 3600, None)


def test_a_resumed_clock_is_due_later_by_the_open_time_it_was_paused() -> None:
    told = ["04-27T09:00 opened P3", "04-27T10:00 paused vendor", "04-27T14:00 resumed"]

    found = read(told, VENDOR, "04-27T15:00")

    assert found.due_at == when("04-28T12:00")
    assert found.paused_s == 3 * 3600


def test_a_reason_that_is_not_the_targets_lets_it_run() -> None:
    found = read(["04-27T09:00 opened P3", "04-27T10:00 paused requester"], VENDOR, "04-27T11:00")

    assert (found.state, found.counted_s, found.due_at) == (TargetState.RUNNING, 7200, when("04-28T09:00"))


def test_waiting_for_another_reason_replaces_the_first_one() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 paused vendor", "04-27T10:00 paused requester"]

    found = read(told, VENDOR, "04-27T11:00")

    assert (found.counted_s, found.paused_s) == (7200, 3600)


def test_a_new_priority_keeps_what_was_counted_and_moves_the_due_instant() -> None:
    found = read(["04-27T08:00 opened P3", "04-27T10:00 priority P2"], VENDOR, "04-27T11:00")

    assert (found.goal_s, found.counted_s, found.due_at) == (4 * 3600, 3 * 3600, when("04-27T12:00"))


def test_a_pause_is_kept_when_the_target_changes() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 paused vendor", "04-27T10:00 priority P2"]

    waiting = read(told, VENDOR, "04-27T16:00")
    going_on = read([*told, "04-27T16:00 resumed"], VENDOR, "04-27T16:30")

    assert (waiting.state, waiting.counted_s) == (TargetState.PAUSED, 3600)
    assert going_on.due_at == when("04-28T10:00")


def test_a_goal_already_exceeded_when_it_is_set_is_broken_then_and_not_before() -> None:
    found = read(["04-27T08:00 opened P3", "04-27T11:00 priority P1"], VENDOR, "04-27T11:30")

    assert found.state is TargetState.BREACHED
    assert (found.due_at, found.breached_at) == (when("04-27T09:00"), when("04-27T11:00"))


def test_a_breach_is_not_undone_by_a_lower_priority() -> None:
    found = read(["04-27T08:00 opened P1", "04-27T11:00 priority P5"], VENDOR, "04-27T11:30")

    assert (found.state, found.goal_s, found.breached_at) == (TargetState.BREACHED, 3600, when("04-27T09:00"))


def test_a_promise_is_broken_at_the_due_instant_itself() -> None:
    told = ["04-27T08:00 opened P2"]

    just_before = read([*told, "04-27T11:59 resolved"], VENDOR, "04-27T12:00")
    at_it = read([*told, "04-27T12:00 resolved"], VENDOR, "04-27T12:00")

    assert (just_before.state, at_it.state) == (TargetState.MET, TargetState.BREACHED)


def test_a_goal_of_two_days_is_two_working_days_and_not_48_hours() -> None:
    days = target(goal=Goal(amount=2, unit="days"))

    found = read(["04-27T10:00 opened P3"], days, "04-27T11:00")

    assert (found.goal_s, found.due_at) == (16 * 3600, when("04-29T10:00"))


def test_lunch_is_not_counted_and_is_shown() -> None:
    found = read(["04-27T11:30 opened P3"], VENDOR, "04-27T13:30")

    assert found.counted_s == 3600
    assert [(i.counted, i.reason) for i in found.intervals] == [(True, "running"), (False, "break"), (True, "running")]


def test_a_holiday_in_the_middle_of_a_pause_is_not_taken_off_twice() -> None:
    told = ["04-30T16:00 opened P2", "04-30T16:30 paused vendor", "05-04T09:00 resumed"]

    found = read(told, VENDOR, "05-04T10:00")

    assert (found.counted_s, found.paused_s) == (1.5 * 3600, 1.5 * 3600)
    assert found.due_at == when("05-04T13:30")
    assert "holiday: Labor Day" in [i.reason for i in found.intervals]


def test_a_case_opened_off_hours_starts_to_count_when_the_desk_opens() -> None:
    found = read(["04-25T13:00 opened P2"], VENDOR, "04-26T20:00")

    assert (found.state, found.counted_s, found.due_at) == (TargetState.RUNNING, 0, when("04-27T12:00"))


@pytest.mark.parametrize("evening", ["2026-03-28T22:00+01:00", "2026-10-24T22:00+02:00"])
def test_elapsed_time_counts_through_the_nights_of_the_clock_change(evening: str) -> None:
    opened = Mark(at=datetime.fromisoformat(evening), kind=MarkKind.OPENED, priority=Priority.P3)

    found = ledger([opened], ALWAYS, VENDOR, now=opened.at)

    assert found.due_at is not None
    assert (found.due_at - opened.at).total_seconds() == 8 * 3600


def test_a_reopened_case_goes_on_with_what_was_counted() -> None:
    told = ["04-27T08:00 opened P3", "04-27T10:00 resolved", "04-27T15:00 reopened"]

    found = read(told, VENDOR, "04-27T16:00")

    assert (found.state, found.counted_s, found.due_at) == (TargetState.RUNNING, 3 * 3600, when("04-28T12:00"))
    assert [i.reason for i in found.intervals] == ["running", "resolved", "running"]


def test_a_solution_ends_the_wait_for_good() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 paused vendor", "04-27T10:00 resolved", "04-27T11:00 reopened"]

    found = read(told, VENDOR, "04-27T12:00")

    assert (found.state, found.counted_s, found.paused_s) == (TargetState.RUNNING, 7200, 3600)


def test_a_merged_case_stands_still_until_it_is_unmerged() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 merged"]

    merged = read(told, VENDOR, "04-27T17:00")
    apart = read([*told, "04-28T08:00 unmerged"], VENDOR, "04-28T10:00")

    assert (merged.state, merged.counted_s, merged.paused_s, merged.due_at) == (TargetState.PAUSED, 3600, 0, None)
    assert (apart.state, apart.counted_s, apart.due_at) == (TargetState.RUNNING, 3 * 3600, when("04-28T16:00"))


def test_a_pause_from_before_a_merge_is_still_there_after_it() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 paused vendor", "04-27T10:00 merged", "04-27T11:00 unmerged"]

    found = read(told, VENDOR, "04-27T12:00")

    assert (found.state, found.counted_s, found.paused_s) == (TargetState.PAUSED, 3600, 2 * 3600)


def test_an_answer_given_before_the_pause_stays_an_answer() -> None:
    told = ["04-27T08:00 opened P2", "04-27T09:00 responded", "04-27T10:00 paused vendor", "04-29T10:00 resumed"]

    found = read(told, RESPONSE, "04-30T10:00")

    assert (found.state, found.counted_s, found.paused_s) == (TargetState.MET, 3600, 0)
    assert found.due_at == when("04-27T12:00")
    assert found.intervals[-1].end == when("04-27T09:00")


def test_a_solution_without_an_answer_before_it_is_the_answer() -> None:
    found = read(["04-27T08:00 opened P2", "04-27T09:00 resolved"], RESPONSE, "04-27T10:00")

    assert (found.state, found.counted_s) == (TargetState.MET, 3600)


def test_only_the_customers_yes_stops_the_customers_clock() -> None:
    told = [
        *("04-27T08:00 opened P5", "04-27T09:00 paused vendor", "04-27T10:00 resolved"),
        *("04-27T11:00 reopened", "04-27T13:00 resolved"),
    ]

    waiting = read(told, CUSTOMER, "04-27T14:00")
    said_yes = read([*told, "04-27T15:00 confirmed"], CUSTOMER, "04-28T14:00")

    assert (waiting.state, waiting.counted_s) == (TargetState.RUNNING, 5 * 3600)
    assert (said_yes.state, said_yes.counted_s) == (TargetState.MET, 6 * 3600)


def test_a_cancelled_case_ends_its_targets_but_hides_no_breach() -> None:
    early = read(["04-27T08:00 opened P2", "04-27T09:00 cancelled"], VENDOR, "04-29T09:00")
    late = read(["04-27T08:00 opened P1", "04-27T10:00 cancelled"], VENDOR, "04-29T09:00")

    assert (early.state, early.counted_s, early.due_at) == (TargetState.CANCELLED, 3600, when("04-27T12:00"))
    assert (late.state, late.breached_at) == (TargetState.BREACHED, when("04-27T09:00"))


def test_a_call_logged_late_counts_from_when_it_was_made() -> None:
    told = ["04-27T08:00 opened P1", "04-27T10:00 paused vendor", "04-27T08:30 responded", "04-27T07:00 priority P2"]

    found = read(told, RESPONSE, "04-27T11:00")

    assert (found.state, found.counted_s, found.goal_s) == (TargetState.MET, 1800, 4 * 3600)


def test_of_marks_at_one_instant_the_one_recorded_first_is_read_first() -> None:
    told = ["04-27T08:00 opened P3", "04-27T09:00 paused vendor", "04-27T09:00 resumed"]
    swapped = [told[0], told[2], told[1]]

    assert read(told, VENDOR, "04-27T10:00").state is TargetState.RUNNING
    assert read(swapped, VENDOR, "04-27T10:00").state is TargetState.PAUSED


def test_a_ledger_as_of_an_earlier_instant_knows_nothing_of_what_came_later() -> None:
    told = ["04-27T08:00 opened P3", "04-27T10:00 resolved"]

    found = read(told, VENDOR, "04-27T09:00")

    assert (found.state, found.counted_s, found.due_at) == (TargetState.RUNNING, 3600, when("04-27T17:00"))


def test_a_warning_comes_when_the_share_has_been_counted() -> None:
    running = position(marks("04-27T08:00 opened P3"), OFFICE, VENDOR, now=when("04-27T09:00"))
    passed = position(marks("04-27T08:00 opened P3"), OFFICE, VENDOR, now=when("04-27T16:00"))
    paused = position(
        marks("04-27T08:00 opened P3", "04-27T09:00 paused vendor"), OFFICE, VENDOR, now=when("04-27T16:00")
    )

    assert (running.reaches(0.75), running.reaches(1)) == (when("04-27T15:00"), running.due_at)
    assert passed.reaches(0.75) == when("04-27T15:00")
    assert (paused.reaches(0.1), paused.reaches(0.75)) == (when("04-27T08:48"), None)


def test_the_interval_in_force_is_open_ended_and_says_what_goes_on() -> None:
    told = ["04-27T08:00 opened P3", "04-27T10:00 paused vendor"]

    found = read(told, VENDOR, "04-27T10:00").intervals

    assert [(i.end, i.reason) for i in found] == [(when("04-27T10:00"), "running"), (None, "paused: vendor")]


def test_a_calendar_that_never_opens_again_has_no_due_instant() -> None:
    once = Exceptional(on=date(2026, 4, 27), reason="one day", hours=(Hours(from_="08:00", until="10:00"),))
    calendar = OFFICE.model_copy(update={"windows": (), "exceptions": (once,)})

    found = read(["04-27T08:00 opened P2"], VENDOR, "05-27T08:00", calendar)

    assert (found.state, found.counted_s, found.due_at) == (TargetState.RUNNING, 7200, None)


def test_another_policy_gives_a_difference() -> None:
    told = ["04-27T08:00 opened P2", "04-27T09:00 paused vendor", "04-27T14:00 resumed", "04-27T16:00 resolved"]
    strict = read(told, target(), "04-28T08:00")
    found = difference(strict, read(told, VENDOR, "04-28T08:00"))

    assert (found.was, found.became, found.is_none) == (TargetState.BREACHED, TargetState.MET, False)
    assert (found.counted_s, found.paused_s, found.due_s) == (-4 * 3600, 4 * 3600, 5 * 3600)
    assert [(s.start, s.was, s.became) for s in found.shifts] == [
        (when("04-27T09:00"), "running", "paused: vendor"),
        (when("04-27T13:00"), "running", "paused: vendor"),
    ]
    assert difference(strict, strict).is_none


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "paused"},
        {"kind": "opened"},
        {"kind": "resumed", "reason": "vendor"},
        {"kind": "resolved", "priority": "P1"},
        {"kind": "resolved", "at": "2026-04-27T08:00:00"},
    ],
)
def test_a_mark_that_lacks_or_exceeds_its_part_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Mark.model_validate({"at": "2026-04-27T08:00:00Z"} | wrong)


def test_marks_that_do_not_begin_with_opened_are_refused() -> None:
    with pytest.raises(ValueError, match="needs `opened`"):
        read(["04-27T09:00 resolved"], VENDOR, "04-27T10:00")
    with pytest.raises(ValueError, match="opened once"):
        read(["04-27T09:00 opened P1", "04-27T09:30 opened P1"], VENDOR, "04-27T10:00")


def test_reading_ten_marks_over_thirty_days_is_cheap_enough_for_every_act() -> None:
    told = ["04-01T08:00 opened P5", "04-01T09:00 responded"]
    for day in (3, 9, 15, 21):
        told += [f"04-{day:02}T10:00 paused vendor", f"04-{day + 2:02}T11:30 resumed"]
    read_marks, now = marks(*told), when("04-30T16:00")
    position(read_marks, OFFICE, VENDOR, now=now)

    began = process_time()
    for _ in range(200):
        position(read_marks, OFFICE, VENDOR, now=now)
    each = (process_time() - began) / 200

    # Measured at 0.08 ms; the bound leaves room for a slow and busy machine.
    assert each < 0.002
