"""`jidoka whatif`: what recorded cases would have become under a changed definition."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.scope_door import LIVE, instant

if TYPE_CHECKING:
    from datetime import datetime

    from definitions.organisation import Organisation


@click.command(cls=Verb)
@click.option(
    "--change",
    "file",
    required=True,
    metavar="FILE.json",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="The change: base, why, patch; or the patch alone (RFC 6902). - is stdin.",
)
@click.option("--dataset", metavar="NAME", default=LIVE, show_default=True, help="Whose cases are played.")
@click.option(
    "--names",
    metavar="FILE.toml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the names of an imported log mean in the organisation.",
)
@click.option("--service", metavar="KEY", help="Only cases of this service.")
@click.option("--from", "since", metavar="D", help="Opened on or after this day or instant (UTC unless it says).")
@click.option("--to", "until", metavar="D", help="Opened before this day or instant.")
@click.option("--metric", "metrics", metavar="KEY", multiple=True, help="Instead of the usual ones; more than once.")
@click.option("--queue", is_flag=True, help="Also the wait in the queue of each team, by its people and hours.")
@click.option("--leave-out", is_flag=True, help="Go on without cases that are not reproduced; they are counted.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn from like cases.")
@pass_app
def whatif(
    app: App,
    file: Path,
    dataset: str,
    names: Path | None,
    service: str | None,
    since: str | None,
    until: str | None,
    metrics: tuple[str, ...],
    queue: bool,
    leave_out: bool,
    seed: int,
) -> None:
    """Play recorded cases under a changed definition: metrics before and after, and how much of it is imputed.

    First every case is played under its own definition and must come out as it was, hash for hash. What people did
    stays where it still fits; what nobody ever did is drawn from like cases and counted. It ranks, it does not prove.

    Of an imported log only those parts are played whose rules are declared (--names); the answer says which.
    """
    from commands import whatif_text
    from commands.records_door import desk_for
    from definitions.people import Action
    from measurement.metrics.catalogue import metric
    from measurement.whatif.compared import METRICS
    from measurement.whatif.queueing import queues
    from measurement.whatif.tape import NotReproduced
    from measurement.whatif.under import Under
    from office.whatif import WhatIf

    begin, end = instant("--from", since), instant("--to", until)
    keys = [metric(key).key for key in metrics] or METRICS
    if dataset != LIVE:
        if names is None:
            raise Failure("usage", f"The rules of {dataset} are not declared.", whatif_text.IMPORTED)
        if metrics:
            raise Failure("usage", "--metric is for live.", "An imported log is answered part by part, without it.")
        _imported(app, file, dataset, names, (service, begin, end), leave_out=leave_out, queue=queue, seed=seed)
        return
    if names is not None:
        raise Failure("usage", "--names is for imported logs.", f"The names of {LIVE} are those of the organisation.")
    with desk_for(app, Action.METRICS) as desk:
        changed = _changed(desk.organisation, file)
        what_if = WhatIf(desk.store, desk.organisation, desk.clock())
        tapes, broken = [], []
        with app.waiting("the identity test"):
            for row in what_if.cases(service, begin, end):
                try:
                    tapes.append(what_if.tape(row.id))
                except NotReproduced as differs:
                    broken.append(differs)
        with app.waiting(f"{len(tapes)} cases, twice"):
            found = what_if.compared(changed, tapes, broken, leave_out=leave_out, metrics=keys, seed=seed)
            unders = [Under(organisation, {}) for organisation in (desk.organisation, changed)]
            waits = queues(found.sides, unders, seed) if queue else ()
    app.emit(whatif_text.as_data(found, waits), lambda: whatif_text.told(found, waits))


def _imported(
    app: App,
    file: Path,
    dataset: str,
    names: Path,
    which: "tuple[str | None, datetime | None, datetime | None]",
    **how: Any,
) -> None:
    from commands import whatif_imported_text
    from commands.datasets_door import library
    from commands.definitions_door import organisation_of
    from measurement.whatif.imported import Scope
    from measurement.whatif.names import names_of
    from office.whatif import of_log

    organisation = organisation_of(app, None, code=False)
    changed = _changed(organisation, file)
    declared = names_of(names, organisation)
    log = library(app).open(dataset)
    with app.waiting(f"the cases of {dataset}, twice"):
        found = of_log(log, declared, organisation, changed, Scope(*which), **how)
    app.emit(whatif_imported_text.as_data(found), lambda: whatif_imported_text.told(found))


def _changed(organisation: "Organisation", file: Path) -> "Organisation":
    from commands.definitions_change import read
    from definitions.change import applied

    return applied(organisation, read(file, organisation.version, bare="what-if"))
