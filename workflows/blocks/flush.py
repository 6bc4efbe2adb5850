"""From the run into the records: facts in batches, one write at a time, never lost.

An act with a message is written together with what became of the message, so that nobody waits for the write to get an
answer; a message that takes longer than a second is not waited for. Other acts are written at once, two after each
other; those that follow go together, one write a second.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.records import RecordActivities
    from records.values import Flush
    from workflows.blocks.journal import Journal
    from workflows.blocks.meters import count_failed_flush

GATHER = timedelta(seconds=1)
AT_ONCE = 2
"""Writes that may follow each other before facts gather."""
TRY = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=1)


class Flushing:
    """Keeps one journal's facts flowing into the records."""

    def __init__(self, journal: Journal, *, busy: Callable[[], bool], hurry: Callable[[], bool]) -> None:
        self._journal = journal
        self._busy = busy
        """Messages are under way; what became of them is soon a fact too."""
        self._hurry = hurry
        """The run is about to end: what there is goes now."""
        self._last = workflow.now() - GATHER
        self._at_once = AT_ONCE
        self._holds = 0
        self._failures = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """No write meanwhile: what happens in the next milliseconds shall go along."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1

    async def flow(self) -> None:
        """Write what there is and what comes meanwhile; begin it anew when there is more."""
        while self._journal.unstored:
            # Also where nothing holds it: all that the task under way has to say goes along.
            await workflow.wait_condition(lambda: self._holds == 0)
            left = self._last + GATHER - workflow.now()
            if left <= timedelta(0):
                self._at_once = AT_ONCE
            if self._busy() and not self._hurry():
                await self._rest(GATHER, lambda: not self._busy() or self._hurry())
            elif self._at_once > 0:
                self._at_once -= 1
            elif not self._hurry():
                await self._rest(left, self._hurry)
            await self._write()

    async def _write(self) -> None:
        facts = tuple(self._journal.unstored)
        now = workflow.now()
        ended = self._journal.state.ended
        outlook = self._journal.outlook
        row = self._journal.row(now)
        flush = Flush(
            case_id=self._journal.state.id,
            facts=facts,
            row=row,
            close_conversations=ended,
        )
        try:
            await workflow.execute_local_activity_method(
                RecordActivities.flush,
                flush,
                schedule_to_close_timeout=TRY,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except FailureError as error:  # a local activity's failure comes without its ActivityError
            if is_cancelled_exception(error):
                raise
            # The facts are safe in the run's history; the alarm is the metric and the lag on the lists.
            self._failures += 1
            count_failed_flush()
            wait = min(LONGEST_WAIT, GATHER * 2 ** min(self._failures, 6))
            await workflow.sleep(wait, summary="the records cannot be written; the facts wait here")
        else:
            self._failures = 0
            self._last = now
            self._journal.stored(len(facts), row, outlook)

    async def _rest(self, span: timedelta, enough: Callable[[], bool]) -> None:
        try:
            await workflow.wait_condition(enough, timeout=span, timeout_summary="facts gather")
        except TimeoutError:
            return
