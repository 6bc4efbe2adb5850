"""Second delivery: whatever was accepted but did not reach its run (a crash, a server away) is brought there."""

import asyncio
import logging
from datetime import timedelta

from desk import Desk
from office.errors import DeskError
from office.rounds import Rounds
from records.values import InboxRow

EVERY_S = 5.0
LEAVE_ALONE_FOR = timedelta(seconds=10)
"""A younger row is still in the hands of the door that took it in."""
GIVE_UP_AFTER = 50

log = logging.getLogger("jidoka.relay")


class Relay:
    """Looks for undelivered arrivals; several of them do no harm, because every delivery can be repeated."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def once(self) -> int:
        """Deliver what waits; returns how many got through."""
        store, clock = self._desk.store, self._desk.clock
        rows = await asyncio.to_thread(store.inbox.pending, clock() - LEAVE_ALONE_FOR)
        delivered = 0
        for row in rows:
            try:
                await self._desk.reception.deliver(row)
                delivered += 1
            except DeskError as error:
                await self._postpone(row, error.message, forgive=error.code == "unreachable")
            except Exception as error:
                # One poisoned row must not keep the others waiting.
                log.exception("arrival %s cannot be delivered", row.id)
                await self._postpone(row, f"{type(error).__name__}: {error}", forgive=False)
        return delivered

    async def _postpone(self, row: InboxRow, reason: str, *, forgive: bool) -> None:
        store = self._desk.store
        if row.attempts + 1 < GIVE_UP_AFTER or forgive:
            await asyncio.to_thread(store.inbox.mark, row.id, "received", reason)
            return
        why = f"not delivered in {GIVE_UP_AFTER} attempts: {reason}"
        await asyncio.to_thread(store.quarantine.add, row.source, why, ref=row.external_id)
        await asyncio.to_thread(store.inbox.mark, row.id, "quarantined", reason)


def relaying(desk: Desk) -> Rounds:
    """The relay, coming round beside something else."""
    return Rounds(Relay(desk).once, every_s=EVERY_S, what="the relay")
