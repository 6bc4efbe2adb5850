"""A whole day: opens the doors, plays every scene at its time, adds up what became of it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from commands.demo.cast import Dice
from commands.demo.plan import plan
from commands.demo.scene import Scene
from commands.demo.stage import Stage, TooLate
from commands.demo.summary import summed
from commands.failures import Failure
from definitions.example.demo import organisation
from definitions.kinds import KINDS
from definitions.loading import load
from definitions.organisation import Organisation
from definitions.people import Door
from definitions.targets import Clock
from desk import Desk
from office.errors import DeskError, Unreachable
from office.opening import open_desk
from settings import Settings, default_data_dir

DAY_S = 86_400
READER = "lena"
"""A lead, who may read every case when the day is added up."""


def refuse_elsewhere(settings: Settings) -> None:
    """The day is made up: it must not reach people, nor a desk with people of its own."""
    if not settings.embedded:
        raise Failure(
            "settings",
            "The demo makes up cases, so it runs on an embedded stack only.",
            "Run `jidoka up --data-dir DIR`, then `jidoka demo --data-dir DIR`.",
        )
    if settings.mail_smtp_url is not None:
        raise Failure(
            "settings",
            "This stack sends mail by a server; what the demo writes must reach nobody.",
            "Use a stack without mail_smtp_url: `jidoka up --data-dir DIR`, then `jidoka demo --data-dir DIR`.",
        )
    own = load(settings.definitions)
    strangers = _keys(organisation) - _keys(own)
    if strangers:
        raise Failure(
            "settings",
            f"The demo plays at {organisation.name}; {own.name} does not know {', '.join(sorted(strangers)[:5])}.",
            "Use a stack without the setting `definitions`: `jidoka up --data-dir DIR`.",
        )


def _keys(of: Organisation) -> set[str]:
    return {item.key for items in (of.people, of.teams, of.services) for item in items}


def announced(settings: Settings, seconds: float, cases: int) -> str:
    """What is about to happen, and what its goals are."""
    goals = {
        clock: [
            goal.seconds(DAY_S)
            for target in organisation.targets
            if target.clock is clock
            for goal in target.goals.values()
        ]
        for clock in Clock
    }
    said = ", ".join(f"{clock} {min(goal)} to {max(goal)} s" for clock, goal in goals.items() if goal)
    return (
        f"A busy day at {organisation.name}: {cases} cases in {seconds:g} seconds.\n"
        f"Its goals are seconds and minutes, not a real desk's: {said}.\n"
        f"The cases are real ones of the stack in {settings.data_dir}; its mail goes to a Maildir, to nobody else."
    )


async def played(
    settings: Settings, *, seconds: float, cases: int, seed: int, say: Callable[[float, str], None]
) -> dict[str, Any]:
    """Play the day and give its summary. Raises Unreachable when the stack goes away."""
    scenes = plan(cases, Dice(seed))
    # The desk decides which goals a case is opened with, so this one has those of the demo.
    desk = open_desk(settings, standard=lambda: organisation)
    headers = {"Authorization": f"Bearer {settings.secrets().hook_token}"}
    with desk.store:
        await desk.client()
        async with httpx.AsyncClient(base_url=settings.web_url, headers=headers, timeout=30, trust_env=False) as http:
            stage = Stage(desk, settings, http, seconds=seconds, say=say)
            wrong = await _all(stage, scenes)
        took = stage.passed
        actor = await asyncio.to_thread(desk.identity.actor, READER, Door.CLI, verified=True)
        shown = [await desk.show(case_id, actor=actor) for case_id in stage.cases]
        reviews = [await desk.show(case["reviewed"], actor=actor) for case in shown if case["reviewed"]]
        sent = await asyncio.to_thread(_sent, desk, stage.cases)
        summary = summed(
            shown,
            reviews=reviews,
            mails_in=stage.mails_in,
            alerts_in=stage.alerts_in,
            mails_out=sent,
            took_s=took,
            went_wrong=wrong,
        )
    return {"seed": seed, **summary, "look": _look(settings, shown, reviews)}


async def _all(stage: Stage, scenes: Sequence[Scene]) -> list[str]:
    """What did not go as the stories say; a stack that is gone ends the day."""
    wrong: list[str] = []

    async def one(scene: Scene) -> None:
        try:
            await stage.until(scene.begins)
            await scene.story.play(stage, scene)
        except Unreachable:
            raise
        except DeskError as error:
            wrong.append(f"{scene.name}: {error.message}")

    tasks = [asyncio.create_task(one(scene)) for scene in scenes]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return wrong


def _sent(desk: Desk, cases: Sequence[str]) -> list[tuple[str, str]]:
    return [(row.template or "", row.state) for case_id in cases for row in desk.store.outbox.of(case_id)]


def _look(settings: Settings, shown: Sequence[dict[str, Any]], reviews: Sequence[dict[str, Any]]) -> dict[str, str]:
    import os

    here = settings.data_dir == default_data_dir(os.environ)
    where = "" if here else f" --data-dir {settings.data_dir}"
    # The case with most to tell.
    richest = max(
        (case for case in shown if case["kind"] == "incident"),
        key=lambda case: (case["major"] or bool(case["children"]), len(case["events"])),
    )
    others = {case["kind"]: case["id"] for case in reversed(shown) if case["kind"] != "incident"}
    return {
        "the list": f"jidoka incident ls{where}",
        "one case": f"jidoka incident show {richest['id']}{where}",
        **{f"one {kind}": f"jidoka {kind} show {others[kind]}{where}" for kind in KINDS if kind in others},
        **({"one review": f"jidoka review report {reviews[0]['id']}{where}"} if reviews else {}),
        "the mails": f"neomutt -f {settings.mail_maildir}",
        "the runs": f"http://127.0.0.1:{settings.ui_port}",
        "the metrics": f"{settings.web_url}/metrics",
        "what was put aside": f"jidoka quarantine ls{where}",
        "the proof": f"jidoka audit verify{where}",
    }


__all__ = ["TooLate", "announced", "played", "refuse_elsewhere"]
