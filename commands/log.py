"""`jidoka log`: event logs: datasets from other tools, and the log of our own cases."""

from typing import TYPE_CHECKING

import click

from commands.common import EXIT, App, Noun, dry_run_option, pass_app, yes_option
from commands.log_datasets import ls, rm, stats
from commands.log_export import export
from commands.log_import import import_
from commands.records_door import desk_for

if TYPE_CHECKING:
    from desk import Desk
    from office.journals import Unreadable
    from records.rebuild import RestoreReport


@click.group(cls=Noun)
def group() -> None:
    """Event logs: bring them in, count what stands in them; restore our own."""


for verb in (import_, export, stats, ls, rm):
    group.add_command(verb)


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
        report, unreadable = app.run(_restored(desk, dry_run), waiting="the journals of all runs")
    plain = {"dry_run": dry_run} | report.model_dump(mode="json")
    plain["unreadable"] = [run.model_dump(mode="json") for run in unreadable]
    app.emit(plain, lambda: _told(report, unreadable, dry_run))
    return EXIT["check_failed"] if report.problems or unreadable else 0


async def _restored(desk: "Desk", dry_run: bool) -> "tuple[RestoreReport, list[Unreadable]]":
    import asyncio

    from office.journals import Journals

    journals = Journals(await desk.client())
    restoration = desk.store.rebuild.begin(dry_run=dry_run)
    async for journal in journals:
        await asyncio.to_thread(restoration.add, journal)
    return await asyncio.to_thread(restoration.report), journals.unreadable


def _told(report: "RestoreReport", unreadable: "list[Unreadable]", dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    lines = [f"{p.case_id} {'' if p.seq is None else f'fact {p.seq}'}: {p.what}" for p in report.problems]
    lines += [f"{run.case_id} run {run.run_id} did not say what it remembers: {run.reason}" for run in unreadable]
    lines.append(
        f"{report.journals} journals with {report.facts} facts read: {report.added} facts {would}added, "
        f"{report.removed} {would}moved to quarantine, {report.rows} case rows {would}written, "
        f"{len(report.problems) + len(unreadable)} problems."
    )
    return "\n".join(lines)
