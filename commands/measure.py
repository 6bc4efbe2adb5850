"""`jidoka measure`: one metric of one dataset, with all that one must know to believe it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from definitions.calendars import Calendar
    from measurement.log.eventlog import EventLog
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import Scope

CLOCKS = ("elapsed", "business", "customer")
LIVE = "live"


@click.command(cls=Verb)
@click.argument("key", required=False)
@click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs).")
@click.option(
    "--by", metavar="FIELD", help="A row for each value of a field, or week, month, weekday, hour of opening."
)
@click.option("--from", "since", metavar="D", help="Opened on or after this day or instant (UTC unless it says).")
@click.option("--to", "until", metavar="D", help="Opened before this day or instant.")
@click.option("--clock", type=click.Choice(CLOCKS), help="How time is counted (the metric's own).")
@click.option("--calendar", metavar="KEY|FILE", help="Hours of the business clock: a defined calendar or a TOML file.")
@click.option("--where", metavar="FIELD=VALUE", multiple=True, help="Only cases of this value.")
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
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import Scope

    name = dataset or LIVE
    log = _log(app, name, optional=explain and dataset is None)
    if log is None:
        app.emit(measure_text.entry(wanted), lambda: measure_text.meaning(wanted))
        app.say(f"There is no dataset {name} here to count: --dataset names another one.")
        return
    asked = Clock(clock) if clock else None
    scope = Scope(
        since=_instant("--from", since),
        until=_instant("--to", until),
        where=_pairs(where),
        by=by,
        clock=asked,
        calendars=_calendars(app, calendar, asked, name),
    )
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
        if optional and failure_of(error).code in ("not_found", "unreachable"):
            return None
        raise


def _instant(option: str, given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Failure("usage", f"{option} {given!r} is no date.", "Write 2026-03-31 or 2026-03-31T14:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _pairs(where: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for given in where:
        name, equals, value = given.partition("=")
        if not name or not equals:
            raise Failure("usage", f"--where {given!r} is no FIELD=VALUE.", "Write --where priority=P1.")
        if found.get(name, value) != value:
            raise Failure("usage", f"--where names {name} twice: no case has both.", "Use --by to see all values.")
        found[name] = value
    return found


def _calendars(app: App, named: str | None, clock: "Clock | None", dataset: str) -> "dict[str, Calendar]":
    """One for all, or in `live` that of each team."""
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import ANY

    if named is not None and clock is not Clock.BUSINESS:
        raise Failure("usage", "--calendar belongs to the business clock.", "Add --clock business.")
    if clock is not Clock.BUSINESS or (named is None and dataset != LIVE):
        return {}
    if named is not None and named.endswith(".toml"):
        return {ANY: _calendar_of(named)}
    from definitions.loading import read

    organisation = read(app.settings.definitions)
    calendars = {calendar.key: calendar for calendar in organisation.calendars}
    if named is None:
        return {team.key: calendars[team.calendar] for team in organisation.teams if team.calendar in calendars}
    if named not in calendars:
        raise Failure("not_found", f"There is no calendar {named!r}.", f"There are: {', '.join(sorted(calendars))}.")
    return {ANY: calendars[named]}


def _calendar_of(path: str) -> "Calendar":
    import tomllib
    from pathlib import Path

    from pydantic import ValidationError

    from definitions.calendars import Calendar

    try:
        given: dict[str, Any] = {"key": "file", "title": path, **tomllib.loads(Path(path).read_text())}
        return Calendar.model_validate(given)
    except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError) as error:
        raise Failure(
            "usage",
            f"{path} is no calendar: {str(error).splitlines()[0]}",
            "It needs `zone` and [[windows]] with `days`, `from_`, `until`, as `jidoka definitions show` prints them.",
        ) from None


def _again(dataset: str | None, scope: "Scope") -> str:
    """The options that ask the same question again."""
    parts = [f"--dataset {dataset}"] if dataset else []
    parts += [f"--from {scope.since:%Y-%m-%d}"] if scope.since else []
    parts += [f"--to {scope.until:%Y-%m-%d}"] if scope.until else []
    parts += [f"--where '{name}={value}'" for name, value in scope.where.items()]
    return "".join(f" {part}" for part in parts)
