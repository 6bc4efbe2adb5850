"""What a checkpoint adds to the audit: a cut tail and a missing case are found."""

import asyncio

from sqlalchemy import text

from definitions import acts
from office.checkpoints import Checkpoints
from tests.workflows.house import House


async def test_after_a_checkpoint_a_cut_tail_is_found(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(seconds=5)
    written = asyncio.Event()
    checkpoint = home.store.audit.checkpoint

    def counted() -> int:
        number = checkpoint()
        loop.call_soon_threadsafe(written.set)
        return number

    loop = asyncio.get_running_loop()
    home.store.audit.checkpoint = counted  # type: ignore[method-assign]
    async with Checkpoints(home.store, every_s=0.01):
        await asyncio.wait_for(written.wait(), 10)
    with home.store.db.write() as connection:
        last = len(home.store.events.of(case))
        connection.execute(text("DELETE FROM events WHERE seq = :last"), {"last": last})
        connection.execute(text("UPDATE cases SET seq = :seq"), {"seq": last - 1})

    report = home.store.audit.verify()

    assert report.problems
