"""`jidoka demo`: a busy day of a demo organisation on the stack that runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from commands.common import App, Failure, Verb, pass_app


@click.command(cls=Verb)
@click.option("--seconds", type=click.FloatRange(4, 3600), default=60, show_default=True, help="How long the day is.")
@click.option("--cases", type=click.IntRange(6, 300), default=30, show_default=True, help="How many cases it has.")
@click.option("--seed", type=click.IntRange(0), help="The same number is the same day (a new day each time).")
@pass_app
def demo(app: App, seconds: float, cases: int, seed: int | None) -> int:
    """Live a busy day of a demo organisation.

    Its goals are seconds and minutes. Mails, alerts, calls, requests and the work of analysts come through the same
    doors as on a real day. Among the cases are one that an article solves, a request with an approval and tasks, a
    problem with its known error, a survey answered, a compliment; a review follows the major incident. A password is
    reset without a person where the stack has a directory (automation_inputs), else by one.

    Needs a stack (`jidoka up`) on this machine that follows the shipped example and writes its mail to the Maildir.
    The cases, and one article, stay in its records.
    """
    import asyncio
    import secrets

    from commands.demo.cast import Dice
    from commands.demo.day import announced, played, refuse_elsewhere
    from commands.demo.plan import beats, plan
    from commands.demo.summary import told

    seed = secrets.randbelow(10_000) if seed is None else seed
    app.need_stack()
    refuse_elsewhere(app.settings)
    app.say(announced(app.settings, seconds, cases))
    try:
        with _shown(beats(plan(cases, Dice(seed)))) as say:
            summary = asyncio.run(played(app.settings, seconds=seconds, cases=cases, seed=seed, say=say))
    except KeyboardInterrupt:
        raise Failure(
            "interrupted", "The day was broken off; its cases stay as they are.", "`jidoka incident ls` lists them."
        ) from None
    app.emit(summary, lambda: told(summary))
    return 1 if summary["went_wrong"] else 0


@contextmanager
def _shown(beats: int) -> Iterator[Callable[[float, str], None]]:
    """A line for each beat and, on a terminal, a bar below them; all on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    console = Console(stderr=True)
    columns = (TextColumn("the day"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("day", total=beats)

        def say(passed: float, what: str) -> None:
            line = Text.assemble((f"{passed:6.1f} s  ", "dim"), what)
            if console.is_terminal:
                line.truncate(console.width, overflow="ellipsis")
            console.print(line, soft_wrap=True)
            progress.advance(task)

        yield say
