"""On a free clock: the unchanged definition changes nothing; a changed one only what follows from it."""

from datetime import datetime, timedelta
from functools import cache

import pytest

from definitions.base import Priority
from definitions.calendars import Calendar
from definitions.case import SYSTEM
from definitions.example import organisation
from definitions.facts import Fact
from definitions.runs import AnyDefinition
from definitions.slices import IncidentDefinition
from definitions.targets import Goal
from measurement.whatif.alike import Alike
from measurement.whatif.delays import set_off
from measurement.whatif.play import Played, World, play
from measurement.whatif.tape import Tape, tape_of
from tests.measurement.whatif.lives import drawn, recorded

LATE = timedelta(seconds=5)
"""More than any timer of the recorded runs was late."""


def hours(team: str | None) -> Calendar | None:
    """As the example has them."""
    known = {each.key: each.calendar for each in organisation.teams}
    return organisation.calendar(known[team]) if team in known else None


@cache
def golden() -> tuple[Tape, ...]:
    """The recorded runs."""
    return tuple(tape_of(*case) for case in recorded().values())


def played(tape: Tape, definition: AnyDefinition | None = None, others: tuple[Tape, ...] = ()) -> Played:
    """One case against its own definition or another one."""
    alike = Alike([(each, set_off(each, hours)) for each in others], seed=1)
    return play(tape, World(definition or tape.definition, hours, alike, tape.facts[-1].at), hours)


def types(facts: tuple[Fact, ...]) -> list[str]:
    """In order."""
    return [fact.type for fact in facts]


def at(facts: tuple[Fact, ...], type_: str) -> datetime:
    """When it first happened."""
    return next(fact.at for fact in facts if fact.type == type_)


def test_with_the_unchanged_definition_a_case_whose_timers_were_on_time_is_the_same_hash_for_hash() -> None:
    tapes = [tape_of(*case) for case in drawn(3, 25)]

    again = [played(tape) for tape in tapes]

    assert len(tapes) > 100
    assert [each.facts for each in again] == [tape.facts for tape in tapes]
    assert not any(each.imputed or each.left_out for each in again)


def test_with_the_unchanged_definition_a_recorded_run_differs_only_by_the_lateness_of_its_timers() -> None:
    for tape in golden():
        again = played(tape)

        assert types(again.facts) == types(tape.facts)
        pairs = [pair for pair in zip(again.facts, tape.facts, strict=True) if pair[0].actor != SYSTEM]
        # A word given some milliseconds later may fall due after the night: only of people the instant is compared.
        assert all(abs(one.at - other.at) < LATE for one, other in pairs)
        assert not again.imputed
        assert not again.left_out


def _tape(*needed: str, without: tuple[str, ...] = ()) -> Tape:
    return next(
        tape
        for tape in golden()
        if isinstance(tape.definition, IncidentDefinition)
        and set(needed) <= set(types(tape.facts))
        and not set(without) & set(types(tape.facts))
    )


def _with_goals(definition: IncidentDefinition, goal: Goal) -> IncidentDefinition:
    targets = tuple(each.model_copy(update={"goals": dict.fromkeys(Priority, goal)}) for each in definition.targets)
    return definition.model_copy(update={"targets": targets})


def test_a_goal_that_nobody_could_keep_is_breached_and_people_do_what_they_did() -> None:
    tape = _tape("started", "resolved", "closed", without=("target_breached", "handed_over", "merged"))
    assert isinstance(tape.definition, IncidentDefinition)

    again = played(tape, _with_goals(tape.definition, Goal(amount=1, unit="seconds")))

    assert "target_breached" in types(again.facts)
    assert at(again.facts, "started") == at(tape.facts, "started")
    assert at(again.facts, "closed") == at(tape.facts, "closed")
    assert not again.imputed


def test_silence_closes_a_case_as_long_after_its_solution_as_the_new_rule_says() -> None:
    tape = next(t for t in golden() if any(f.type == "closed" and f.data["outcome"] == "assumed" for f in t.facts))
    rule = tape.definition.confirm.model_copy(update={"remind_after_days": 1, "close_after_days": 2})

    again = played(tape, tape.definition.model_copy(update={"confirm": rule}))

    assert at(again.facts, "resolved") == at(tape.facts, "resolved")
    assert at(again.facts, "closed") < at(tape.facts, "closed")
    assert again.state.outcome == "assumed"


def test_a_case_that_goes_to_the_right_team_at_once_is_not_handed_over() -> None:
    tape = _tape("handed_over", "resolved", "closed", without=("merged", "redefined"))
    assert isinstance(tape.definition, IncidentDefinition)
    team = next(str(fact.data["team"]) for fact in tape.facts if fact.type == "handed_over")

    again = played(tape, tape.definition.model_copy(update={"default_team": team, "routing": ()}))

    assert again.state.hand_overs == 0
    assert again.state.team == team
    assert again.left_out["assign"] == 1
    assert at(again.facts, "resolved") < at(tape.facts, "resolved"), "the time with the other team falls away"
    assert not again.imputed, "what this team did stands on the tape"


def test_a_team_that_never_had_the_case_begins_as_its_like_cases_show_and_that_is_counted() -> None:
    others = tuple(tape_of(*case) for case in drawn(5, 40))
    tape = next(t for t in golden() if types(t.facts).count("started") and isinstance(t.definition, IncidentDefinition)
                and "handed_over" not in types(t.facts) and t.facts[-1].type != "cancelled")  # fmt: skip
    assert isinstance(tape.definition, IncidentDefinition)

    again = played(tape, tape.definition.model_copy(update={"default_team": "platform", "routing": ()}), others)

    assert again.state.team == "platform"
    assert sum(again.imputed.values()) == 1


@pytest.mark.parametrize("kind", ["incident", "request", "problem", "feedback", "review"])
def test_the_same_is_played_twice_the_same(kind: str) -> None:
    tape = next(tape for tape in golden() if tape.kind == kind)

    assert played(tape).facts == played(tape).facts
