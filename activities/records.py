"""The event log as workflows reach it: one flush, one transaction."""

from temporalio import activity

from records.group_commit import GroupCommit
from records.values import Flush, FlushResult


class RecordActivities:
    """Writes what cases have to remember."""

    def __init__(self, commit: GroupCommit) -> None:
        self._commit = commit

    @activity.defn(name="records.flush")
    def flush(self, flush: Flush) -> int:
        """Store facts and the case's row together; repeating it changes nothing. Returns the last stored number."""
        result: FlushResult = self._commit.flush(flush)
        return result.seq
