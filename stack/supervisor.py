"""Starts the processes of the stack in order, keeps them running, ends them in reverse order."""

import asyncio
import contextlib
import signal
import subprocess
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack import state
from stack.process import Identity, Process, end, spawn, tail
from stack.state import ChildState, StackState

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the next start, by the number of recent ends."""

RECENT = 60.0
CRASH_LOOP = 5
FIRST_TRIES = 3


class StartFailed(Exception):
    """A process that never became ready; the stack does not come up."""

    code = "failed"

    def __init__(self, name: str, reason: str, log: Path) -> None:
        last = tail(log)
        self.message = f"{name} did not come up: {reason}." + (f"\n{last}" if last else "")
        self.hint = f"The whole log is {log}. `jidoka doctor` checks what it needs."
        super().__init__(self.message)


async def nothing() -> None:
    """For a stage after which nothing needs to be prepared."""


@dataclass(frozen=True)
class Stage:
    """Processes that start together; `then` runs once when all are ready, before the next stage."""

    processes: tuple[Process, ...]
    then: Callable[[], Awaitable[None]] = nothing


@dataclass
class _Child:
    process: Process
    log: Path
    popen: "subprocess.Popen[bytes] | None" = None
    state: str = "waiting"
    reason: str = ""
    starts: int = 0
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=32))
    up: asyncio.Event = field(default_factory=asyncio.Event)

    def seen(self) -> ChildState:
        who = Identity.of(self.popen.pid) if self.popen and self.popen.poll() is None else Identity(0, "")
        return ChildState(
            name=self.process.name,
            pid=who.pid,
            started=who.started,
            state=self.state,
            restarts=max(0, self.starts - 1),
            reason=self.reason,
        )


class Supervisor:
    """One per data directory; `run` returns after a stop was asked for and everything has ended."""

    def __init__(
        self,
        stages: Sequence[Stage],
        own: StackState,
        data_dir: Path,
        *,
        say: Callable[[str], None],
        patience: float = 90,
    ) -> None:
        self._own = own
        self._data_dir = data_dir
        self._say = say
        self._patience = patience
        self._stages = stages
        logs = data_dir / "logs"
        self._children = [[_Child(p, logs / f"{p.name}.log") for p in stage.processes] for stage in stages]
        self._stop = asyncio.Event()
        self._failed: StartFailed | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def stop(self) -> None:
        """Ask it to end; `run` does the work."""
        self._stop.set()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Everything up, `on_ready`, then watch until stopped. Raises StartFailed when it cannot come up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        try:
            for stage, children in zip(self._stages, self._children, strict=True):
                if not await self._start(stage, children):
                    return
            self._own = self._own.model_copy(update={"ready": True})
            self._note()
            on_ready()
            await self._stop.wait()
        finally:
            self._stop.set()
            await self._end()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)

    async def _start(self, stage: Stage, children: list[_Child]) -> bool:
        """False when a stop was asked for meanwhile."""
        self._tasks += [asyncio.create_task(self._keep(child)) for child in children]
        for child in children:
            up = asyncio.create_task(child.up.wait())
            stop = asyncio.create_task(self._stop.wait())
            done, _ = await asyncio.wait({up, stop}, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            stop.cancel()
            if self._failed:
                raise self._failed
            if self._stop.is_set():
                return False
            if not done:
                raise StartFailed(child.process.name, child.reason or f"not ready in {self._patience:.0f} s", child.log)
        await stage.then()
        return True

    async def _keep(self, child: _Child) -> None:
        """Start it, wait for its end, start it again."""
        name = child.process.name
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            child.popen = spawn(child.process, child.log)
            child.starts += 1
            child.state = "starting"
            self._note()
            exited = asyncio.create_task(asyncio.to_thread(child.popen.wait))
            await self._until_ready(child, child.popen.pid, exited)
            if not exited.done():
                child.state, child.reason = "ready", ""
                child.up.set()
                self._note()
                self._say(f"{name} is ready" + (" again" if child.starts > 1 else ""))
            status = await exited
            if self._stop.is_set():
                return
            now = loop.time()
            child.ends.append(now)
            recent = sum(1 for at in child.ends if now - at < RECENT)
            pause = PAUSES[min(recent, len(PAUSES)) - 1]
            child.reason = f"ended with {ended(status)}"
            child.state = "crash loop" if recent >= CRASH_LOOP else "restarting"
            self._note()
            if not child.up.is_set() and recent >= FIRST_TRIES:
                self._failed = StartFailed(name, f"it {child.reason}, {recent} times", child.log)
                self._stop.set()
                return
            again = f"starting it again in {pause:g} s"
            if recent >= CRASH_LOOP:
                again = f"that was {recent} times in {RECENT:.0f} s, {again}; see {child.log}"
            self._say(f"{name} {child.reason}; {again}")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _until_ready(self, child: _Child, pid: int, exited: "asyncio.Task[int]") -> None:
        while not exited.done() and not self._stop.is_set():
            reason = await child.process.ready(pid)
            if reason is None:
                return
            if reason != child.reason:
                child.reason = reason
                self._note()
            await asyncio.wait({exited}, timeout=0.1)

    async def _end(self) -> None:
        """Last started, first ended; who does not listen is killed."""
        for children in reversed(self._children):
            running = [c for c in children if c.popen is not None and c.popen.poll() is None]
            for child in running:
                assert child.popen is not None
                child.state = "stopping"
                child.popen.send_signal(signal.SIGTERM)
            if running:
                self._note()
            for child in running:
                assert child.popen is not None
                try:
                    await asyncio.to_thread(child.popen.wait, child.process.stop_seconds)
                except subprocess.TimeoutExpired:
                    self._say(f"{child.process.name} did not end in {child.process.stop_seconds:g} s and is killed")
                    child.popen.kill()
                    await asyncio.to_thread(child.popen.wait)
        await asyncio.gather(*self._tasks)

    def _note(self) -> None:
        seen = tuple(child.seen() for children in self._children for child in children)
        state.write(self._data_dir, self._own.model_copy(update={"processes": seen}))


def ended(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def sweep(data_dir: Path, say: Callable[[str], None], *, seconds: float = 10) -> None:
    """End what a supervisor that was killed left behind, last started first."""
    left = state.read(data_dir)
    for child in reversed(left.processes if left else ()):
        if child.identity.alive():
            say(f"{child.name} (process {child.pid}) was left behind and is ended")
            end(child.identity, seconds=seconds)
