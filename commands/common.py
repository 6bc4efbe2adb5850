"""What every command shares: options, output, waits. Commands get it as `App` by `@pass_app`.

A noun is `@click.group(cls=Noun)`, exported as `group`; its verbs are `@group.command("ls")`.
Each verb takes --data-dir, --config, --as and -o without saying so. Returning a number sets the exit status.
"""

import asyncio
import contextlib
import functools
import getpass
import json
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.failures import EXIT, UP, Failure, failure_of
from commands.output import dumps, plain, rendered

if TYPE_CHECKING:
    from settings import Settings

__all__ = [
    "EXIT",
    "UP",
    "App",
    "Failure",
    "Noun",
    "Verb",
    "dry_run_option",
    "failure_of",
    "key_option",
    "pass_app",
    "plain",
    "yes_option",
]

Result = TypeVar("Result")


@dataclass
class App:
    """One call of the command line."""

    output: str = "text"
    flags: dict[str, Any] = field(default_factory=dict)
    config: str | None = None

    @functools.cached_property
    def settings(self) -> "Settings":
        """Read when first asked for, so that --help needs no settings."""
        from sources import load

        return load(self.flags, config=self.config)

    @property
    def actor(self) -> str:
        """Who acts: --as, JIDOKA_ACT_AS, else the user of the operating system."""
        return self.settings.act_as or getpass.getuser()

    @property
    def json(self) -> bool:
        """Whether a program reads the answer."""
        return self.output != "text"

    def emit(self, data: object, text: str | Callable[[], str] | None = None) -> None:
        """The answer, on stdout: `text` (or a table of `data`) for people, JSON for programs.

        In jsonl a sequence is one line per item.
        """
        value = plain(data) if self.json or text is None else None
        if self.output == "jsonl" and isinstance(value, list):
            answer = "\n".join(dumps(item) for item in value)
        elif self.json:
            answer = dumps(value, indent=None if self.output == "jsonl" else 2)
        else:
            answer = rendered(value) if text is None else text if isinstance(text, str) else text()
        if answer:
            click.echo(answer)

    def say(self, message: str) -> None:
        """A remark for the person in front of it, on stderr."""
        click.echo(message, err=True)

    @contextlib.contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Says on stderr what is awaited once it takes over a second."""
        timer = threading.Timer(1.0, self.say, (f"Waiting for {what} ...",))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def run(self, work: Coroutine[Any, Any, Result], *, waiting: str = "the server", back: str = "") -> Result:
        """Run to the end; Ctrl-C leaves the case alone, exits 130 and says how to come back."""
        try:
            with self.waiting(waiting):
                return asyncio.run(work)
        except KeyboardInterrupt:
            raise Failure("interrupted", "Stopped waiting; what was started goes on.", back) from None

    def sure(self, question: str, yes: bool) -> None:
        """Ask before changing many things; a script says --yes."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise Failure("usage", f"{question} Nobody is here to answer.", "Add --yes.")
        if not click.confirm(question, err=True):
            raise Failure("failed", "Nothing was changed.", "")


pass_app = click.make_pass_decorator(App, ensure=True)


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


def output_wanted(args: Sequence[str]) -> str:
    """The output format of a command line that may be wrong: its error is answered in the same format."""
    wanted = os.environ.get("JIDOKA_OUTPUT", "text")
    for index, arg in enumerate(args):
        if arg in ("-o", "--output") and index + 1 < len(args):
            wanted = args[index + 1]
        elif arg.startswith("--output="):
            wanted = arg.removeprefix("--output=")
        elif arg.startswith("-o") and not arg.startswith("--") and len(arg) > 2:
            wanted = arg.removeprefix("-o").removeprefix("=")
    return wanted


def report(failure: Failure, output: str) -> None:
    """As a JSON document on stdout for programs, as words on stderr for people."""
    if output in ("json", "jsonl"):
        click.echo(json.dumps(failure.as_data(), ensure_ascii=False))
        return
    click.echo(f"Error: {failure.message}", err=True)
    if failure.hint:
        click.echo(f"Next:  {failure.hint}", err=True)
