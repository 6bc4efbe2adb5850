"""Stacks for tests: each in its own directory and on its own ports, ended by its process id."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from stack import state
from stack.ports import free
from stack.process import end
from stack.state import StackState

T = TypeVar("T")

# Below the range from which the kernel gives out ports, so that nobody gets ours between choosing and binding.
_BLOCKS = itertools.cycle(range(20_000 + os.getpid() % 500 * 16, 31_000, 4))


def base_port() -> int:
    """The first of four free ports."""
    return next(base for base in _BLOCKS if all(free(base + i) for i in range(4)))


def eventually(check: Callable[[], T | None], what: str, seconds: float = 40) -> T:
    """The first truthy answer; fails with `what` at the deadline."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if answer := check():
            return answer
        time.sleep(0.05)
    pytest.fail(f"not within {seconds:.0f} s: {what}")


class Toy:
    """A running `toy.py`."""

    def __init__(self, data_dir: Path, base: int) -> None:
        self.data_dir = data_dir
        self.base = base
        self.popen: subprocess.Popen[bytes] | None = None
        self.said = data_dir / "said.txt"

    def up(self, *code: str, wait: bool = True) -> "Toy":
        self.data_dir.mkdir(exist_ok=True)
        script = Path(__file__).with_name("toy.py")
        with self.said.open("wb") as out:
            self.popen = subprocess.Popen(
                [sys.executable, str(script), str(self.data_dir), str(self.base), *code], stdout=out, stderr=out
            )
        if wait:
            eventually(self.ready, f"ready: {self.text()}")
        return self

    def text(self) -> str:
        return self.said.read_text()

    def state(self) -> StackState:
        found = state.read(self.data_dir)
        assert found is not None, self.text()
        return found

    def ready(self) -> bool:
        if self.popen is not None and self.popen.poll() is not None:
            pytest.fail(f"ended with {self.popen.poll()}: {self.text()}")
        found = state.read(self.data_dir)
        # What a killed supervisor left written is not ours.
        if found is None or self.popen is None or found.pid != self.popen.pid:
            return False
        return bool(found.ready and all(p.state == "ready" and p.identity.alive() for p in found.processes))

    def pid(self, name: str) -> int:
        return self.state().pid_of(name)

    def kill(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGKILL)

    def wait(self, seconds: float = 40) -> int:
        assert self.popen is not None
        return self.popen.wait(seconds)

    def stop(self) -> int:
        assert self.popen is not None
        self.popen.terminate()
        return self.wait()

    def clean(self) -> None:
        left = state.read(self.data_dir)
        if self.popen is not None and self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(30)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for child in left.processes if left else ():
            end(child.identity, seconds=2)


@pytest.fixture
def toys(tmp_path: Path) -> Iterator[Callable[[str], Toy]]:
    """Makes stacks by name; all are ended afterwards."""
    made: dict[str, Toy] = {}

    def make(name: str) -> Toy:
        return made.setdefault(name, Toy(tmp_path / name, base_port()))

    yield make

    for toy in made.values():
        toy.clean()


@pytest.fixture
def toy(toys: Callable[[str], Toy]) -> Toy:
    return toys("one")
