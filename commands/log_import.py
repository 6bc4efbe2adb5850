"""`jidoka log import`: a file of events becomes a dataset, or a part of one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.datasets_door import library

if TYPE_CHECKING:
    from measurement.log.dataset import Imported
    from measurement.log.mapping import Mapping
    from measurement.log.sift import Progress

FIELDS = ("team", "person", "channel", "priority", "service", "category", "ended")
INSTANTS = ("opened", "resolved", "closed")


@click.command("import", cls=Verb)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dataset", "name", required=True, metavar="NAME", help="Where it goes: a new dataset or one there is.")
@click.option("--mapping", metavar="NAME|FILE", help="Which column is what: servicenow, xes, or a TOML file.")
@click.option("--case", metavar="COL", help="Without a mapping: the column that names the case,")
@click.option("--activity", metavar="COL", multiple=True, help="the activity (repeated: joined by +),")
@click.option("--time", metavar="COL", help="and the time of the event.")
@click.option(
    "--time-format", metavar="F", multiple=True, help="iso (default), epoch, epoch_ms or such as %d/%m/%Y %H:%M."
)
@click.option("--zone", metavar="ZONE", help="Zone of times that carry none, such as Europe/Rome (UTC).")
@click.option("--ended", metavar="COL", help="When the event ended.")
@click.option("--team", metavar="COL", help="The group that holds the case.")
@click.option("--resource", "person", metavar="COL", help="The person.")
@click.option("--channel", metavar="COL", help="How it came in.")
@click.option("--priority", metavar="COL", help="Its priority.")
@click.option("--service", metavar="COL", help="What it is about.")
@click.option("--category", metavar="COL", help="Its category.")
@click.option("--opened", metavar="COL", help="Column with the instant of opening (the first event).")
@click.option("--resolved", metavar="COL", help="Column with the instant of resolution.")
@click.option("--closed", metavar="COL", help="Column with the instant of closing.")
@click.option("--done", metavar="ACTIVITY", multiple=True, help="An activity that resolves a case; may be repeated.")
@click.option("--missing", metavar="WORD", multiple=True, help="What stands where nothing is known (empty).")
@click.option("--delimiter", metavar="C", help="Between columns: one character or `tab` (found out).")
@pass_app
def import_(app: App, file: Path, name: str, delimiter: str | None, **given: Any) -> None:
    """Bring in CSV, XES or Parquet, plain or gzipped; what cannot be read is kept aside with line and reason.

    Importing the same file again adds nothing.
    """
    from settings import system_clock

    mapping = _mapping(**given)
    with _shown(file.name) as progress:
        done = library(app).import_(
            file, name, mapping, now=system_clock(), delimiter=_character(delimiter), progress=progress
        )
    app.emit(done, lambda: told(done, file.name))


def _mapping(mapping: str | None, **given: Any) -> "Mapping":
    from measurement.log.mapping import checked, mapping_of

    formats, missing = given.pop("time_format"), given.pop("missing")
    basics = {name: given.pop(name) for name in ("case", "activity", "time")}
    named = [f"--{'resource' if n == 'person' else n}" for n in (*FIELDS, *INSTANTS) if given[n]]
    named = [f"--{name}" for name, value in basics.items() if value] + named
    rules = {"opened": given["opened"], "closed": given["closed"], "done": given["done"]}
    rules["resolved"] = (given["resolved"],) if given["resolved"] else ()
    if mapping is None:
        if not all(basics.values()):
            raise Failure(
                "usage",
                "Which column is what?",
                "Give --mapping servicenow, xes or a FILE.toml, or --case, --activity and --time.",
            )
        data = basics | {name: given[name] for name in FIELDS} | {"rules": rules}
    else:
        if named:
            raise Failure(
                "usage", f"--mapping says it all; {named[0]} cannot stand beside it.", "Write a mapping file."
            )
        whole = mapping_of(mapping)
        data = whole.model_dump()
        data["rules"] |= {"done": given["done"]} if given["done"] else {}
    data |= {"time_formats": formats} if formats else {}
    data |= {"missing": missing} if missing else {}
    data |= {"zone": given["zone"]} if given["zone"] else {}
    return checked(data, mapping or "of these options")


def _character(delimiter: str | None) -> str | None:
    character = "\t" if delimiter in ("tab", "\\t") else delimiter
    if character is not None and len(character) != 1:
        raise Failure("usage", f"The delimiter {delimiter!r} is not one character.", "Write `;` or `tab`.")
    return character


def told(done: "Imported", file: str) -> str:
    """For people: what was added, how it was read, what was left out, what to do next."""
    lines = [f"{done.events:,} events of {done.cases:,} cases added to {done.dataset} from {file}."]
    if done.total_events != done.events:
        lines.append(f"{done.dataset} now has {done.total_events:,} events of {done.total_cases:,} cases.")
    lines.append(f"rejected    {done.rejected:,}{f', kept in {done.rejects}' if done.rejects else ''}")
    lines += [f"            {n:,} × {reason}" for reason, n in list(done.reasons.items())[:5]]
    if len(done.reasons) > 5:
        lines.append(f"            and {len(done.reasons) - 5} further reasons")
    lines.append(f"duplicates  {done.duplicates:,}")
    lines.append(f"mapping     {done.mapping}: {', '.join(f'{ours} = {col}' for ours, col in done.columns.items())}")
    lines.append(f"zone        {done.zone} for times that carry none")
    lines += [f"note        {note}" for note in done.notes]
    lines.append(f"Next: jidoka log stats --dataset {done.dataset}")
    return "\n".join(lines)


@contextmanager
def _shown(file: str) -> Iterator["Progress"]:
    """A bar on stderr while a person watches."""
    from rich.console import Console, RenderableType
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    class Asking(Progress):
        """Asks how far it is whenever it draws itself."""

        share: Callable[[], float] = staticmethod(lambda: -1.0)

        def get_renderables(self) -> Iterator[RenderableType]:
            share = self.share()
            for task in self.tasks:
                task.total, task.completed = (100.0, share) if share >= 0 else (None, 0.0)
            yield from super().get_renderables()

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Asking(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(file)

        def say(what: str, share: Callable[[], float]) -> None:
            bar.share = share
            bar.update(task, description=f"{file}: {what}")

        yield say
        bar.share = lambda: 100.0
