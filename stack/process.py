"""One child process of the stack: how it is started, known again later, and ended."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOGS_KEPT = 3
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Process:
    """What to run; `ready` is asked with its pid and answers None, or what is still missing."""

    name: str
    argv: tuple[str, ...]
    ready: Callable[[int], Awaitable[str | None]]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 15.0


@dataclass(frozen=True)
class Identity:
    """A pid with the instant at which the kernel started it: a pid alone is given out again."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """Of a process that runs now."""
        return cls(pid, start_mark(pid) or "")

    def alive(self) -> bool:
        """Whether that very process still runs (a zombie does not)."""
        return self.pid > 0 and bool(self.started) and start_mark(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """A signal, to that very process and no later one with its number."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def start_mark(pid: int) -> str | None:
    """Something that differs for every process that had this pid; None when nothing runs under it."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    asked = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = asked.stdout.strip().partition(" ")
    return started.strip() if started and not state.startswith("Z") else None


def spawn(process: Process, log: Path) -> "subprocess.Popen[bytes]":
    """Start it in a group of its own (Ctrl-C is for the supervisor), tied to the life of its parent."""
    rotate(log)
    parent = os.getpid()

    def leash() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died before the leash was on
                os._exit(1)

    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        return subprocess.Popen(
            process.argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **process.env},
            start_new_session=True,
            preexec_fn=leash,
        )


def rotate(log: Path) -> None:
    """Keep the last few logs: `x.log`, `x.log.1`, ..."""
    if not log.exists() or log.stat().st_size == 0:
        return
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))


def tail(log: Path, lines: int = 8) -> str:
    """The end of a log, for an error message."""
    try:
        with log.open("rb") as data:
            data.seek(max(0, log.stat().st_size - 8192))
            return "\n".join(data.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def end(identity: Identity, *, seconds: float) -> bool:
    """SIGTERM, wait, then SIGKILL; True when it ended by itself. For processes that are not our children."""
    identity.send(signal.SIGTERM)
    limit = time.monotonic() + seconds
    while identity.alive() and time.monotonic() < limit:
        time.sleep(0.05)
    if not identity.alive():
        return True
    identity.send(signal.SIGKILL)
    limit = time.monotonic() + 5
    while identity.alive() and time.monotonic() < limit:
        time.sleep(0.02)
    return False
