"""Following one cycle: what it does and needs on a terminal, else a sentence for each new fact."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from commands.cases_lines import paint
from commands.cases_times import read
from commands.cases_watch import REFRESH_EVERY_S, looks
from commands.common import App
from commands.cycle_story import story
from commands.output import dumps, fancy

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

LATEST = 12
"""Sentences on a terminal."""


async def follow(app: App, desk: "Desk", actor: "Actor", case_id: str) -> None:
    """Until it has ended."""
    if app.json or not fancy():
        await _lines(app, desk, actor, case_id)
    else:
        await _live(desk, actor, case_id)


async def _lines(app: App, desk: "Desk", actor: "Actor", case_id: str) -> None:
    from commands.cycle_text import next_lines

    seen, stood = 0, ""
    async for case in looks(desk, actor, case_id, refresh=None):
        now = read(case["as_of"])
        assert now is not None
        if app.json:
            fresh = [event for event in case["events"] if event["seq"] > seen]
            for event in fresh:
                click.echo(dumps({"case_id": case_id, **event}))
        else:
            for _, line in story(case, seen, now):
                click.echo(line)
            stands = "\n".join(f"  {line}" for line in next_lines(case, now))
            if stands != stood:
                click.echo(stands)
                stood = stands
        seen = case["events"][-1]["seq"] if case["events"] else seen


async def _live(desk: "Desk", actor: "Actor", case_id: str) -> None:
    from rich.live import Live
    from rich.text import Text

    from commands.cycle_text import brief

    with Live(auto_refresh=False) as live:
        async for case in looks(desk, actor, case_id, refresh=REFRESH_EVERY_S):
            now = read(case["as_of"])
            assert now is not None
            told = [line for _, line in story(case, 0, now)][-LATEST:]
            whole = "\n".join([*told, "", brief(case), "", paint("Ctrl-C leaves it alone.", dim=True)])
            live.update(Text.from_ansi(whole), refresh=True)


async def answered(desk: "Desk", actor: "Actor", case_id: str, asked: int) -> dict[str, Any]:
    """The cycle once its gate has answered after so many records; a wait of minutes where much is measured."""
    while True:
        case = await desk.show(case_id, actor=actor, again=True)
        if len(case["gates"]) > asked or case["closed_at"]:
            return case
        await asyncio.sleep(0.5)
