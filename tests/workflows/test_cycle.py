"""Cycles of improvement as runs: gates, trial, looks, decision, standard, control, and what follows a signal."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from definitions.cycle import acts
from definitions.cycle.state import COURSE, ControlPlan, Method
from tests.workflows.cycles import FigureDesk, begun, facts, opened, planned
from tests.workflows.house import House, house


@pytest.fixture
def figures() -> FigureDesk:
    return FigureDesk()


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path, figures: FigureDesk) -> AsyncIterator[House]:
    async with house(tmp_path, empty_database, cycles=figures) as ours:
        figures.desk = ours.desk
        yield ours


async def tried(home: House, method: Method = "kaizen") -> str:
    """A cycle whose trial runs."""
    case = await begun(home, method)
    await planned(home, case)
    for _ in range(4 if method == "dmaic" else 2):
        await opened(home, case)
    return case


async def controlled(home: House, method: Method = "kaizen", on_signal: str = "pause") -> str:
    """A cycle whose standard is watched."""
    case = await tried(home, method)
    await home.pass_time(days=22)
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    control = ControlPlan.model_validate({"every_days": 7, "days": 56, "on_signal": on_signal})
    await home.act(case, acts.PlanControl(by="ravi", control=control))
    for _ in range(2 if method == "kaizen" else 1):
        await opened(home, case)
    return case


@pytest.mark.parametrize("method", ["dmaic", "kaizen"])
async def test_a_cycle_goes_from_its_charter_to_a_standard_that_held(
    home: House, figures: FigureDesk, method: Method
) -> None:
    case = await controlled(home, method)
    await home.pass_time(days=60)

    shown = await home.show(case)
    events = shown["events"]
    assert (shown["state"], shown["outcome"]) == ("closed", "held")
    assert [fact["gate"] for fact in facts(events, "gate_passed")] == [*COURSE[method]]
    assert [fact["number"] for fact in facts(events, "looked")] == [1, 2, 3]
    assert [fact["how"] for fact in facts(events, "settled")] == ["accepted"]
    assert len(facts(events, "watched")) == 7
    assert figures.asked == {"measure": len(COURSE[method]), "begin": 1, "look": 3, "settle": 1, "watch": 7}
