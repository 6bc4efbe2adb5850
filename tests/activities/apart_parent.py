"""A process that has another one work for ever; run by its name."""

import os
import threading

from activities.apart import one_process


def forever() -> None:
    print(os.getpid(), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    with one_process() as apart:
        apart.submit(forever).result()
