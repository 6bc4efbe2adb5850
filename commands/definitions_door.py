"""Which organisation a command shows: the standard in force where there are records, else what the code says."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from commands.common import App

if TYPE_CHECKING:
    from definitions.organisation import Organisation


def path_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--path and --code, on every verb that reads definitions."""
    code = click.option("--code", is_flag=True, help="What the code says, without the changes accepted since.")
    path = click.option(
        "--path", metavar="MODULE:NAME", help="Another organisation, as its code says.", show_default=False
    )
    return code(path(command))


def organisation_of(app: App, path: str | None, code: bool, *, everybody: bool = False) -> "Organisation":
    """The one to show, for whoever may see it: with `everybody` all who may open a case.

    Raises NotAllowed, DefinitionsError, and ChangeRefused where the code has moved on from what was accepted.
    """
    from commands.records_door import desk_for
    from definitions.loading import read
    from definitions.people import Action

    if code or path is not None or not _begun(app.settings.database_url):
        return read(path or app.settings.definitions)
    with desk_for(app, Action.OPEN if everybody else Action.DEFINITIONS, own=everybody) as desk:
        return desk.organisation


def _begun(url: str) -> bool:
    """Before the first `up` there is no database, and nothing was accepted."""
    from pathlib import Path

    from records.engine import parsed

    parts = parsed(url)
    return parts.get_backend_name() != "sqlite" or Path(str(parts.database)).exists()
