"""The part of a dataset that a command is about, for those that look at the whole way of a case."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from commands.scope_door import OPTIONS, instant, pairs

if TYPE_CHECKING:
    from measurement.log.eventlog import EventLog


def cohort_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--from, --to and --where, as `since`, `until` and `where`."""
    for option in reversed([OPTIONS[1], OPTIONS[2], OPTIONS[5]]):
        command = option(command)
    return command


def cohort(log: "EventLog", since: str | None, until: str | None, where: tuple[str, ...]) -> "EventLog":
    """The part of the log that these options speak of."""
    from measurement.flow.part import part
    from measurement.metrics.scope import Scope

    return part(log, Scope(since=instant("--from", since), until=instant("--to", until), where=pairs(where)))
