"""A signal leads to one further cycle, which begins with what the control chart showed."""

from datetime import UTC, datetime

from activities.cycles import FollowUp, Measure
from definitions.cycle.evidence import Evidence, Point
from definitions.cycle.state import CycleState, Signal
from office.cycling import Cycling
from tests.office.cycling_world import Files
from tests.workflows.cycles import begun
from tests.workflows.house import House

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


async def test_a_signal_opens_one_cycle_with_its_evidence(home: House) -> None:
    first = await begun(home)
    row = home.store.cases.get(first)
    assert row is not None
    state = CycleState.model_validate(row.state_json["cycle"])
    state = state.model_copy(update={"evidence": Evidence(course=(Point(at=MONDAY, value=99_000.0, n=20),))})
    cycling = Cycling(home.desk, Files(home.maildir / "none"))
    signal = Signal(at=MONDAY, rule="one point beyond a limit (Share late by week)", value=0.42)
    asked = FollowUp(cycle=first, state=state, at=home.desk.clock(), signal=signal)

    again = [await cycling.follow(asked) for _ in range(2)]

    assert len({*again}) == 1
    home.opened.append(again[0])
    await home.pass_time(seconds=30)
    shown = await home.show(again[0])
    assert shown["after"] == first
    assert shown["charter"]["level"] == 99_000.0
    assert shown["charter"]["metric"] == state.charter.metric
    assert f"standard of {first} was watched" in shown["charter"]["problem"]
    assert "0.42" in shown["charter"]["problem"]
    theirs = home.store.cases.get(again[0])
    assert theirs is not None
    begins = CycleState.model_validate(theirs.state_json["cycle"])
    found = await cycling.measure(Measure(cycle=again[0], state=begins, opened_at=MONDAY, at=home.desk.clock()))
    assert found.neighbours is not None
    assert (found.neighbours.same, found.neighbours.of_team) == ((), (first,)), "the one before moves nothing any more"
