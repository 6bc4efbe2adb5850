"""`jidoka log export`: a dataset as a file for other tools."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.common import App, Failure, Verb, pass_app
from commands.datasets_door import dataset

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog
    from measurement.log.export import Export

FORMATS = ("csv", "xes", "parquet")


@click.command("export", cls=Verb)
@click.option("--dataset", "name", required=True, metavar="NAME", help="Which event log (live: the engine's own runs).")
@click.option("--format", "form", type=click.Choice(FORMATS), help="csv, xes or parquet (as --out is named, else csv).")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; with .gz it is packed (stdout)."
)
@pass_app
def export(app: App, name: str, form: str | None, out: Path | None) -> None:
    """Write a dataset under the standard names of XES, times in UTC; values stay exactly as they are.

    With --out, FILE.mapping.toml beside it says how `log import` reads it back.
    """
    form = form or _named(out)
    if form == "parquet" and out is not None and out.suffix == ".gz":
        raise Failure("usage", "Parquet is packed as it is.", "Name the file without .gz.")
    if out is None:
        if form == "parquet" and sys.stdout.isatty():
            raise Failure("usage", "Parquet is nothing for a terminal.", "Name a file with --out.")
        _to_stdout(dataset(app, name), form)
        return
    if not out.absolute().parent.is_dir():
        raise Failure("failed", f"There is no directory {out.parent}.", "Make it first.")
    from measurement.log.export import export as written

    log = dataset(app, name)
    with app.waiting(f"{out.name}"):
        made = written(log, form, out)
        mapping = _mapping_file(made, out)
    ((cases, events),) = log.db.execute("SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM events)").fetchall()
    done = {
        "dataset": name,
        "format": form,
        "file": str(out),
        "bytes": out.stat().st_size,
        "cases": cases,
        "events": events,
        "columns": [column.name for column in made.columns],
        "mapping": str(mapping),
    }
    back = f"jidoka log import {out} --dataset NAME --mapping {mapping}"
    app.emit(done, f"{events:,} events of {cases:,} cases of {name} written to {out}.\nRead it back: {back}")


def _named(out: Path | None) -> str:
    """The format that the name of the file says."""
    suffixes = [suffix.lstrip(".").lower() for suffix in out.suffixes] if out else []
    return next((suffix for suffix in reversed(suffixes) if suffix in FORMATS), "csv")


def _to_stdout(log: "EventLog", form: str) -> None:
    from measurement.log.export import export as written

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{form}"
        written(log, form, path)
        with path.open("rb") as made:
            shutil.copyfileobj(made, sys.stdout.buffer)


def _mapping_file(made: "Export", out: Path) -> Path:
    from measurement.log.export import toml

    stem = out.name.removesuffix(".gz")
    path = out.with_name(f"{stem.removesuffix(Path(stem).suffix)}.mapping.toml")
    path.write_text(toml(made.mapping))
    return path
