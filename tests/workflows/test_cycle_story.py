"""A cycle as its lead reads it: what it does, until when, what it needs from whom, and how it came there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.cases_times import read
from commands.cycle_now import standing
from commands.cycle_story import SILENT, story
from commands.cycle_text import brief, page
from commands.cycle_watch import answered
from commands.failures import Failure
from definitions.cycle import acts
from definitions.cycle.evidence import Neighbours
from definitions.cycle.facts import FACTS
from tests.definitions.cycle.lives import SERIES, verdict
from tests.workflows.cycles import FigureDesk, begun, opened
from tests.workflows.house import House, house
from tests.workflows.test_cycle import controlled, tried


@pytest.fixture
def figures() -> FigureDesk:
    return FigureDesk()


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path, figures: FigureDesk) -> AsyncIterator[House]:
    async with house(tmp_path, empty_database, cycles=figures) as ours:
        figures.desk = ours.desk
        yield ours


def needed(case: dict[str, Any]) -> list[str]:
    """The commands that somebody has to give."""
    now = read(case["as_of"])
    assert now is not None
    return [need.command.partition(case["id"])[0].strip() for need in standing(case, now).needs]


def now_of(case: dict[str, Any]) -> str:
    now = read(case["as_of"])
    assert now is not None
    return standing(case, now).now


def told(case: dict[str, Any]) -> list[str]:
    now = read(case["as_of"])
    assert now is not None
    return [line.partition("  ")[2] for _, line in story(case, 0, now)]


async def test_it_says_at_each_stage_what_it_needs_from_whom(home: House, figures: FigureDesk) -> None:
    case = await begun(home)
    seen = [needed(await home.show(case))]
    await opened(home, case)
    seen.append(needed(await home.show(case)))
    figures.refused = None
    case = await tried(home)
    trial = await home.show(case)
    await home.pass_time(days=22)
    seen.append(needed(await home.show(case)))
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    seen.append(needed(await home.show(case)))

    assert seen == [
        ["jidoka cycle gate"],
        ["jidoka cycle record hypothesis", "jidoka cycle plan", "jidoka cycle gate"],
        ["jidoka cycle approve", "jidoka cycle approve"],
        ["jidoka cycle control", "jidoka cycle gate"],
    ]
    assert needed(trial) == []
    assert now_of(trial).startswith("The trial runs: look 1 of 5 is thought of in ")


async def test_a_refused_gate_says_all_that_is_missing_and_how_to_go_on_without(
    home: House, figures: FigureDesk
) -> None:
    figures.evidence = figures.evidence.model_copy(update={"neighbours": Neighbours(same=("KZN-00000009",))})
    case = await begun(home)
    await opened(home, case)

    said = brief(await home.show(case))

    assert "KZN-00000009 works on the same metric and scope" in said
    assert f"jidoka cycle gate {case} --override --reason WORDS" in said


async def test_what_nobody_can_go_without_is_not_offered_to_be_gone_past(home: House, figures: FigureDesk) -> None:
    figures.evidence = figures.evidence.model_copy(update={"baseline": None})
    case = await begun(home)
    await opened(home, case)

    assert "--override" not in brief(await home.show(case))


@pytest.mark.parametrize(("result", "said"), [(verdict(), "The trial helped."), (SERIES, "The trial helped.")])
async def test_whoever_decides_reads_the_result_first(home: House, figures: FigureDesk, result: Any, said: str) -> None:
    figures.result = result
    case = await tried(home)
    await home.pass_time(days=22)

    shown = await home.show(case)

    assert now_of(shown).startswith(said)
    assert "Verdict" in page(shown)


async def test_a_trial_that_did_not_help_is_not_accepted_without_a_reason(home: House, figures: FigureDesk) -> None:
    figures.result = verdict("futility")
    case = await tried(home)
    await home.pass_time(days=22)

    said = brief(await home.show(case))

    assert f"jidoka cycle approve {case} --reason WORDS" in said
    assert f"jidoka cycle approve {case} --reject" in said


async def test_a_signal_that_waits_asks_for_a_decision(home: House, figures: FigureDesk) -> None:
    figures.signal_after = timedelta(weeks=2)
    case = await controlled(home)
    await home.pass_time(days=22)

    shown = await home.show(case)

    assert needed(shown) == ["jidoka cycle approve", "jidoka cycle approve"]
    assert "The watch pauses until somebody decides." in told(shown)


async def test_the_whole_life_reads_as_sentences_in_order(home: House, figures: FigureDesk) -> None:
    case = await controlled(home)
    await home.pass_time(days=60)

    shown = await home.show(case)
    lines = told(shown)

    wanted = (
        *("Ravi", "begins a kaizen cycle: VPN cases wait for the wrong team."),
        *("asks for the gate problem", "The gate problem opens.", "It is in the phase cause now."),
        *("The trial begins: new cases are drawn.", "Look 1: continue.", "Look 3: win."),
        *("makes it the standard.", "The change is the standard now (number 7).", "The control chart was looked at"),
        "It ends: held.",
    )
    whole = "\n".join(lines)
    places = [whole.find(part) for part in wanted]
    assert all(place >= 0 for place in places), [part for part, place in zip(wanted, places, strict=True) if place < 0]
    assert now_of(shown) == "It ended: held."
    assert needed(shown) == []


async def test_every_fact_of_a_cycle_has_a_sentence_or_is_said_by_another(home: House, figures: FigureDesk) -> None:
    figures.signal_after = timedelta(weeks=2)
    case = await controlled(home, on_signal="revert")
    await home.pass_time(days=60)
    shown = await home.show(case)

    plain = {event["type"].replace("_", " ") for event in shown["events"]}
    unsaid = [line for line in told(shown) if any(line.endswith(f": {type_}.") for type_ in plain)]

    assert unsaid == []
    assert SILENT - {"routed", "assigned", "step_entered"} <= FACTS.keys()


@pytest.mark.parametrize("who", ["kim", "rita"])
async def test_whoever_asks_for_a_gate_reads_its_answer_also_from_outside_the_desk(
    home: House, figures: FigureDesk, who: str
) -> None:
    case, asker = await begun(home), home.person(who)

    first = await home.desk.act(case, acts.AskGate(by=who), actor=asker, key="one")
    _, passed = await answered(home.desk, asker, case, first.seq, at_once=False)
    again = await home.desk.act(case, acts.AskGate(by=who), actor=asker, key="one")
    _, same = await answered(home.desk, asker, case, again.seq, at_once=False)
    second = await home.desk.act(case, acts.AskGate(by=who), actor=asker, key="two")
    _, refused = await answered(home.desk, asker, case, second.seq, at_once=False)

    assert (passed["gate"], passed["outcome"], passed["by"]) == ("problem", "passed", who)
    assert same == passed
    assert (refused["gate"], refused["outcome"]) == ("cause", "refused")


async def test_a_cycle_that_ends_before_its_gate_answers_leaves_nobody_waiting(home: House) -> None:
    case = await begun(home)
    await home.act(case, acts.StopCycle(by="ravi", text=home.words("No.")))

    with pytest.raises(Failure, match="ended before its gate answered"):
        await answered(home.desk, home.person("dana"), case, 10_000, at_once=False)
