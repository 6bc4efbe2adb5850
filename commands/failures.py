"""What can go wrong in a command, said with a code, a reason and the next step."""

import json
import os
from collections.abc import Sequence
from typing import Any

import click

EXIT = {
    "usage": 2,
    "settings": 2,
    "not_found": 3,
    "not_allowed": 4,
    "unreachable": 5,
    "timeout": 5,
    "check_failed": 6,
    "interrupted": 130,
}
"""Exit status by code; every other code is 1."""

UP = "Run `jidoka up` (or `jidoka doctor`, which says what is wrong)."


class Failure(Exception):
    """Ends a command; `exit` follows from the code unless given."""

    def __init__(self, code: str, message: str, hint: str = "", exit: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit = EXIT.get(code, 1) if exit is None else exit

    def as_data(self) -> dict[str, dict[str, str]]:
        """The error document of JSON mode."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


def failure_of(error: BaseException) -> Failure:
    """The failure a person should read for any exception.

    Outside libraries are known by name, so that reporting a typing error imports none of them.
    An exception of ours says it itself, with `code`, `message` and `hint`.
    """
    if isinstance(error, Failure):
        return error
    code, message, hint = (getattr(error, name, None) for name in ("code", "message", "hint"))
    if isinstance(code, str) and isinstance(message, str) and isinstance(hint, str):
        return Failure(code, message, hint)
    names = {f"{cls.__module__.partition('.')[0]}.{cls.__name__}" for cls in type(error).__mro__}
    if "temporalio.RPCError" in names:
        return _of_rpc(error)
    if "sqlalchemy.OperationalError" in names or "sqlalchemy.ProgrammingError" in names:
        return _of_database(error)
    if isinstance(error, RuntimeError) and "client connect" in str(error):
        return Failure("unreachable", "The Temporal server does not answer.", UP)
    if names & {"httpx.TransportError", "builtins.ConnectionError"}:
        return Failure("unreachable", f"The connection failed: {error}.", UP)
    if isinstance(error, TimeoutError):
        return Failure("timeout", f"No answer in time{f': {error}' if str(error) else ''}.", UP)
    if isinstance(error, OSError):
        return Failure(
            "failed", f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), "Correct it and try again."
        )
    return Failure(
        "internal",
        f"Something unforeseen happened: {type(error).__name__}: {error}",
        "Set JIDOKA_LOG_LEVEL=debug to see where, and report it.",
    )


def _of_rpc(error: Any) -> Failure:
    status = getattr(error.status, "name", "")
    said = {
        "NOT_FOUND": ("not_found", "Check the id; `ls` lists what there is."),
        "PERMISSION_DENIED": ("not_allowed", "Ask an administrator of the Temporal cluster."),
        "UNAUTHENTICATED": ("not_allowed", "Check TEMPORAL_API_KEY or the profile in temporal.toml."),
        "DEADLINE_EXCEEDED": ("timeout", UP),
        "CANCELLED": ("timeout", UP),
        "UNAVAILABLE": ("unreachable", UP),
        "RESOURCE_EXHAUSTED": ("unreachable", "Try again in a moment."),
    }
    code, hint = said.get(status, ("failed", "Look at the Temporal server's log."))
    return Failure(code, f"Temporal says {status.lower().replace('_', ' ') or 'no'}: {error}", hint)


def _of_database(error: Any) -> Failure:
    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    if "no such table" in reason or "does not exist" in reason:
        return Failure("unreachable", f"The database is not prepared: {reason}.", UP)
    return Failure("unreachable", f"The database does not answer: {reason}.", UP)


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
    click.echo(f"Error: {_shown(failure.message)}", err=True)
    if failure.hint:
        click.echo(f"Next:  {_shown(failure.hint)}", err=True)


LONGEST = 2_000


def _shown(said: str) -> str:
    """What it quotes of somebody's file neither steers the terminal nor fills it."""
    plain = "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in said)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} ..."
