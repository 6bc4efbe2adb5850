"""`jidoka audit`: whether anything in the event log was altered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.common import EXIT, App, Noun, pass_app
from commands.records_door import desk_for

if TYPE_CHECKING:
    from records.audit import AuditReport

SHOWN = 50
"""The most problems that people are shown; JSON has all."""


@click.group(cls=Noun)
def group() -> None:
    """Verify that nothing in the event log was altered."""


@group.command("verify")
@click.option(
    "--checkpoints",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of the checkpoints (`audit` in the data directory).",
    show_default=False,
)
@pass_app
def verify(app: App, checkpoints: Path | None) -> int:
    """Look at every fact of every case; exit 6 when something was altered, removed or added."""
    from definitions.people import Action

    with desk_for(app, Action.AUDIT) as desk, app.waiting("the end of the event log"):
        report = desk.store.audit.verify(checkpoints)
    app.emit({"ok": report.ok} | report.model_dump(mode="json"), lambda: _verdict(report))
    return 0 if report.ok else EXIT["check_failed"]


@group.command("checkpoint")
@pass_app
def checkpoint(app: App) -> None:
    """Write a signed checkpoint of all chains; copy its file to another machine."""
    from definitions.people import Action

    with desk_for(app, Action.AUDIT) as desk, app.waiting("the end of the event log"):
        cases, file = desk.store.audit.checkpoint(), desk.store.audit.file
    app.emit({"cases": cases, "file": str(file)}, f"{cases} chains grew since the last checkpoint; added to {file}.")


def _verdict(report: "AuditReport") -> str:
    seen = f"{report.facts} facts of {report.cases} cases, {report.texts} texts, {report.checkpoints} checkpoints"
    if report.ok:
        cut = "" if report.checkpoints else "\nWithout a checkpoint a chain forged as a whole cannot be seen."
        return f"{seen}: nothing was altered.{cut}"
    lines = [f"{p.case_id} {'' if p.seq is None else f'fact {p.seq}'}: {p.what}" for p in report.problems[:SHOWN]]
    if len(report.problems) > SHOWN:
        lines.append(f"... and {len(report.problems) - SHOWN} more (-o json shows all)")
    return "\n".join([*lines, f"{seen}: {len(report.problems)} problems."])
