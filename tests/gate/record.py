"""Record the golden runs anew: `python -m tests.gate.record [STORY ...]`.

Only when a change is meant to make running cases go another way (docs/replay.md); say in the commit why.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from definitions.example import organisation
from records.migrate import upgrade
from tests.gate import (
    cycle_stories,
    feedback_stories,
    help_stories,
    problem_stories,
    request_stories,
    review_stories,
    triage_stories,
)
from tests.gate.book import Book
from tests.gate.stories import ORGANISATIONS, STORIES
from tests.workflows.cycles import FigureDesk
from tests.workflows.house import house

KINDS = (
    cycle_stories,
    feedback_stories,
    help_stories,
    problem_stories,
    request_stories,
    review_stories,
    triage_stories,
)
"""Imported for the stories that they tell."""
HISTORIES = Path(__file__).parents[1] / "histories"


async def record(names: list[str], folder: Path) -> Book:
    """Live these stories and write down their runs."""
    book = Book()
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "empty.db"
        upgrade(f"sqlite:///{template}")
        for name in names:
            own = Path(place) / name
            own.mkdir()
            async with house(own, template, ORGANISATIONS.get(name, organisation), cycles=FigureDesk()) as home:
                home.replay_at_end = False
                await STORIES[name](home, book)
    folder.mkdir(exist_ok=True)
    for run in book.runs:
        path = run.write(folder)
        print(f"{path.name}: {len(run.history.events)} events, {len(run.facts)} facts, {path.stat().st_size} bytes")
    return book


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(STORIES)
    if unknown := [name for name in wanted if name not in STORIES]:
        sys.exit(f"there is no story {unknown[0]!r}: choose from {', '.join(STORIES)}")
    asyncio.run(record(wanted, HISTORIES))
    sys.stdout.flush()
    os._exit(0)  # threads of the SDK can turn a clean exit into an abort
