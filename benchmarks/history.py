"""History: events and bytes of a plain incident life against the same life bare. No clock has a say in it.

Each act waits until the run is quiet, as between people's acts in a working day: mails sent, facts stored, nothing
about to happen within the second that facts gather. Bytes are those of the events as the server keeps them, with names
of processes of one length; the slice of the definition that is pinned in the input (its JSON) is counted apart.
"""

import asyncio
from datetime import timedelta
from typing import NamedTuple

from temporalio.api.history.v1 import HistoryEvent

from benchmarks.lives import BareLife, Life, ProductLife, casting, lead, record_mails
from benchmarks.options import Options
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from settings import system_clock
from workflows.blocks.flush import GATHER

QUIET = GATHER + timedelta(milliseconds=300)
PATIENCE_S = 30.0
SOMEBODY = "12345@worker"
"""A process's number and the name of its host are not the workflow's doing, so every event gets these."""


class Weight(NamedTuple):
    """What one life left in its history."""

    events: int
    size: int
    pinned: int
    """Bytes of the definition's slice, which `size` includes."""
    types: tuple[str, ...]

    @property
    def own(self) -> int:
        """Bytes without the pinned slice."""
        return self.size - self.pinned


async def weigh(rig: Rig, life: Life) -> Weight:
    """Lead one life act by act and weigh its history."""
    cast = casting(rig, 1)[0]
    await lead(life, cast, between=lambda case_id: quiet(rig, case_id))
    history = await rig.client.get_workflow_handle(cast.case_id).fetch_history()
    pinned = len(life.pinned.model_dump_json()) if isinstance(life, ProductLife) else 0
    return Weight(
        events=len(history.events),
        size=sum(_size(event) for event in history.events),
        pinned=pinned,
        types=tuple(_kind(event) for event in history.events),
    )


async def quiet(rig: Rig, case_id: str) -> None:
    """Until the run waits for people or distant timers only."""
    handle = rig.client.get_workflow_handle(case_id)
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while loop.time() < end:
        raw = (await handle.describe()).raw_description
        if not raw.pending_activities and not raw.HasField("pending_workflow_task"):
            events = (await handle.fetch_history()).events
            if system_clock() - events[-1].event_time.ToDatetime(tzinfo=system_clock().tzinfo) > QUIET:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{case_id} does not come to rest")


def _kind(event: HistoryEvent) -> str:
    return str(event.WhichOneof("attributes")).removesuffix("_event_attributes")


def _size(event: HistoryEvent) -> int:
    plain = HistoryEvent()
    plain.CopyFrom(event)
    attributes = getattr(plain, str(event.WhichOneof("attributes")))
    if "identity" in attributes.DESCRIPTOR.fields_by_name and attributes.identity:
        attributes.identity = SOMEBODY
    return plain.ByteSize()


async def run(options: Options) -> Result:
    """One life of each, side by side."""
    async with Rig() as rig:
        await rig.work()
        await record_mails(rig)
        await rig.work("bare")
        product, bare = await asyncio.gather(weigh(rig, ProductLife(rig)), weigh(rig, BareLife(rig)))
    return Result(
        name="history",
        figures=[
            Figure(what="events of a plain life, product : bare", value=product.events / bare.events, goal=1.4),
            Figure(what="bytes without the pinned slice, product : bare", value=product.own / bare.own, goal=2.0),
            Figure(what="pinned slice of the definition", value=product.pinned, unit="bytes", goal=4096),
        ],
        details={
            "events": {"product": product.events, "bare": bare.events},
            "bytes": {"product": product.own, "bare": bare.own},
            "more_of": {
                kind: product.types.count(kind) - bare.types.count(kind)
                for kind in sorted({*product.types})
                if product.types.count(kind) != bare.types.count(kind)
            },
        },
    )
