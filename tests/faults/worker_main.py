"""A worker in a process of its own that dies where it is told to, or when it is killed from outside."""

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from multiprocessing.connection import Connection
from pathlib import Path

import worker
from definitions.loading import load
from definitions.organisation import Organisation
from office import opening
from office.relay import relaying
from records.group_commit import GroupCommit
from settings import Settings
from tests.faults.points import Killer, WatchedMaildir, arm


def delivered_log(settings: Settings) -> Path:
    """Where every completed delivery is written down."""
    return settings.data_dir / "delivered"


def marks_of(settings: Settings) -> Path:
    """Where the kills are written down."""
    return settings.data_dir / "kills"


def main(settings: Settings, organisation: Organisation | None, point: str, parent: Connection) -> None:
    """Work until the parent hangs up; answers it once ready. What it says goes to a file."""
    log = (settings.data_dir / "worker.log").open("ab", buffering=0)
    os.dup2(log.fileno(), sys.stdout.fileno())
    os.dup2(log.fileno(), sys.stderr.fileno())
    logging.basicConfig(level="WARNING", stream=sys.stderr)
    asyncio.run(_work(settings, organisation or load(settings.definitions), point, parent))
    os._exit(0)


async def _work(settings: Settings, organisation: Organisation, point: str, parent: Connection) -> None:
    killer = Killer(point, marks_of(settings))
    if point:
        # One message at a time: the kill that one meets must not carry another past its own.
        worker.THREADS = 1
    worker.transport_of = lambda settings: WatchedMaildir(settings.mail_maildir, delivered_log(settings), killer)
    async with AsyncExitStack() as stack:
        store = stack.enter_context(opening.open_store(settings))
        arm(store, killer)
        commit = stack.enter_context(GroupCommit(store.events))
        client = await opening.connect(settings)
        await asyncio.to_thread(store.directory.sync, organisation.people)
        await stack.enter_async_context(worker.build(client, settings, store, organisation, commit))
        await stack.enter_async_context(relaying(opening.open_desk(settings, store, organisation)))
        parent.send("ready")
        await asyncio.to_thread(_until_hung_up, parent)


def _until_hung_up(parent: Connection) -> None:
    try:
        parent.recv()
    except EOFError:
        return
