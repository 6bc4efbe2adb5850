"""Work that a worker has done in a process of its own, which leaves nothing behind: neither memory nor itself."""

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def one_process() -> ProcessPoolExecutor:
    """An executor of one process that is gone with this one, also when this one is killed while it works."""
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=_end_together)


def _end_together() -> None:
    threading.Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
