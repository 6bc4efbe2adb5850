"""`jidoka definitions diff` and `history`: what a change would make different, and what was accepted so far."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.output import table

if TYPE_CHECKING:
    from definitions.change import Change
    from definitions.organisation import Organisation
    from definitions.standards import Standard

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff", cls=Verb)
@click.argument("file", required=False, type=File, metavar="[FILE.json]")
@click.option("--from", "begin", type=click.IntRange(min=0), metavar="N", help="Number in the history; 0 is the code.")
@click.option("--to", "end", type=click.IntRange(min=0), metavar="N", help="Number in the history (the last).")
@click.option("--rebase", is_flag=True, help="Carry the change over when it was made for another version.")
@pass_app
def diff(app: App, file: Path | None, begin: int | None, end: int | None, rebase: bool) -> None:
    """Try a change and show what it makes different, or what the accepted changes did; nothing is changed."""
    if (file is not None) and (begin is not None or end is not None):
        raise Failure(
            "usage", "A change and a piece of the history are two things to show.", "Give FILE or --from/--to."
        )
    from definitions.change import applied, rebased
    from definitions.change_view import lines, readable
    from definitions.standards import in_force
    from settings import system_clock

    code, history = _known(app)
    change: Change | None = None
    if file is not None:
        before, now = in_force(code, history), system_clock()
        change = read(file)
        change = rebased(change, before, now) if rebase else change
        after = applied(before, change, now)
    else:
        before, after = _at(code, history, begin or 0), _at(code, history, len(history) if end is None else end)
    found = lines(before, after)
    answer: dict[str, Any] = {"base": before.version, "result": after.version, "lines": found}
    answer |= {"change": change} if change is not None else {}
    app.emit(answer, lambda: readable(found) or "Nothing is different.")


@click.command("history", cls=Verb)
@pass_app
def history(app: App) -> None:
    """List the changes accepted so far, by whom and why."""
    _, accepted = _known(app)
    rows = [
        {
            "number": standard.number, "at": standard.at, "by": standard.by, "how": standard.how,
            "why": standard.change.why, "cycle": standard.cycle or "-", "base": standard.change.base,
            "result": standard.result,
        }
        for standard in accepted
    ]  # fmt: skip
    app.emit(accepted, lambda: table(rows) if rows else "No change was accepted yet: the code is the standard.")


def read(file: Path) -> "Change":
    """The change in a file of JSON. Fails with what is wrong with it."""
    from pydantic import ValidationError

    from definitions.change import Change

    try:
        return Change.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise Failure(
            "usage",
            f"{file} is no change: {where}: {first['msg'].removeprefix('Value error, ')}.",
            'Write {"base": VERSION, "why": WORDS, "patch": [{"op": ..., "path": ...}, ...]}; see docs/changes.md.',
        ) from error


def _known(app: App) -> "tuple[Organisation, tuple[Standard, ...]]":
    from commands.records_door import desk_for
    from definitions.people import Action

    with desk_for(app, Action.DEFINITIONS) as desk:
        return desk.organisation, desk.store.standards.ls()


def _at(code: "Organisation", accepted: "tuple[Standard, ...]", number: int) -> "Organisation":
    from definitions.standards import in_force

    if number > len(accepted):
        raise Failure("not_found", f"There is no change {number}.", "`jidoka definitions history` lists them.")
    return in_force(code, accepted[:number])
