"""Learning who resolves what: from the engine's own resolved cases to the table of estimates in force."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.apart import one_process
from records.routing_tables import RoutingTable
from records.store import Store
from records.values import Clock


def monday(now: datetime) -> datetime:
    """The beginning of the week (UTC): only weeks that are over teach, so a week is judged by what it did not see."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def learn(store: Store, data_dir: Path, now: datetime, until: datetime) -> RoutingTable:
    """Put a table in force, learned from what was resolved before `until`. Raises BadData before the first case."""
    # Here, because a worker that only reads tables would else carry all of measurement.
    from activities.live import live_copy
    from measurement.log.live import live_log
    from measurement.routing.known import FIELDS
    from measurement.routing.learner import known
    from measurement.routing.past import past

    with live_copy(store, data_dir).refreshed() as parts:
        found = known(past(live_log(parts, now), FIELDS), until)
    return store.routing_tables.put(found.digest, until, found.teams.n, found.plain())


class Weekly:
    """Learns anew once a week is over, in a process of its own that leaves nothing behind in the worker."""

    def __init__(self, store: Store, url: str, data_dir: Path, clock: Clock) -> None:
        self._store, self._url, self._data_dir, self._clock = store, url, data_dir, clock

    async def __call__(self) -> bool:
        """Whether there was something to do; call it as often as you like."""
        until = monday(self._clock())
        latest = await asyncio.to_thread(self._store.routing_tables.latest)
        if latest is not None and latest.until >= until:
            return False
        with one_process() as apart:
            work = (self._url, self._data_dir, self._clock(), until)
            return await asyncio.get_running_loop().run_in_executor(apart, _learn, *work)


def _learn(url: str, data_dir: Path, now: datetime, until: datetime) -> bool:
    from measurement.values import BadData

    with Store(url, data_dir / "blobs", lambda: now) as store:
        try:
            learn(store, data_dir, now, until)
        except BadData:  # no case has been recorded yet
            return False
    return True
