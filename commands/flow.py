"""`jidoka flow`: how cases flow, on one page, and the process map."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.cohort import cohort, cohort_options
from commands.common import App, Verb, pass_app

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog

LIVE = "live"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Verb)
@click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs).")
@click.option("--use", "used", metavar="STEP", help="Count the use of a step, such as one of waiting.")
@click.option("--standard", metavar="FILE", type=FILE, help="Hold cases against a declared order of steps (TOML).")
@click.option("--by", metavar="FIELD", help="Break the use, the standard and the front line down by a column.")
@click.option("--hours-per-week", type=click.FloatRange(0, 168, min_open=True), help="Working time of a person (40).")
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True, help="How far to forecast.")
@click.option("--paths", type=click.IntRange(1), help="Paths on the map; rarer ones are hidden and said (18).")
@cohort_options
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=".svg .png .html or .csv")
@pass_app
def flow(
    app: App,
    dataset: str | None,
    used: str | None,
    standard: Path | None,
    by: str | None,
    hours_per_week: float | None,
    weeks: int,
    paths: int | None,
    since: str | None,
    until: str | None,
    where: tuple[str, ...],
    out: Path | None,
) -> None:
    """Say how cases flow: ways, hand-overs, rework, bottleneck, waste, forecast; --out draws the process map."""
    from commands.datasets_door import dataset as opened
    from commands.flow_text import page
    from measurement.flow.conformity import read_standard
    from measurement.flow.load import HOURS_PER_WEEK
    from measurement.flow.process import PATHS
    from measurement.flow.report import report

    name = dataset or LIVE
    declared = None if standard is None else read_standard(standard)
    with app.waiting(f"the flow of {name}"):
        log = cohort(opened(app, name), since, until, where)
        found = report(
            log,
            hours_per_week=hours_per_week or HOURS_PER_WEEK,
            weeks=weeks,
            paths=paths or PATHS,
            by=by,
            used=used,
            standard=declared,
        )
        written = () if out is None else _written(log, out, paths or PATHS, " ".join(where))
    found["files"] = [str(path) for path in written]
    app.emit(found, lambda: page(found))


def _written(log: "EventLog", out: Path, paths: int, where: str) -> tuple[Path, ...]:
    from measurement.flow.process import process
    from pictures.process_map import process_picture

    (row,) = log.rows("SELECT min(opened_at) AS since, max(opened_at) AS until FROM cases")
    picture = process_picture(
        process(log, paths),
        title=f"Process map of {log.name}" + (f", {where}" if where else ""),
        period=f"cases opened {row['since']:%Y-%m-%d} to {row['until']:%Y-%m-%d}",
        source=log.source,
    )
    return picture.write(out)
