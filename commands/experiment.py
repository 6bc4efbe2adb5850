"""`jidoka experiment`: what is tried on new cases just now, what the looks said, and how to stop it."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Noun, pass_app

if TYPE_CHECKING:
    from pictures.picture import Picture
    from records.experiments import ExperimentRow
    from records.store import Store


@click.group(cls=Noun)
def group() -> None:
    """See what is tried on new cases, what the looks said, and stop it at once."""


@group.command("ls")
@click.option("--running", is_flag=True, help="Only those that new cases may take part in.")
@pass_app
def ls(app: App, running: bool) -> None:
    """List experiments, the latest first."""
    from commands.experiment_text import listed
    from commands.records_door import desk_for
    from definitions.people import Action

    with desk_for(app, Action.METRICS) as desk:
        rows = desk.store.experiments.running() if running else desk.store.experiments.ls()
        answer = {"experiments": [_brief(row, len(desk.store.experiments.looks(row.key))) for row in rows]}
    app.emit(answer, lambda: listed(answer["experiments"]))


@group.command("show")
@click.argument("key", metavar="KEY")
@click.option("--out", metavar="FILE", help="Also draw its looks: .svg or .png (with the table as .csv), .html, .csv.")
@pass_app
def show(app: App, key: str, out: str | None) -> None:
    """Show the locked plan of an experiment, its arms, every look with its boundaries, and the verdict."""
    from commands.chart import checked, written
    from commands.experiment_text import page
    from commands.records_door import desk_for
    from definitions.people import Action

    checked(out)
    with desk_for(app, Action.METRICS) as desk:
        answer = _whole(desk.store, desk.store.experiments.get(key))
    files = {"files": written(app, _picture(answer), out)} if out else {}
    app.emit(answer | files, lambda: page(answer))


@group.command("stop")
@click.argument("key", metavar="KEY")
@click.option("--reason", required=True, metavar="WORDS", help="Why; it stays in the record.")
@pass_app
def stop(app: App, key: str, reason: str) -> None:
    """Expose no further case, from the next one on; cases that run finish as they began."""
    import asyncio

    from commands.experiment_text import page
    from commands.records_door import desk_for
    from definitions.people import Action

    with desk_for(app, Action.EXPERIMENT_STOP) as desk:
        actor = desk.identity.at_the_command_line(app.settings, app.actor)
        row = asyncio.run(desk.experiments.stop(key, reason, actor))
        answer = _whole(desk.store, row)
    app.emit(answer, lambda: page(answer))


def _brief(row: "ExperimentRow", looks: int) -> dict[str, Any]:
    plan = row.plan if isinstance(row.plan, dict) else {}
    verdict = row.verdict if isinstance(row.verdict, dict) else {}
    return {
        "key": row.key,
        "state": row.state,
        "outcome": verdict.get("outcome"),
        "version": row.version,
        "hypothesis": plan.get("hypothesis"),
        "metric": plan.get("metric"),
        "scope": plan.get("scope"),
        "layer": plan.get("layer"),
        "cycle": plan.get("cycle"),
        "looks": looks,
        "locked_at": row.locked_at,
        "stops_at": plan.get("stops_at"),
        "ended_at": row.ended_at,
    }


def _whole(store: "Store", row: "ExperimentRow") -> dict[str, Any]:
    from definitions.experiment import ARMS, Experiment
    from measurement.experiments.planned import planned_boundaries

    plan = Experiment.model_validate(row.plan)
    looks = [look.model_dump(mode="json") for look in store.experiments.looks(row.key)]
    drawn = store.cases.by_arm(row.key, plan.scope.services)
    limits = planned_boundaries(plan)
    followed = looks[-1]["decision"]["units"] if looks else {}
    return row.model_dump(mode="json") | {
        "looks": looks,
        "arms": [
            {
                "arm": arm,
                "cases": drawn.get(arm, (0, 0))[0],
                "open": drawn.get(arm, (0, 0))[1],
                "units_followed": followed.get(arm, 0),
            }
            for arm in ARMS
        ],
        "boundaries": [
            {"share": share, "wins_at_z": high, "gives_up_below_z": limits.futility[place] if limits.futility else None}
            for place, (share, high) in enumerate(zip(limits.looks, limits.high, strict=True))
        ],
    }


def _picture(whole: dict[str, Any]) -> "Picture":
    from definitions.experiment import Experiment
    from definitions.verdict import Decision, Verdict
    from measurement.experiments.planned import planned_boundaries
    from pictures.experiment import experiment_picture

    plan = Experiment.model_validate(whole["plan"])
    return experiment_picture(
        plan,
        planned_boundaries(plan),
        [Decision.model_validate(look["decision"]) for look in whole["looks"]],
        Verdict.model_validate(whole["verdict"]) if whole["verdict"] is not None else None,
        {each["arm"]: each["cases"] for each in whole["arms"]},
    )
