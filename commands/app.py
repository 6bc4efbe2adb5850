"""One call of the command line: its settings, its answer, its waits."""

import asyncio
import contextlib
import functools
import getpass
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.failures import Failure
from commands.output import dumps, fitted, plain, rendered

if TYPE_CHECKING:
    from settings import Settings

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
            answer = fitted(rendered(value) if text is None else text if isinstance(text, str) else text())
        if answer:
            click.echo(answer)

    def say(self, message: str) -> None:
        """A remark for the person in front of it, on stderr."""
        click.echo(message, err=True)

    @contextlib.contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Says on stderr what is awaited once it takes over a second; nothing when `what` is empty."""
        if not what:
            yield
            return
        timer = threading.Timer(1.0, self.say, (f"Waiting for {what} ...",))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def run(
        self,
        work: Coroutine[Any, Any, Result],
        *,
        waiting: str = "the server",
        back: str = "",
        stack: bool = True,
    ) -> Result:
        """Run to the end; Ctrl-C leaves the case alone, exits 130 and says how to come back.

        `stack` says that it needs a running stack; without one it fails at once, with exit 5.
        """
        if stack:
            try:
                self.need_stack()
            except Failure:
                work.close()
                raise
        try:
            with self.waiting(waiting):
                return asyncio.run(work)
        except KeyboardInterrupt:
            raise Failure("interrupted", "Stopped waiting; what was started goes on.", back) from None

    def need_stack(self) -> None:
        """The stack of this data directory, or a failure: another one on the same ports must not be taken for it."""
        from stack import state

        settings = self.settings
        if settings.embedded and state.live(settings.data_dir) is None:
            raise Failure(
                "unreachable",
                f"No stack is running in {settings.data_dir}.",
                "Run `jidoka up`; --data-dir names another place, JIDOKA_EMBEDDED=false a server you run yourself.",
            )

    def sure(self, question: str, yes: bool) -> None:
        """Ask before changing many things; a script says --yes."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise Failure("usage", f"{question} Nobody is here to answer.", "Add --yes.")
        if not click.confirm(question, err=True):
            raise Failure("failed", "Nothing was changed.", "")


_passed = click.make_pass_decorator(App, ensure=True)


def pass_app(command: Callable[..., Result]) -> Callable[..., Result]:
    """The App as first argument."""
    return _passed(command)
