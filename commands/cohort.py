"""Which cases a command is about: --from, --to and --where, said once for all that measure."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from commands.common import Failure

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog


def cohort_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--from, --to and --where, as `since`, `until` and `where`."""
    for option in (
        click.option("--where", metavar="FIELD=VALUE", multiple=True, help="Only cases of this value."),
        click.option("--to", "until", metavar="D", help="Opened before this day or instant."),
        click.option("--from", "since", metavar="D", help="Opened on or after this day or instant (UTC)."),
    ):
        command = option(command)
    return command


def cohort(log: "EventLog", since: str | None, until: str | None, where: tuple[str, ...]) -> "EventLog":
    """The part of the log that these options speak of."""
    from measurement.flow.part import part
    from measurement.metrics.scope import Scope

    return part(log, Scope(since=instant("--from", since), until=instant("--to", until), where=pairs(where)))


def instant(option: str, given: str | None) -> datetime | None:
    """A day or an instant, in UTC unless it says otherwise."""
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Failure("usage", f"{option} {given!r} is no date.", "Write 2026-03-31 or 2026-03-31T14:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def pairs(where: tuple[str, ...]) -> dict[str, str]:
    """`FIELD=VALUE` of each --where."""
    found: dict[str, str] = {}
    for given in where:
        name, equals, value = given.partition("=")
        if not name or not equals:
            raise Failure("usage", f"--where {given!r} is no FIELD=VALUE.", "Write --where priority=P1.")
        if found.get(name, value) != value:
            raise Failure("usage", f"--where names {name} twice: no case has both.", "Use --by to see all values.")
        found[name] = value
    return found
