"""What a number is about, as options of a command: dataset, period, filters, clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure

if TYPE_CHECKING:
    from definitions.calendars import Calendar
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import Scope

CLOCKS = ("elapsed", "business", "customer")
LIVE = "live"
OWN = (LIVE, "live-tasks")
"""The datasets of the engine's own runs, whose teams have calendars."""

OPTIONS = (
    click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs)."),
    click.option("--from", "since", metavar="D", help="Opened on or after this day or instant (UTC unless it says)."),
    click.option("--to", "until", metavar="D", help="Opened before this day or instant."),
    click.option("--clock", type=click.Choice(CLOCKS), help="How time is counted (the metric's own)."),
    click.option(
        "--calendar", metavar="KEY|FILE", help="Hours of the business clock: a defined calendar or a TOML file."
    ),
    click.option("--where", metavar="FIELD=VALUE", multiple=True, help="Only cases of this value."),
)


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--dataset, --from, --to, --clock, --calendar, --where; `scope_of` makes a Scope of them."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def scope_of(
    app: App,
    dataset: str | None,
    *,
    since: str | None,
    until: str | None,
    clock: str | None,
    calendar: str | None,
    where: tuple[str, ...],
    by: str | None = None,
) -> "Scope":
    """The question of these options."""
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import Scope

    asked = Clock(clock) if clock else None
    return Scope(
        since=instant("--from", since),
        until=instant("--to", until),
        where=pairs(where),
        by=by,
        clock=asked,
        calendars=calendars(app, calendar, asked, dataset or LIVE),
    )


def instant(option: str, given: str | None) -> datetime | None:
    """A day or an instant of the command line; UTC unless it says. Raises Failure with the way to write one."""
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Failure("usage", f"{option} {given!r} is no date.", "Write 2026-03-31 or 2026-03-31T14:00Z.") from None


def pairs(where: tuple[str, ...], like: str = "--where priority=P1") -> dict[str, str]:
    """FIELD=VALUE of an option written `like` this, each field once."""
    option = like.partition(" ")[0]
    found: dict[str, str] = {}
    for given in where:
        name, equals, value = given.partition("=")
        if not name or not equals:
            raise Failure("usage", f"{option} {given!r} is no NAME=VALUE.", f"Write {like}.")
        if found.get(name, value) != value:
            raise Failure("usage", f"{option} names {name} twice.", "Name it once; --by shows all values.")
        found[name] = value
    return found


def calendars(app: App, named: str | None, clock: "Clock | None", dataset: str) -> "dict[str, Calendar]":
    """One for all, or in `live` that of each team."""
    from measurement.metrics.metric import Clock
    from measurement.metrics.scope import ANY

    if named is not None and clock is not Clock.BUSINESS:
        raise Failure("usage", "--calendar belongs to the business clock.", "Add --clock business.")
    if clock is not Clock.BUSINESS or (named is None and dataset not in OWN):
        return {}
    if named is not None and named.endswith(".toml"):
        return {ANY: _calendar_of(named)}
    from commands.definitions_door import organisation_of

    organisation = organisation_of(app, None, code=dataset not in OWN)
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
    except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise Failure(
            "usage",
            f"{path} is no calendar: {str(error).splitlines()[0]}",
            "It needs `zone` and [[windows]] with `days`, `from_`, `until`, as `jidoka definitions show` prints them.",
        ) from None
