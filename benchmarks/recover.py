"""Recover: the worker is killed under load; what was acknowledged is counted, and how long it takes to go on."""

import asyncio
from collections import Counter
from time import perf_counter
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError

from benchmarks.lives import MAILS, Cast, ProductLife, casting, product_acts
from benchmarks.machine import load
from benchmarks.options import Options
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from definitions.acts import Act, wire_name
from definitions.case import Receipt

AT_ONCE = 20
BEFORE_ACTS = 60
"""The kill comes in the middle of the load: after so many acknowledged acts."""
FACT_OF = {
    "acknowledge": "acknowledged",
    "start": "started",
    "comment": "commented",
    "resolve": "resolved",
    "confirm": "confirmed",
}


class Watch:
    """What clients saw: acknowledged acts, and when each case went on after the kill."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[str, str]] = []
        self.under_way: dict[str, int] = {}
        """Case -> acts done."""
        self.killed_at = 0.0
        self.waiting: set[str] = set()
        self.acted_after: dict[str, float] = {}
        self.ended_after: dict[str, float] = {}

    def saw(self, case_id: str, act: str) -> None:
        """One act was acknowledged."""
        self.acknowledged.append((case_id, act))
        self.under_way[case_id] = self.under_way.get(case_id, 0) + 1
        if case_id in self.waiting:
            self.waiting.discard(case_id)
            self.acted_after[case_id] = perf_counter() - self.killed_at

    def kill(self) -> set[str]:
        """The moment of the kill; answers with the cases under way."""
        self.killed_at = perf_counter()
        self.waiting = {case for case, done in self.under_way.items() if done < len(FACT_OF)}
        return set(self.under_way)


async def _lead(life: ProductLife, rig: Rig, cast: Cast, watch: Watch) -> None:
    handle = await life.open(cast)
    watch.under_way[cast.case_id] = 0
    for act in product_acts(cast):
        await _insist(handle, act)
        watch.saw(cast.case_id, wire_name(type(act)))
    await handle.result()
    del watch.under_way[cast.case_id]
    if watch.killed_at:
        watch.ended_after[cast.case_id] = perf_counter() - watch.killed_at


async def _insist(handle: WorkflowHandle[Any, Any], act: Act) -> None:
    name = wire_name(type(act))
    while True:
        try:
            # The id makes a repeated call the same act.
            await handle.execute_update(name, act, id=f"{handle.id}-{name}", result_type=Receipt)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            continue
        return


async def run(options: Options) -> Result:
    """Twenty lives at once; kill -9; a new worker at once, as the supervisor starts one."""
    async with Rig() as rig:
        first = await rig.work()
        life, watch = ProductLife(rig), Watch()
        casts = casting(rig, 60)
        waiting = iter(casts)

        async def lane() -> None:
            for cast in waiting:
                await _lead(life, rig, cast, watch)

        lanes = [asyncio.create_task(lane()) for _ in range(AT_ONCE)]
        while len(watch.acknowledged) < BEFORE_ACTS:
            await asyncio.sleep(0.01)
        under_way = watch.kill()
        rig.kill(first)
        begun = perf_counter()
        await rig.work()
        ready = perf_counter() - begun
        await asyncio.gather(*lanes)
        facts = {
            cast.case_id: Counter(fact.type for fact in await asyncio.to_thread(rig.store.events.of, cast.case_id))
            for cast in casts
        }
        lost = sum(facts[case][FACT_OF[act]] == 0 for case, act in watch.acknowledged)
        twice = sum(facts[case][FACT_OF[act]] > 1 for case, act in watch.acknowledged)
        mails = rig.sent(life.queue)
    return Result(
        name="recover",
        figures=[
            Figure(what="acknowledged acts that are lost", value=lost, goal=0),
            Figure(what="acts carried out twice", value=twice, goal=0),
            Figure(
                what="until every case under way has answered again",
                value=max(watch.acted_after.values(), default=0.0),
                unit="s",
                goal=10,
            ),
            Figure(
                what="until every case under way has sent its mails and ended",
                value=max(after for case, after in watch.ended_after.items() if case in under_way),
                unit="s",
            ),
            Figure(what="mails missing", value=MAILS * len(casts) - mails, goal=0),
        ],
        details={
            "acknowledged": len(watch.acknowledged),
            "under_way_at_the_kill": len(under_way),
            "new_worker_ready_s": ready,
            "load": load(),
        },
    )
