"""How a verb about a case is made: its options, the act carried out at the desk, and the case printed as it is then."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked, at_option, valid
from commands.cases_words import words_from
from commands.common import App, Verb, key_option, pass_app

if TYPE_CHECKING:
    from definitions.acts import Act
    from definitions.people import Actor
    from desk import Desk
    from office.acceptance import Opened

REASONS = ("mistaken", "knows_more", "not_there", "agreed", "not_needed")


def verb(name: str, into: Callable[[click.Command], None]) -> Callable[..., Any]:
    """A verb about one case, with the options every act has."""

    def make(function: Callable[..., Any]) -> click.Command:
        options = (pass_app, click.argument("case_id", metavar="ID"), at_option, key_option)
        for option in options:
            function = option(function)
        command = click.command(name, cls=Verb)(function)
        into(command)
        return command

    return make


def note_option(name: str = "--note", what: str = "Words that go with it; `-` reads stdin.") -> Callable[[Any], Any]:
    """--note, --reason: the words of the act."""
    return click.option(name, "note", metavar="WORDS", help=what)


def reason_option(what: str) -> Callable[[Any], Any]:
    """--reason: why somebody goes against what the engine proposed."""
    return click.option("--reason", type=click.Choice(REASONS), help=f"Why {what}; it is counted.")


async def shown(desk: "Desk", actor: "Actor", case_id: str) -> dict[str, Any]:
    """The case as it is now; where it cannot be read, its id and why: what was done is done all the same."""
    from office.errors import NotAllowed, Unreachable

    try:
        return await desk.show(case_id, actor=actor)
    except (NotAllowed, Unreachable) as unread:
        return {"id": case_id, "unread": unread.message}


def opened(
    app: App,
    work: "Callable[[Desk, Actor], Awaitable[Opened]]",
    *,
    waiting: str,
    back: str,
    again: str = "It was opened before:",
    unread: str | None = None,
) -> None:
    """Open a case, then print it; `again` stands above one that was there already.

    `unread` is why it is not looked at, for what its opener cannot be linked to: looks are logged.
    """

    async def open_and_show(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        case = await work(desk, actor)
        seen = {"id": case.id, "unread": unread} if unread else await shown(desk, actor, case.id)
        return seen | {"created": case.created}

    case = asked(app, open_and_show, waiting=waiting, back=back)

    def text() -> str:
        from commands.cases_page import brief

        return ("" if case["created"] else f"{again}\n") + brief(case)

    app.emit(case, text)


def carry_out(
    app: App,
    case_id: str,
    kind: str,
    given: dict[str, Any],
    *,
    fields: "Callable[[Desk, Actor], Awaitable[dict[str, Any]]] | None" = None,
) -> None:
    """Do it, then print the case as it is now.

    `given` holds the options; `note` becomes the text of the act. `fields` looks up what only the desk knows: values
    that go before the options (None takes one away), another `act`, and `on`, another case that it is done to.
    """
    from definitions.kinds import ACTS, noun_of

    key = given.pop("idempotency_key")
    note = words_from(given.pop("note", None))

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        await desk.case(case_id)
        whole = {"act": kind, "by": actor.person, **given, **(await fields(desk, actor) if fields else {})}
        name, target = whole.pop("act"), whole.pop("on", case_id)
        made = next(each for each in ACTS.values() if each.__name__ == name)
        if note:
            aside, task = bool(whole.get("internal")), whole.get("task")
            await desk.ask(target, made, actor=actor, internal=aside, task=task)
            whole["text"] = await desk.words(note, whole["by"])
        act: Act = valid(made, {name: value for name, value in whole.items() if value is not None})
        await desk.act(target, act, actor=actor, key=key)
        return await shown(desk, actor, target)

    back = f"`jidoka {noun_of(case_id)} show {case_id}` says what became."
    case = asked(app, work, waiting=f"{case_id} to answer", back=back)

    def text() -> str:
        from commands.cases_page import brief

        return brief(case)

    app.emit(case, text)
