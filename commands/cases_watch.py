"""Following one case: a live page on a terminal, else a line for each new fact."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import click

from commands.cases_events import event_line
from commands.cases_page import page
from commands.cases_times import read
from commands.common import App
from commands.output import dumps, fancy

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

LOOK_EVERY_S = 0.5
HEAD = 5
REFRESH_EVERY_S = 5.0
"""Bars and remaining times move though nothing happens."""


async def follow(app: App, desk: "Desk", actor: "Actor", case_id: str) -> None:
    """Until the case has ended. Every look but the first is part of the same watch in the access log."""
    if app.json or not fancy():
        await _lines(app, desk, actor, case_id)
    else:
        await _live(desk, actor, case_id)


async def _lines(app: App, desk: "Desk", actor: "Actor", case_id: str) -> None:
    seen = 0
    async for case in looks(desk, actor, case_id, refresh=None):
        now = read(case["as_of"])
        assert now is not None
        for event in case["events"]:
            if event["seq"] > seen:
                seen = event["seq"]
                click.echo(dumps({"case_id": case_id, **event}) if app.json else event_line(event, now))


async def _live(desk: "Desk", actor: "Actor", case_id: str) -> None:
    from rich.live import Live
    from rich.text import Text

    with Live(auto_refresh=False) as live:
        async for case in looks(desk, actor, case_id, refresh=REFRESH_EVERY_S):
            latest = page(case | {"events": case["events"][-8:]})
            live.update(Text.from_ansi(_fitted(latest, live.console.height)), refresh=True)


def _fitted(whole: str, height: int) -> str:
    """The head and the newest part of a page that is higher than the terminal."""
    lines = whole.splitlines()
    if len(lines) < height:
        return whole
    return "\n".join([*lines[:HEAD], "  …", *lines[-max(1, height - HEAD - 2) :]])


async def looks(desk: "Desk", actor: "Actor", case_id: str, *, refresh: float | None) -> AsyncIterator[dict[str, Any]]:
    """The case whenever it changed, and at least every `refresh` seconds."""
    loop = asyncio.get_running_loop()
    case = await desk.show(case_id, actor=actor)
    yield case
    looked = loop.time()
    while case["closed_at"] is None:
        await asyncio.sleep(LOOK_EVERY_S)
        row = await desk.case(case_id)
        stale = refresh is not None and loop.time() - looked >= refresh
        if stale or (row is not None and row.seq > case["seq"]):
            case = await desk.show(case_id, actor=actor, again=True)
            looked = loop.time()
            yield case
