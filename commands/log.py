"""`jidoka log`: the event log of all cases."""

from typing import TYPE_CHECKING

import click

from commands.common import EXIT, App, Noun, dry_run_option, pass_app, yes_option
from commands.records_door import desk_for

if TYPE_CHECKING:
    from desk import Desk
    from records.rebuild import RestoreReport


@click.group(cls=Noun)
def group() -> None:
    """The event log of all cases."""


@group.command("rebuild")
@dry_run_option
@yes_option
@pass_app
def rebuild(app: App, dry_run: bool, yes: bool) -> int:
    """Restore facts and case rows from the runs; exit 6 when something could not be restored.

    Words of people are not in the runs: those come back only from a backup.
    """
    from definitions.people import Action

    with desk_for(app, Action.REBUILD) as desk:
        if not dry_run:
            app.sure("Make the event log and the case rows agree with the runs?", yes)
        report = app.run(_restored(desk, dry_run), waiting="the journals of all runs")
    app.emit({"dry_run": dry_run} | report.model_dump(mode="json"), lambda: _told(report, dry_run))
    return EXIT["check_failed"] if report.problems else 0


async def _restored(desk: "Desk", dry_run: bool) -> "RestoreReport":
    import asyncio

    restoration = desk.store.rebuild.begin(dry_run=dry_run)
    async for journal in desk.journals():  # type: ignore[attr-defined]
        await asyncio.to_thread(restoration.add, journal)
    return await asyncio.to_thread(restoration.report)


def _told(report: "RestoreReport", dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    lines = [f"{p.case_id} {'' if p.seq is None else f'fact {p.seq}'}: {p.what}" for p in report.problems]
    lines.append(
        f"{report.journals} journals with {report.facts} facts read: {report.added} facts {would}added, "
        f"{report.removed} {would}moved to quarantine, {report.rows} case rows {would}written, "
        f"{len(report.problems)} problems."
    )
    return "\n".join(lines)
