"""Where the live log is read for cycles: beside what is served, so that nobody who reports something waits for it."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from temporalio.exceptions import ApplicationError

from records.store import Store


class Reading(Protocol):
    """Answers questions about the live log."""

    def __call__(self, question: str, *given: Any) -> Any:
        """What the function of this name in `measurement.cycles.answers` says of the log as it is now.

        Blocks. Raises ApplicationError where it refuses.
        """
        ...


class Here:
    """In this process: for tools and tests, which hold little else."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self._store, self._data_dir = store, data_dir

    def __call__(self, question: str, *given: Any) -> Any:
        return _checked(_read(self._store, self._data_dir, question, given))


class Apart:
    """In a process of its own, which leaves nothing behind: a worker holds ten thousand cases and no numbers."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._url, self._data_dir = url, data_dir

    def __call__(self, question: str, *given: Any) -> Any:
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            return _checked(apart.submit(_opened, self._url, self._data_dir, question, given).result())


class _Refusal:
    """What cannot be computed, and why: a value, since exceptions of others do not travel between processes."""

    def __init__(self, message: str) -> None:
        self.message = message


def _opened(url: str, data_dir: Path, question: str, given: Sequence[Any]) -> Any:
    with Store(url, data_dir / "blobs", _no_clock) as store:
        return _read(store, data_dir, question, given)


def _read(store: Store, data_dir: Path, question: str, given: Sequence[Any]) -> Any:
    # Here, because a worker would else carry all of measurement.
    from activities.live import live_copy
    from measurement.cycles import answers
    from measurement.values import BadData, Refused

    try:
        with live_copy(store, data_dir).refreshed() as parts:
            return getattr(answers, question)(parts, *given)
    except (BadData, Refused) as refused:
        return _Refusal(f"{refused.message} {refused.hint}")


def _checked(found: Any) -> Any:
    if isinstance(found, _Refusal):
        # Nobody mends it by asking again at once.
        raise ApplicationError(found.message, type="NotMeasured", non_retryable=True)
    return found


def _no_clock() -> datetime:
    raise AssertionError("who reads writes nothing")
