"""`config`: the settings in force, where each comes from, and the secrets file."""

import click

from commands.common import App, Noun, pass_app
from commands.output import table


@click.group(cls=Noun)
def group() -> None:
    """Settings, and where each one comes from."""


@group.command("show")
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@pass_app
def show(app: App, origin: bool) -> None:
    """Show every setting; passwords are masked.

    A flag goes before the environment (JIDOKA_*, then Temporal's own TEMPORAL_* and temporal.toml),
    that before jidoka.toml, that before the default.
    """
    settings = app.settings
    values = settings.shown()
    rows = [
        {"setting": name, "value": value} | ({"origin": settings.origins[name]} if origin else {})
        for name, value in values.items()
    ]
    data = {row["setting"]: {"value": row["value"], "origin": row["origin"]} for row in rows} if origin else values
    app.emit(data, lambda: table(rows))


@group.command("secrets")
@pass_app
def make_secrets(app: App) -> None:
    """Make the secrets file when there is none (`up` does it too); never shows what is in it."""
    from keys import Secrets

    path = app.settings.secrets_file
    new = not path.exists()
    Secrets.ensure(path)
    app.emit({"file": str(path), "made": new}, f"{'Made' if new else 'Kept'} {path}.")
