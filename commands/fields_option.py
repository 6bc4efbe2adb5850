"""`--field name=value`: what people type into a form."""

from collections.abc import Callable
from typing import Any

import click


class Fields(click.ParamType[Any]):
    """One field and its value; what follows the first `=` is taken as it stands."""

    name = "field"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """From `name=value`."""
        if isinstance(value, tuple):
            return value
        name, equals, said = str(value).partition("=")
        if not equals or not name.strip():
            self.fail(f"{value!r} names no field; write it as NAME=VALUE, such as device='company laptop'", param, ctx)
        return name.strip(), said.strip()


def fields_option(what: str) -> Callable[[Any], Any]:
    """--field, as often as there are fields; the command gets `fields` as a dict."""

    def once(ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, str], ...]) -> dict[str, str]:
        names = [name for name, _ in value]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise click.BadParameter(f"{', '.join(repeated)} is given twice: say it once", ctx=ctx, param=param)
        return dict(value)

    return click.option(
        "--field", "fields", multiple=True, type=Fields(), callback=once, metavar="NAME=VALUE", help=what
    )
