"""Following one cycle: what it does and needs on a terminal, else a sentence for each new fact."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from commands.cases_lines import paint
from commands.cases_times import read
from commands.cases_watch import LOOK_EVERY_S, REFRESH_EVERY_S, looks
from commands.common import App, Failure
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


ANSWERS = ("gate_passed", "gate_refused", "gate_overridden")


async def answered(
    desk: "Desk", actor: "Actor", case_id: str, since: int, *, at_once: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The cycle and what its gate said to what was asked as fact `since`, minutes later perhaps; `at_once`: by then.

    Raises Failure where the cycle ended first, or nobody could measure.
    """
    looked = False
    while True:
        case = await desk.show(case_id, actor=actor, again=looked)
        looked = True
        said = [event["seq"] for event in case["events"] if event["type"] in ANSWERS]
        found = [place for place, seq in enumerate(said) if (seq <= since if at_once else seq > since)]
        if found:
            return case, case["gates"][found[-1] if at_once else found[0]]
        if len(said) < len(case["gates"]) and case["asked_by"] is None:
            # Who takes part from outside the desk reads answers, but not the facts behind them.
            return case, case["gates"][-1]
        later = [event for event in case["events"] if event["seq"] > since]
        if failed := [event for event in later if event["type"] == "errand_failed"]:
            why = failed[-1]["data"]["reason"]
            raise Failure("failed", f"It could not be measured: {why}", "It is tried again by itself.")
        if case["closed_at"]:
            raise Failure(
                "refused", f"{case_id} ended before its gate answered.", f"See `jidoka cycle show {case_id}`."
            )
        await asyncio.sleep(LOOK_EVERY_S)
