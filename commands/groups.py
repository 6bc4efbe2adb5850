"""Nouns and verbs: click groups that import late, commands that share options."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from commands.app import App

SENTENCE = 400
"""Letters; none is as long."""


def _flag(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:
        if value is not None:
            app = ctx.ensure_object(App)
            if name in ("output", "config"):
                setattr(app, name, value)
            else:
                app.flags[name] = value
        return value

    return keep


def shared_options() -> list[click.Option]:
    """Options that stand before the noun or after the verb alike."""
    return [
        click.Option(
            ["-o", "--output"],
            type=click.Choice(["text", "json", "jsonl"]),
            envvar="JIDOKA_OUTPUT",
            expose_value=False,
            callback=_flag("output"),
            help="How the answer is written (text).",
        ),
        click.Option(
            ["--as", "act_as"],
            metavar="WHO",
            expose_value=False,
            callback=_flag("act_as"),
            help="Who acts: a person's key or address (the OS user).",
        ),
        click.Option(
            ["--data-dir"],
            type=click.Path(file_okay=False),
            expose_value=False,
            callback=_flag("data_dir"),
            help="Directory of the stack (JIDOKA_DATA_DIR).",
        ),
        click.Option(
            ["--config"],
            type=click.Path(dir_okay=False),
            expose_value=False,
            callback=_flag("config"),
            help="Settings file (./jidoka.toml).",
        ),
    ]


class Verb(click.Command):
    """A command with the shared options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [*(kwargs.get("params") or []), *shared_options()]
        super().__init__(*args, **kwargs)


class Noun(click.Group):
    """A group whose commands are verbs."""

    command_class = Verb
    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """With the first sentence of each whole; it is wrapped, not cut."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(limit=SENTENCE)) for name, one in commands if one and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class Lazy(Noun):
    """The root: nouns are imported when named, their one-line help is in the registry."""

    def __init__(self, *args: Any, registry: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        kwargs["params"] = [*(kwargs.get("params") or []), *shared_options()]
        super().__init__(*args, **kwargs)
        self.registry = registry

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the registry, which is the order in which people need them."""
        from importlib.util import find_spec

        return [name for name, (target, _) in self.registry.items() if find_spec(target.partition(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the module of that one command."""
        from importlib import import_module
        from importlib.util import find_spec

        target, _ = self.registry.get(cmd_name, ("", ""))
        module, _, name = target.partition(":")
        if not module or not find_spec(module):
            return None
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the registry, so that --help imports nothing."""
        rows = [(name, self.registry[name][1]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def key_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--idempotency-key, on every create."""
    return click.option("--idempotency-key", metavar="K", help="Repeating it returns the same id.")(command)


def yes_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--yes, for scripts."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)


def dry_run_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--dry-run, on what changes many things."""
    return click.option("--dry-run", is_flag=True, help="Say what would be done, do nothing.")(command)
