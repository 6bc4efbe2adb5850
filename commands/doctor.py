"""`doctor`: what is wrong on this machine, and the command that puts it right."""

import asyncio

import click

from commands.common import App, Verb, pass_app
from commands.output import fancy


@click.command(cls=Verb)
@pass_app
def doctor(app: App) -> int:
    """Check what the stack needs; exit 0 when all is well, 6 when something is not."""
    from stack.checks import examine

    with app.waiting("the checks"):
        checks = asyncio.run(examine(app.settings))
    wrong = [check for check in checks if check.state == "wrong"]
    marks = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
    lines = []
    for check in checks:
        mark = marks[check.state]
        if fancy():
            mark = click.style(mark, fg={"ok": "green", "note": "yellow", "wrong": "red"}[check.state])
        lines.append(f"{mark}  {check.name}: {check.message}")
        if check.next:
            lines.append(f"       next: {check.next}")
    lines.append("All is well." if not wrong else f"{len(wrong)} of {len(checks)} checks found something wrong.")
    app.emit({"ok": not wrong, "checks": checks}, "\n".join(lines))
    return 6 if wrong else 0
