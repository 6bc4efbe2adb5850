"""A long life: a fresh start in the middle, records away, a worker that changes nothing by dying."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from definitions import acts
from tests.workflows.house import House, house


@pytest.fixture
async def small_home(tmp_path: Path, empty_database: Path) -> AsyncIterator[House]:
    """A house whose runs start afresh after a few events."""
    async with house(tmp_path, empty_database) as ours:
        ours.desk.courier.fresh_after = 60
        ours.replay_at_end = False
        yield ours


async def test_a_run_that_starts_afresh_loses_no_fact_and_repeats_no_act(small_home: House) -> None:
    home = small_home
    case = await home.open()
    await home.act(case, acts.Start(by="jay"), key="the-start")
    first_run = (await home.run(case).describe()).run_id
    for number in range(12):
        await home.act(case, acts.Comment(by="jay", text=home.words(f"word {number}"), internal=True))
        await home.pass_time(seconds=2)

    receipt = await home.act(case, acts.Start(by="jay"), key="the-start")

    shown = await home.show(case)
    assert (await home.run(case).describe()).run_id != first_run
    assert receipt.state == "in_progress"
    assert [e["seq"] for e in shown["events"]] == list(range(1, shown["seq"] + 1))
    assert sum(e["type"] == "commented" for e in shown["events"]) == 12
    assert sum(e["type"] == "started" for e in shown["events"]) == 1
    assert home.store.audit.verify().problems == ()


async def test_facts_wait_in_the_run_while_the_records_are_away(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await home.open()
    await home.pass_time(seconds=3)
    stored = len(home.store.events.of(case))
    flush = home.store.events.flush_each

    def away(*_: object) -> object:
        raise OSError("the disk is full")

    monkeypatch.setattr(home.store.events, "flush_each", away)
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(seconds=90)
    during = len(home.store.events.of(case))
    monkeypatch.setattr(home.store.events, "flush_each", flush)
    await home.pass_time(seconds=120)

    assert during == stored
    assert len(home.store.events.of(case)) == (await home.show(case))["seq"]
