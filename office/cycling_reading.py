"""Where the live log is read for cycles: beside what is served, so that nobody who reports something waits for it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from temporalio.exceptions import ApplicationError

from activities.apart import one_process
from records.store import Store


class Reading(Protocol):
    """Answers questions about the live log."""

    def __call__(self, question: str, *given: Any) -> Any:
        """What the function of this name in `measurement.cycles.answers` says of the log as it is now.

        Blocks. Raises ApplicationError where it refuses.
        """
        ...


class Apart:
    """In a process of its own, which leaves nothing behind: a worker holds ten thousand cases and no numbers."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._url, self._data_dir = url, data_dir

    def __call__(self, question: str, *given: Any) -> Any:
        with one_process() as apart:
            found = apart.submit(_answered, self._url, self._data_dir, question, given).result()
        if isinstance(found, _Refusal):
            # Nobody mends it by asking again at once.
            raise ApplicationError(found.words, type="NotMeasured", non_retryable=True)
        return found


class _Refusal(NamedTuple):
    """Why something cannot be computed: a value, since exceptions of others do not travel between processes."""

    words: str


def _answered(url: str, data_dir: Path, question: str, given: Sequence[Any]) -> Any:
    # Here, because a worker would else carry all of measurement.
    from activities.live import live_copy
    from measurement.cycles import answers
    from measurement.values import BadData, Refused

    try:
        with Store(url, data_dir / "blobs", _no_clock) as store, live_copy(store, data_dir).refreshed() as parts:
            return getattr(answers, question)(parts, *given)
    except (BadData, Refused) as refused:
        return _Refusal(f"{refused.message} {refused.hint}")


def _no_clock() -> datetime:
    raise AssertionError("who reads writes nothing")
