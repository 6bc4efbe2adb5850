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

File = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


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
        change = read(file, before.version, bare="to look at it")
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
            "number": standard.number, "at": f"{standard.at:%Y-%m-%d %H:%M}", "by": standard.by,
            "how": _how(standard, accepted),
            "why": standard.change.why, "cycle": standard.cycle or "-", "base": standard.change.base,
            "result": standard.result,
        }
        for standard in accepted
    ]  # fmt: skip
    app.emit(accepted, lambda: table(rows) if rows else "No change was accepted yet: the code is the standard.")


def _how(standard: "Standard", accepted: "tuple[Standard, ...]") -> str:
    from definitions.standards import taken_back_by

    if standard.reverts is not None:
        return f"takes back {standard.reverts}"
    back = taken_back_by(accepted, standard.number)
    return f"{standard.how}, taken back by {back.number}" if back else str(standard.how)


def read(file: Path, base: str, why: str | None = None, *, bare: str = "") -> "Change":
    """The change in a file of JSON (`-`: stdin), or one of the version `base` where the file is a bare patch.

    `why` stands in the place of what the file says, `bare` where it says nothing. Fails with what is wrong.
    """
    import json
    import sys

    from pydantic import ValidationError

    from definitions.change import Change

    try:
        given = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text())
        if isinstance(given, list):
            given = {"base": base, "why": bare, "patch": given}
        if isinstance(given, dict) and why is not None:
            given |= {"why": why}
        return Change.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        if where == "why":
            raise Failure("usage", f"Why {file} is wanted: {first['msg']}.", "Say it: --reason WORDS.") from None
        wrong = f"{where}: {first['msg'].removeprefix('Value error, ')}"
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        wrong = str(error)
    raise Failure(
        "usage",
        f"{file} is no change: {wrong}.",
        'Write [{"op": "replace", "path": "/services/vpn/title", "value": "Way in"}]; see docs/changes.md.',
    )


def _known(app: App) -> "tuple[Organisation, tuple[Standard, ...]]":
    from commands.records_door import desk_for
    from definitions.people import Action

    with desk_for(app, Action.DEFINITIONS) as desk:
        return desk.standards.code, desk.standards.history()


def _at(code: "Organisation", accepted: "tuple[Standard, ...]", number: int) -> "Organisation":
    from definitions.standards import in_force

    if number > len(accepted):
        raise Failure("not_found", f"There is no change {number}.", "`jidoka definitions history` lists them.")
    return in_force(code, accepted[:number])
