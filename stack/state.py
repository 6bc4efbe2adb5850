"""What the supervisor wrote down about itself, and the lock that keeps it alone in a data directory."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from settings import STACK_FILE
from stack.process import Identity


class ChildState(BaseModel):
    """One process as the supervisor last saw it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    pid: int = 0
    started: str = ""
    state: str = "waiting"
    restarts: int = 0
    reason: str = ""

    @property
    def identity(self) -> Identity:
        """To find it again."""
        return Identity(self.pid, self.started)


class StackState(BaseModel):
    """The content of `stack.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    started: str
    base_port: int | None = None
    definitions: str | None = None
    ready: bool = False
    endpoints: dict[str, str] = {}
    processes: tuple[ChildState, ...] = ()

    @property
    def identity(self) -> Identity:
        """Of the supervisor."""
        return Identity(self.pid, self.started)

    def pid_of(self, name: str) -> int:
        """0 when it does not run."""
        return next((p.pid for p in self.processes if p.name == name and p.identity.alive()), 0)


def read(data_dir: Path) -> StackState | None:
    """None when no stack was started here, or it was stopped cleanly."""
    try:
        return StackState(**json.loads((data_dir / STACK_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def live(data_dir: Path) -> StackState | None:
    """Of a stack whose supervisor runs now."""
    found = read(data_dir)
    return found if found is not None and found.identity.alive() else None


def write(data_dir: Path, state: StackState) -> None:
    """Whole or not at all."""
    draft = data_dir / f".{STACK_FILE}.{os.getpid()}"
    draft.write_text(state.model_dump_json(indent=2))
    draft.replace(data_dir / STACK_FILE)


def clear(data_dir: Path) -> None:
    """After a clean stop."""
    (data_dir / STACK_FILE).unlink(missing_ok=True)


class Busy(Exception):
    """Another supervisor holds this data directory."""

    code = "failed"

    def __init__(self, data_dir: Path) -> None:
        state = read(data_dir)
        who = f" (process {state.pid})" if state else ""
        self.message = f"A stack is running in {data_dir} already{who}."
        self.hint = "`jidoka status` shows it, `jidoka down` stops it, --data-dir names another place."
        super().__init__(self.message)


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the directory; the kernel lets go of the lock however the holder ends."""
    with open(os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        for again in range(10):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # `held` of another process takes the lock for an instant.
                if again == 9:
                    raise Busy(data_dir) from None
                time.sleep(0.02)
        yield


def held(data_dir: Path) -> bool:
    """Whether a supervisor lives here."""
    try:
        lock = (data_dir / "lock").open("r+")
    except FileNotFoundError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
