"""What the commands about cases share: a desk and who acts, options, and values checked with words people read."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.common import App, Failure

if TYPE_CHECKING:
    from datetime import datetime

    from definitions.people import Actor
    from desk import Desk

LEVELS = ("low", "medium", "high")
T = TypeVar("T")


class Moment(click.ParamType[Any]):
    """A point in time with its offset; without one nobody could tell which clock was meant."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "datetime":
        """From RFC 3339 text."""
        from datetime import datetime

        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write it as 2026-11-20T10:00+01:00", param, ctx)
        if at.tzinfo is None:
            self.fail(f"{value!r} has no offset; write it as 2026-11-20T10:00+01:00 (or ...Z for UTC)", param, ctx)
        return at


def at_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--at, for what is logged afterwards."""
    return click.option("--at", type=Moment(), metavar="TIME", help="When it really happened (now).")(command)


@contextmanager
def at_the_desk(app: App) -> Iterator[tuple["Desk", "Actor"]]:
    """A desk whose records are open, and who acts."""
    from office.opening import open_desk

    desk = open_desk(app.settings)
    with desk.store:
        yield desk, desk.identity.at_the_command_line(app.settings, app.actor)


def asked(app: App, work: "Callable[[Desk, Actor], Awaitable[T]]", *, waiting: str = "the server", back: str = "") -> T:
    """The answer of `work` at an open desk; Temporal is asked first, so that nothing is half done without it."""

    async def ask() -> T:
        await desk.client()
        return await work(desk, actor)

    with at_the_desk(app) as (desk, actor):
        return app.run(ask(), waiting=waiting, back=back)


def valid(kind: type[T], given: Mapping[str, Any]) -> T:
    """A value of this kind; what does not fit is said by the name of its option."""
    from pydantic import ValidationError

    try:
        return kind.model_validate(dict(given))  # type: ignore[attr-defined, no-any-return]
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        name = "--" + str(first["loc"][0]).replace("_", "-") if first["loc"] else "the request"
        raise Failure("usage", f"{name} cannot be used: {first['msg']}.", "See the command's --help.") from None
