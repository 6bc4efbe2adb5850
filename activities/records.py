"""The event log as workflows reach it: one flush, one transaction."""

import asyncio

from temporalio import activity

from records.group_commit import GroupCommit
from records.values import Flush


class RecordActivities:
    """Writes what cases have to remember."""

    def __init__(self, commit: GroupCommit) -> None:
        self._commit = commit

    @activity.defn(name="records.flush")
    async def flush(self, flush: Flush) -> int:
        """Store facts and the case's row together; repeating it changes nothing. Returns the last stored number."""
        # Waiting here takes no thread: the one that commits is enough.
        return (await asyncio.wrap_future(self._commit.begin(flush))).seq
