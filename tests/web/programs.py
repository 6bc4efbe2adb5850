"""Outside programs for stories: found, started on the loopback, ended by their own handle."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import uvicorn
from starlette.types import ASGIApp

Found = TypeVar("Found")


def program(name: str, package: str) -> str:
    """Where it is; without it the story is skipped here and an error where CI is set."""
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not installed (Debian package {package})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def free_port() -> int:
    """One that nothing uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def running(*command: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The program for the time of the block; what it says goes to `log`."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The app on a free port, served by the real server; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", proxy_headers=False))
        task = asyncio.create_task(server._serve(sockets=[door]))
        try:
            await eventually(lambda: _ready(server), "the web")
            yield int(door.getsockname()[1])
        finally:
            server.should_exit = True
            await task


async def _ready(server: uvicorn.Server) -> bool:
    return server.started


async def eventually(look: Callable[[], Awaitable[Found | None]], what: str, seconds: float = 40) -> Found:
    """The first answer that is not false; fails after the deadline."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while loop.time() < deadline:
        if found := await look():
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"{what} did not come within {seconds:g} s")
