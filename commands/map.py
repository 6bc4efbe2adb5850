"""`jidoka map`: the value stream map."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.cohort import cohort, cohort_options
from commands.common import App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from measurement.flow.stream import ValueStream

LIVE = "live"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("map", cls=Verb)
@click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs).")
@click.option("--data", metavar="FILE", type=FILE, help="A value stream drawn by hand: TOML or JSON.")
@click.option("--future", metavar="FILE", type=FILE, help="What-if: TOML or JSON with the numbers that change.")
@click.option("--step", "steps", metavar="NAME", multiple=True, help="A step to draw; repeated, from left to right.")
@click.option("--steps", "listed", metavar="NAMES", help="The same, in one list with commas.")
@click.option("--by", metavar="FIELD", help="What is a step: a column such as team or a line (the step or activity).")
@click.option("--hours-per-week", type=click.FloatRange(0, 168, min_open=True), help="Working time, for takt.")
@cohort_options
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=".svg .png .html or .csv")
@pass_app
def value_stream_map(
    app: App,
    dataset: str | None,
    data: Path | None,
    future: Path | None,
    steps: tuple[str, ...],
    listed: str | None,
    by: str | None,
    hours_per_week: float | None,
    since: str | None,
    until: str | None,
    where: tuple[str, ...],
    out: Path | None,
) -> None:
    """Draw the value stream map: steps, what waits before each, rework, and the ladder of lead and touch time.

    From a dataset, or from a file with numbers taken by hand. With --future the state to come stands below at the
    same scale. Without --out the same as text.
    """
    from measurement.flow.stream import read_stream, read_what_if

    names = (*steps, *(name.strip() for name in (listed or "").split(",") if name.strip()))
    drawn_otherwise = (dataset, since, until, by, hours_per_week, *where, *names)
    if data is not None and any(given is not None for given in drawn_otherwise):
        raise Failure("usage", "--data draws what is in the file.", "Leave out what belongs to a dataset.")
    if data is not None:
        stream = read_stream(data)
    else:
        from commands.datasets_door import dataset as opened
        from measurement.flow.recorded import recorded_stream
        from measurement.flow.stretches import STEP

        name = dataset or LIVE
        with app.waiting(f"the value stream of {name}"):
            log = cohort(opened(app, name), since, until, where)
            stream = recorded_stream(log, by or STEP, names, hours_per_week)
    later = None if future is None else stream.changed(read_what_if(future))
    written = () if out is None else _written(stream, later, out)
    answer: dict[str, Any] = {"files": [str(path) for path in written], "stream": _plain(stream)}
    if later is not None:
        answer["future"] = _plain(later)
    app.emit(answer, lambda: _said(stream, later, written))


def _written(stream: "ValueStream", later: "ValueStream | None", out: Path) -> tuple[Path, ...]:
    from pictures.value_stream import value_stream_picture

    return value_stream_picture(stream, later).write(out)


def _plain(stream: "ValueStream") -> dict[str, Any]:
    """The model, and what follows from it."""
    from measurement.flow.stream import DAY

    return stream.model_dump(mode="json") | {
        "takt_s": stream.takt_s,
        "inventory_days": list(stream.inventory_days),
        "lead_s": stream.lead_s,
        "lead_days": stream.lead_s / DAY,
        "wait_s": stream.wait_s,
        "touch_s": stream.touch_s,
        "unclassified_s": stream.unclassified_s,
        "flow_efficiency": stream.flow_efficiency,
    }


def _said(stream: "ValueStream", later: "ValueStream | None", written: tuple[Path, ...]) -> str:
    from commands.output import table
    from pictures.stream_words import spoken
    from pictures.value_stream import value_stream_picture

    picture = value_stream_picture(stream, later)
    lines = [picture.title, "  ".join(picture.facts)]
    for state in (stream, later):
        if state is not None:
            lines += ["", *([state.title] if later is not None else []), table(_rows(state))]
    for loop in stream.loops:
        cost = "" if loop.seconds is None else f", {spoken(loop.seconds)} a case on the mean of all cases"
        lines.append(f"Comes back from {loop.back_from} to {loop.back_to}: {loop.share:.0%} of cases{cost}")
    lines += ["", picture.alt, *picture.notes, *([f"Source: {picture.source}"] if picture.source else [])]
    lines += [f"Written: {', '.join(map(str, written))}"] if written else ["Draw it: add --out FILE.svg"]
    return "\n".join(lines)


def _rows(stream: "ValueStream") -> list[dict[str, str]]:
    from pictures.stream_words import brief, spoken, waited

    rows = []
    for step, days in zip(stream.steps, stream.inventory_days, strict=False):
        cases = "" if step.n is None else f"{step.n:,} ({step.share:.0%})"
        yields = "" if step.first_pass_yield is None else f"{step.first_pass_yield:.0%}"
        cycle = "" if step.cycle_s is None else brief(step.cycle_s)
        rows.append(
            {
                "step": step.name,
                "wait before": waited(days, stream.of_24_h),
                "cases": cases,
                "c/t": cycle,
                "first pass": yields,
            }
            | {"touch": spoken(step.work_s), "unclear": spoken(step.unclassified_s)}
        )
    blank = dict.fromkeys(rows[0], "")
    rows.append(blank | {"step": "before the end", "wait before": waited(stream.inventory_days[-1], stream.of_24_h)})
    total = {"wait before": spoken(stream.wait_s), "touch": spoken(stream.touch_s)}
    rows.append(blank | total | {"step": "in all", "unclear": spoken(stream.unclassified_s)})
    return rows
