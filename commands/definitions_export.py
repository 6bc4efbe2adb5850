"""`jidoka definitions export`: the standard in force as Python, for a commit."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.common import App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from definitions.organisation import Organisation
    from definitions.standards import Standard

WRITTEN = "written by `jidoka definitions export`"


@click.command("export", cls=Verb)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.py", help="Where to write it.")
@pass_app
def export(app: App, out: Path | None) -> None:
    """Write the standard in force as one Python module, which loads to exactly its version.

    Once it is committed and the setting `definitions` names it, the code holds all that was accepted.
    A FILE.py that this command did not write is left alone.
    """
    from commands.records_door import desk_for
    from definitions.people import Action
    from definitions.source import NAME, module
    from definitions.standards import in_force, pending

    with desk_for(app, Action.DEFINITIONS) as desk:
        code, history = desk.standards.code, desk.standards.history()
    standard, since = in_force(code, history), pending(code, history)
    about = f"{standard.name}: version {standard.version} of the definitions, {WRITTEN}."
    notes = [f"Version {code.version} of {app.settings.definitions}, and accepted on top of it:"] if since else []
    text = module(standard, about, [*notes, *map(_note, since)])
    _verify(text, standard)
    if out is None:
        app.emit({"version": standard.version, "accepted": len(since), "source": text}, text.rstrip("\n"))
        return
    if out.exists() and WRITTEN not in out.read_text(encoding="utf-8", errors="replace")[:1_000]:
        raise Failure("usage", f"{out} was not {WRITTEN}.", "Name another file, or move that one away.")
    out.write_text(text, encoding="utf-8")
    named = f"{out.stem}:{NAME}"
    app.emit(
        {"version": standard.version, "accepted": len(since), "file": str(out), "definitions": named},
        f"{out} holds version {standard.version}: the code and {len(since)} accepted change{'s' * (len(since) != 1)}.\n"
        f'Commit it, and set `definitions = "{named}"` where it can be imported from.',
    )


def _note(standard: "Standard") -> str:
    cycle = f" ({standard.cycle})" if standard.cycle else ""
    return f"{standard.number}. {standard.at:%Y-%m-%d} {standard.by}: {standard.change.why}{cycle}"


def _verify(text: str, standard: "Organisation") -> None:
    """What was written is loaded before anybody gets it."""
    from definitions.source import NAME

    found: dict[str, object] = {}
    exec(compile(text, "<export>", "exec"), found)
    version = getattr(found[NAME], "version", None)
    if version != standard.version:
        raise Failure("internal", f"The source loads to version {version}, not {standard.version}.", "Report it.")
