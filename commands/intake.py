"""`jidoka intake`: what arrives by mail."""

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Noun, failure_of, pass_app
from commands.records_door import desk_for

if TYPE_CHECKING:
    from definitions.intake import Received
    from desk import Desk
    from settings import Settings

OUTCOMES = {
    "opened": "It became {case_id}.",
    "threaded": "It went to {case_id}.",
    "duplicate": "It was here before.",
    "ignored": "It was put aside.",
    "quarantined": "It is in quarantine.",
}


@click.group(cls=Noun)
def group() -> None:
    """Take in what arrives by mail and other channels."""


TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and tries again."""


@group.command("email")
@click.option("--pipe", is_flag=True, help="For a mail server's pipe: exit 75 (try again later) instead of 1 or 5.")
@pass_app
def email(app: App, pipe: bool) -> int:
    """Take in one mail from stdin: `jidoka intake email < message.eml`, or as a mail server's pipe.

    Says which case it became, or why it did not. Exit 0 means that it is safe here, even while Temporal is down.
    """
    try:
        _take_in(app)
    except Exception as error:
        failure = failure_of(error)
        if pipe and failure.exit in (1, 5):
            raise Failure(failure.code, failure.message, failure.hint, TRY_LATER) from error
        raise
    return 0


def _take_in(app: App) -> None:
    from definitions.people import Action

    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise Failure("usage", "There is no mail on stdin.", "Use `jidoka intake email < message.eml`.")
    with desk_for(app, Action.INTAKE) as desk:
        # The records are enough: the relay brings it on when the stack is there again.
        answer = app.run(_taken(desk, app.settings, raw), waiting="the mail to be taken in", stack=False)
    app.emit(answer, lambda: told(answer))


async def _taken(desk: "Desk", settings: "Settings", raw: bytes) -> "Received":
    from office.intake import PostRoom

    return await PostRoom(desk, settings).take(raw)


def told(answer: "Received") -> str:
    """What became of it, in a sentence or two."""
    said = OUTCOMES[answer.outcome].format(case_id=answer.case_id or "a case")
    if answer.case_id and answer.case_id not in said:
        said += f" Its case is {answer.case_id}."
    return f"{said} {answer.reason[:1].upper()}{answer.reason[1:]}." if answer.reason else said


@group.command("run")
@pass_app
def run(app: App) -> int:
    """Read the mailbox of the setting `mail_imap_url` as mail arrives, until SIGTERM."""
    import logging

    from definitions.people import Action

    url = app.settings.mail_imap_url
    if url is None:
        raise Failure(
            "settings", "No mailbox is set.", "Set JIDOKA_MAIL_IMAP_URL to imaps://USER:PASSWORD@HOST/MAILBOX."
        )
    logging.basicConfig(
        level=app.settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    with desk_for(app, Action.INTAKE) as desk:
        asyncio.run(_read(desk, app.settings, url))
    return 0


async def _read(desk: "Desk", settings: "Settings", url: str) -> None:
    import signal

    from office.intake import PostRoom

    try:
        reader: Any = PostRoom(desk, settings).mailbox(url)
    except ValueError as wrong:
        raise Failure("settings", f"mail_imap_url cannot be used: {wrong}.", "Correct it and try again.") from None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, reader.stop)
    await reader.run()
