"""Many flushes, few commits: those that wait at the same moment go into one transaction."""

import queue
import threading
from concurrent.futures import Future
from types import TracebackType

from records.errors import RecordsError, RecordsUnavailable
from records.events import Events, Outcome
from records.values import Flush, FlushResult

MOST = 100
"""The most flushes in one transaction: keeps the wait of each short."""

_Waiting = tuple[Flush, "Future[FlushResult]"]


class GroupCommit:
    """One thread that writes for many. `flush` returns when its own facts are committed."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self.commits = 0
        """How many transactions it took."""
        self._writer = threading.Thread(target=self._write, name="group-commit", daemon=True)
        self._writer.start()

    def flush(self, flush: Flush) -> FlushResult:
        """As `Events.flush` for one flush, from any thread; blocks until it is committed or refused."""
        return self.begin(flush).result()

    def begin(self, flush: Flush) -> "Future[FlushResult]":
        """As `flush`, without waiting: the future is done when the facts are committed or refused."""
        answer: Future[FlushResult] = Future()
        with self._lock:
            if self._closed:
                raise RecordsUnavailable("the event log is being closed", "Try again after the restart.")
            self._queue.put((flush, answer))
        return answer

    def waiting(self) -> int:
        """How many flushes wait for the next commit."""
        return self._queue.qsize()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()

    def __enter__(self) -> "GroupCommit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self) -> None:
        going_on = True
        while going_on:
            group, going_on = self._next_group()
            # Whoever gave up while waiting writes it again; from here on nobody can.
            if wanted := [(flush, answer) for flush, answer in group if answer.set_running_or_notify_cancel()]:
                self._commit(wanted)

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """Waits for one, then takes what else is there; False when it was asked to stop."""
        group: list[_Waiting] = []
        while len(group) < MOST:
            try:
                item = self._queue.get(block=not group)
            except queue.Empty:
                break
            if item is None:
                return group, False
            group.append(item)
        return group, True

    def _commit(self, group: list[_Waiting]) -> None:
        self.commits += 1
        try:
            outcomes: list[Outcome] = self._events.flush_each([flush for flush, _ in group])
        except RecordsUnavailable as error:
            for _, answer in group:
                answer.set_exception(error)
        except Exception as error:
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            # One of them is more than the database takes: alone, each gets its own answer.
            for alone in group:
                self._commit([alone])
        else:
            for (_, answer), outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, RecordsError):
                    answer.set_exception(outcome)
                else:
                    answer.set_result(outcome)
