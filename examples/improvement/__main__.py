"""`make demo-improvement`: plays the whole improvement and leaves its pages; exit 0 only when every step was seen."""

import argparse
import asyncio
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from definitions.example.people import BERLIN
from examples.improvement.agenda import Agenda
from examples.improvement.floor import Crew, Floor, Trouble
from examples.improvement.pages import left
from examples.improvement.site import site
from examples.improvement.story import LEAD, SERVICE, NotSeen, Story

TROUBLES = (
    Trouble(category="delivery", share=0.93, team="platform", minutes=20),
    Trouble(category="mailbox", share=0.07, team="service-desk", minutes=20),
)
CREWS = (
    # On the telephone for more than an hour between two cases; for a mail that did not arrive they find nothing.
    Crew(team="service-desk", people=("sam", "kim"), aside=65),
    Crew(team="platform", people=("tom", "ines")),
)
EVERY_MINUTES = 60.0
CALM_WEEKS = 2


def say(at: datetime, what: str) -> None:
    """One line of the story: simulated time, and what happened."""
    print(f"{at.astimezone(ZoneInfo(BERLIN)):%a %d %b %Y %H:%M}  {what}", flush=True)


async def played(folder: Path, seed: int) -> None:
    """From the first incident to the pages. Raises NotSeen where a step did not happen."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    async with site(folder / "data") as at:
        agenda = Agenda(at.clock)
        floor = Floor(
            at, agenda, service=SERVICE, every_minutes=EVERY_MINUTES, troubles=TROUBLES, crews=CREWS, seed=seed
        )
        story = Story(at, agenda, floor, say)
        slowest, level = await story.baseline()
        cycle = await story.begun(slowest, level)
        experiment = await story.planned(cycle)
        await story.tried(cycle)
        await story.accepted(cycle)
        await story.held(cycle, CALM_WEEKS)
        following = await story.disturbed(cycle)
    files = await left(folder / "data", cycle, experiment, LEAD, folder)
    print(f"\n{len(floor.opened)} incidents, the cycle {cycle} and the one that follows it, {following}:")
    print(f"all of them real runs, in {time.monotonic() - began:.0f} seconds on a clock that skips idle time.")
    print("Look at", *files, sep="\n  ")


def main() -> int:
    """0 when all of it was seen."""
    parser = argparse.ArgumentParser(prog="make demo-improvement", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/improvement"), help="folder of what it leaves")
    parser.add_argument("--seed", type=int, default=7, help="another seed is another year")
    given = parser.parse_args()
    if (given.out / "data").exists():
        parser.error(f"{given.out} holds an earlier one: remove it, or name another folder with --out")
    try:
        asyncio.run(played(given.out, given.seed))
    except NotSeen as missing:
        print(f"Not seen: {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
