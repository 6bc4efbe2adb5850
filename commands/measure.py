"""`jidoka measure`: one metric of one dataset, with all that one must know to believe it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from commands.common import App, Failure, Verb, pass_app
from commands.scope_door import LIVE, pairs, scope_of, scope_options

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog
    from measurement.metrics.scope import Scope


@click.command(cls=Verb)
@click.argument("key", required=False)
@scope_options
@click.option(
    "--by", metavar="FIELD", help="A row for each value of a field, or week, month, weekday, hour of opening."
)
@click.option("--goal", metavar="KEY=NUMBER", multiple=True, help="What `experience` is judged by.")
@click.option("--list", "catalogue", is_flag=True, help="List all metrics, as without KEY.")
@click.option("--explain", is_flag=True, help="Formula, query, exclusions and the trap instead of the numbers.")
@pass_app
def measure(
    app: App,
    key: str | None,
    dataset: str | None,
    by: str | None,
    since: str | None,
    until: str | None,
    clock: str | None,
    calendar: str | None,
    where: tuple[str, ...],
    goal: tuple[str, ...],
    catalogue: bool,
    explain: bool,
) -> None:
    """Measure a metric: its value with n, period, clock, exclusions and interval; without KEY, list them all."""
    from commands import measure_text
    from measurement.metrics.catalogue import METRICS, metric

    if key is None or catalogue:
        rows = [measure_text.entry(one) for one in METRICS.values()]
        app.emit(rows, lambda: measure_text.listing(list(METRICS.values())))
        return
    wanted = metric(key)
    from measurement.metrics.measure import measure as measured

    name = dataset or LIVE
    log = _log(app, name, optional=explain and dataset is None)
    if log is None:
        app.emit(measure_text.entry(wanted), lambda: measure_text.meaning(wanted))
        return
    scope = scope_of(app, dataset, since=since, until=until, clock=clock, calendar=calendar, where=where, by=by)
    scope = replace(scope, goals=_goals(goal))
    with app.waiting(f"{key} of {name}"):
        found = measured(log, key, scope)
    if explain:
        explained = {**measure_text.entry(wanted), **found.to_json(), "page": measure_text.page(key)}
        app.emit(explained, lambda: measure_text.explained(wanted, found))
    else:
        app.emit(found.to_json(), lambda: measure_text.told(found, _again(dataset, scope)))


def _log(app: App, name: str, *, optional: bool) -> "EventLog | None":
    from commands.datasets_door import dataset
    from commands.failures import failure_of

    try:
        return dataset(app, name)
    except Exception as error:
        failure = failure_of(error)
        if not optional or failure.code == "internal":
            raise
        app.say(f"Nothing was counted: {failure.message.rstrip('.')}. Name another dataset with --dataset.")
        return None


def _goals(given: tuple[str, ...]) -> dict[str, float]:
    try:
        return {key: float(number) for key, number in pairs(given, "--goal csat=0.8").items()}
    except ValueError:
        raise Failure("usage", "A goal is a number.", "Write --goal csat=0.8.") from None


def _again(dataset: str | None, scope: "Scope") -> str:
    """The options that ask the same question again."""
    parts = [f"--dataset {dataset}"] if dataset else []
    parts += [f"--from {scope.since:%Y-%m-%d}"] if scope.since else []
    parts += [f"--to {scope.until:%Y-%m-%d}"] if scope.until else []
    parts += [f"--clock {scope.clock}"] if scope.clock else []
    parts += [f"--where '{name}={value}'" for name, value in scope.where.items()]
    return "".join(f" {part}" for part in parts)
