"""The directory of a dataset for one writer at a time: made for the first one, taken away when nothing came of it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measurement.log.dataset import DESCRIPTION
from measurement.values import BadData


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Nobody else writes here meanwhile; a directory without a description is gone afterwards.

    Raises BadData when somebody else writes here.
    """
    with _locked(place):
        try:
            yield
        finally:
            if not (place / DESCRIPTION).exists():
                shutil.rmtree(place)


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    path = place / "lock"
    while True:
        place.mkdir(parents=True, exist_ok=True)
        try:
            lock = path.open("w")
        except FileNotFoundError:
            continue
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadData(
                    "Another import into this dataset is running, or it is being taken away.", "Wait until it is done."
                ) from None
            # Whoever had it before may have taken it away with all the rest: then it locks nothing.
            if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                yield
                return
