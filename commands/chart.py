"""`jidoka chart` and `jidoka pareto`: a metric over time, and where it is lost, drawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.number_option import NUMBER
from commands.scope_door import LIVE, scope_of, scope_options

if TYPE_CHECKING:
    from measurement.course.course import Course
    from measurement.log.eventlog import EventLog
    from measurement.metrics.scope import Scope
    from pictures.picture import Picture

KINDS = ("xmr", "p", "pp", "u", "up", "ewma", "cusum", "g", "t", "run", "pareto", "histogram", "cfd", "aging")
OUT = click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Picture as .svg, .png or .html, or its table as .csv.",
)


@click.command(cls=Verb)
@click.argument("key")
@click.option("--kind", type=click.Choice(KINDS), help="Which chart (the one that fits the data, with the reason).")
@scope_options
@click.option("--phase1", type=click.IntRange(min=2), metavar="N", help="Points that give the limits (the first 25).")
@click.option("--goal", type=NUMBER, metavar="S", help="Late is longer than this many seconds (the baseline's P85).")
@click.option("--target", type=NUMBER, help="What the metric should reach, in its unit: will it?")
@click.option("--rules", metavar="LIST", help="Such as 1,2 or we:1-4 or nelson:1,5.")
@click.option("--lambda", "lam", type=NUMBER, help="Weight of the newest point of an EWMA (0.2).")
@click.option("--L", "L", type=NUMBER, help="Limits at so many standard errors (3).")
@click.option("--k", type=NUMBER, help="Reference value of a CUSUM, in standard deviations (0.5).")
@click.option("--h", type=NUMBER, help="Decision interval of a CUSUM, in standard deviations (for 370 points).")
@click.option("--by", metavar="FIELD", help="The field of a Pareto chart.")
@OUT
@pass_app
def chart(
    app: App,
    key: str,
    kind: str | None,
    dataset: str | None,
    since: str | None,
    until: str | None,
    clock: str | None,
    calendar: str | None,
    where: tuple[str, ...],
    rules: str | None,
    out: str | None,
    **options: Any,
) -> None:
    """Draw a metric over time: points, limits, signals, and how often the chart cries wolf while nothing changes.

    Without --kind the data decide, and the answer says why. -o json gives the numbers.
    """
    if options["by"] is not None and kind != "pareto":
        raise Failure("usage", "--by belongs to a Pareto chart.", "Add --kind pareto, or use `jidoka measure --by`.")
    from commands.datasets_door import dataset as opened
    from measurement.metrics.catalogue import metric

    checked(out)
    metric(key)
    scope = scope_of(app, dataset, since=since, until=until, clock=clock, calendar=calendar, where=where)
    with app.waiting(f"{key} of {dataset or LIVE}"):
        log = opened(app, dataset or LIVE)
        if kind in ("cfd", "aging"):
            _flow(app, log, kind, scope, out)
            return
        from measurement.charts.rules import rules_of
        from measurement.course.course import Asked
        from measurement.course.draw import course

        asked = Asked(kind=kind, rules=rules_of(rules) if rules else None, **options)
        found = course(log, key, scope, asked)
    _answer(app, found, options["by"] or "", out)


@click.command(cls=Verb)
@click.argument("key", default="time_to_resolve")
@click.option("--by", required=True, metavar="FIELD", help="The field whose values are compared: team, category ...")
@scope_options
@OUT
@pass_app
def pareto(
    app: App,
    key: str,
    by: str,
    dataset: str | None,
    since: str | None,
    until: str | None,
    clock: str | None,
    calendar: str | None,
    where: tuple[str, ...],
    out: str | None,
) -> None:
    """Where a metric is lost, from the largest down: by time for times, by count for the rest.

    The order is tried on resamples: a first bar that could as well be the second is said to be so.
    """
    from commands.datasets_door import dataset as opened
    from measurement.course.course import Asked
    from measurement.course.draw import course

    checked(out)
    scope = scope_of(app, dataset, since=since, until=until, clock=clock, calendar=calendar, where=where)
    with app.waiting(f"{key} of {dataset or LIVE}"):
        found = course(opened(app, dataset or LIVE), key, scope, Asked(kind="pareto", by=by))
    _answer(app, found, by, out)


def _answer(app: App, found: "Course", by: str, out: str | None) -> None:
    from commands.chart_text import lines_of
    from pictures.course import course_picture

    files: list[str] = []
    if out is not None:
        files = written(app, course_picture(found, by), out)
    app.emit({**found.to_json(), "files": files}, lambda: "\n".join(lines_of(found, by)))


def _flow(app: App, log: "EventLog", kind: str, scope: "Scope", out: str | None) -> None:
    """Of the cases themselves, whatever the metric: where they stood each day, or how old the open ones are."""
    from commands.output import plain
    from measurement.flow.ageing import ageing
    from measurement.flow.cumulative import cumulative_flow
    from measurement.flow.part import part
    from measurement.metrics.measure import period
    from pictures.ageing import ageing_picture
    from pictures.cumulative import cumulative_picture

    found, asked = period(log, scope), part(log, scope)
    days = dict.fromkeys(f"{at.day} {at:%b %Y}" for at in (found.since, found.until) if at is not None)
    (n,) = (row["n"] for row in asked.rows("SELECT count(*) AS n FROM cases"))
    said: dict[str, Any] = {
        "title": f"{'Cumulative flow' if kind == 'cfd' else 'Age of open work'} of {log.name}",
        "facts": (
            f"n {n:,} cases",
            f"opened {' to '.join(days)}",
            "elapsed clock",
            *(f"{k} = {v}" for k, v in scope.where.items()),
        ),
        "source": log.source,
    }
    if kind == "cfd":
        flow = cumulative_flow(asked)
        numbers, picture = plain(flow), cumulative_picture(flow, **said)
    else:
        ages = ageing(asked)
        numbers, picture = plain(ages), ageing_picture(ages, **said)
    files = written(app, picture, out) if out is not None else []
    about = {"kind": kind, "dataset": log.name, "n": n, "filter": dict(scope.where), "source": log.source}
    about |= {"period": {"from": found.since, "to": found.until, "as_of": found.as_of}, "files": files}
    app.emit(
        about | numbers, lambda: "\n".join((picture.title, " · ".join(picture.facts), "", picture.alt, *picture.notes))
    )


def checked(out: str | None) -> None:
    """Refuses a name of no known format before any work is done."""
    from pictures.picture import format_of

    if out is not None:
        format_of(Path(out))


def written(app: App, picture: "Picture", out: str) -> list[str]:
    """The files of a picture; says on stderr which they are."""
    files = [str(path) for path in picture.write(Path(out))]
    app.say(f"Written: {', '.join(files)}.")
    return files
