"""`jidoka runs replay`: whether today's code lives the runs that are there as they lived so far."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.cases_door import asked
from commands.common import EXIT, App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk
    from office.replay import Replayed


@click.command("replay", cls=Verb)
@click.argument("case_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Recorded runs in this directory instead of those of the server.",
    show_default=False,
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, help="At most so many runs.", show_default=True)
@pass_app
def replay(app: App, case_ids: tuple[str, ...], folder: Path | None, limit: int) -> int:
    """Replay runs on this code, before a worker does; exit 6 when one of them would go another way.

    Facts are compared with the event log, what activities and timers are given with the history.
    """
    if folder is not None and case_ids:
        raise Failure("usage", "Give case ids or --dir, not both.", "See `jidoka runs replay --help`.")
    if folder is not None:
        results = app.run(_recorded(folder, limit), waiting="the recorded runs", stack=False)
    else:
        results = asked(app, lambda desk, actor: _stored(desk, actor, case_ids, limit), waiting="the runs")
    broken = [result for result in results if result.troubles]
    plain = {
        "ok": not broken,
        "runs": len(results),
        "events": sum(result.events for result in results),
        "facts": sum(result.facts for result in results),
        "broken": [result.model_dump(mode="json") for result in broken],
    }
    app.emit(plain, lambda: _told(results, broken))
    return EXIT["check_failed"] if broken else 0


async def _recorded(folder: Path, limit: int) -> "list[Replayed]":
    from office.recorded import SUFFIX, golden
    from office.replay import Replays

    paths = sorted(folder.glob(f"*{SUFFIX}"))[:limit]
    if not paths:
        raise Failure("not_found", f"There is no recorded run (*{SUFFIX}) in {folder}.", "Give another directory.")
    try:
        runs = [golden(path) for path in paths]
    except ValueError as wrong:
        raise Failure("failed", str(wrong), "Record it again, or take it out.") from None
    replays = Replays()
    return [await replays.of(run) for run in runs]


async def _stored(desk: "Desk", actor: "Actor", case_ids: tuple[str, ...], limit: int) -> "list[Replayed]":
    from definitions.people import Action, Object
    from office.recorded import Golden
    from office.replay import Replays, histories

    desk.allow(actor, Action.AUDIT, Object())
    replays, results = Replays(), []
    async for name, history in histories(await desk.client(), case_ids, limit):
        facts = await asyncio.to_thread(desk.store.events.of, history.workflow_id)
        results.append(await replays.of(Golden(name, history, tuple(facts)), others=True))
    return results


def _told(results: "list[Replayed]", broken: "list[Replayed]") -> str:
    lines = [f"{result.name}: {trouble}" for result in broken for trouble in result.troubles]
    events, facts = sum(result.events for result in results), sum(result.facts for result in results)
    lines.append(f"{len(results)} runs with {events} events and {facts} facts replayed: {len(broken)} broken.")
    return "\n".join(lines)
