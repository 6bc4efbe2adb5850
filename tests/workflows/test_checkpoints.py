"""What a checkpoint adds to the audit: a cut tail and a missing case are found."""

import asyncio

from sqlalchemy import text

from definitions import acts
from office.rounds import Rounds
from tests.workflows.house import House


async def test_after_a_checkpoint_a_cut_tail_is_found(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(seconds=5)
    written = asyncio.Event()

    async def seal() -> None:
        await asyncio.to_thread(home.store.audit.checkpoint)
        written.set()

    async with Rounds(seal, every_s=0.01, what="the checkpoint"):
        await asyncio.wait_for(written.wait(), 10)
    with home.store.db.write() as connection:
        last = len(home.store.events.of(case))
        connection.execute(text("DELETE FROM events WHERE seq = :last"), {"last": last})
        connection.execute(text("UPDATE cases SET seq = :seq"), {"seq": last - 1})

    report = home.store.audit.verify()

    assert report.problems
