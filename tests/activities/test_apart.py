"""What works in a process of its own is gone with the process that asked for it."""

import os
import select
import subprocess
import sys
from pathlib import Path

from activities.apart import one_process


def test_it_answers_from_another_process() -> None:
    with one_process() as apart:
        assert apart.submit(os.getpid).result() != os.getpid()


def test_a_worker_that_is_killed_takes_it_along() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.activities.apart_parent"],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))

    parent.kill()

    ended = select.poll()
    ended.register(child, select.POLLIN)
    assert ended.poll(60_000), "it works on for nobody"
    parent.wait()
    parent.stdout.close()
    os.close(child)
