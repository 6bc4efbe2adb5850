"""`jidoka routing`: what resolved cases say about who should get a case first."""

from typing import TYPE_CHECKING, Any

import click

from commands import routing_learning
from commands.common import App, Failure, Noun, pass_app

if TYPE_CHECKING:
    from definitions.routing_learned import LearnedRouting
    from measurement.routing.replay import Found, Replay

FIELD = click.option(
    "--field",
    "fields",
    metavar="NAME",
    multiple=True,
    help="What is known at the opening, the coarsest first; repeated (service, category ...).",
)
LEAST_CASES = click.option("--least-cases", type=click.IntRange(1), help="Resolved cases that a kind must have (30).")
LEAST_GAIN = click.option(
    "--least-gain", type=click.FloatRange(0, 1), help="By how much a share must be better to change the team (0.05)."
)
LIVE = "live"


@click.group(cls=Noun)
def group() -> None:
    """Say who resolves what, why a case went where it did, and what routing by that would change."""


@group.command("replay")
@click.option("--dataset", metavar="NAME", help="Which event log (live: the engine's own runs).")
@FIELD
@LEAST_CASES
@LEAST_GAIN
@click.option("--seed", type=int, default=1, show_default=True, help="Of the resampling.")
@pass_app
def replay(
    app: App,
    dataset: str | None,
    fields: tuple[str, ...],
    least_cases: int | None,
    least_gain: float | None,
    seed: int,
) -> None:
    """Play routing that learns on past cases, trained only on what was resolved before each week.

    Says how many cases would have reached the resolving team first, against what happened and against always
    taking the most frequent team, and the hand-overs that would have been saved.
    """
    from commands.datasets_door import dataset as opened
    from commands.routing_text import page
    from measurement.routing.past import past
    from measurement.routing.replay import replay as played

    name = dataset or LIVE
    settings = _settings(least_cases, least_gain)
    with app.waiting(f"the replay of {name}"):
        log = opened(app, name)
        cases = past(log, fields)
        found = played(cases, settings, seed=seed)
    answer = _document(found) | {
        "dataset": name,
        "source": log.source,
        "settings": settings.model_dump(mode="json"),
        "excluded": cases.excluded,
    }
    app.emit(answer, lambda: page(answer))


@group.command("explain")
@click.argument("case_id", metavar="ID")
@click.option("--dataset", metavar="NAME", help="An imported log, for what would have been chosen there.")
@FIELD
@LEAST_CASES
@LEAST_GAIN
@pass_app
def explain(
    app: App,
    case_id: str,
    dataset: str | None,
    fields: tuple[str, ...],
    least_cases: int | None,
    least_gain: float | None,
) -> None:
    """Say who got a case first and why, with every candidate's numbers.

    Of our own case this is what was decided then, as it was remembered. With --dataset it is worked out by what was
    known in the week of the case; nothing is changed.
    """
    if dataset in (None, LIVE):
        if fields or least_cases is not None or least_gain is not None:
            raise click.UsageError("What was decided for our own case stands: these options are for --dataset.")
        _recorded(app, case_id)
        return
    from commands.datasets_door import dataset as opened
    from commands.routing_text import explanation
    from measurement.routing.explained import explained

    settings = _settings(least_cases, least_gain)
    with app.waiting(f"what {dataset} knows of {case_id}"):
        found = explained(opened(app, str(dataset)), case_id, settings, fields)
    if found is None:
        raise Failure("not_found", f"Dataset {dataset} has no case {case_id!r} with a team.", "See `log stats`.")
    app.emit(found, lambda: explanation(found))


def _recorded(app: App, case_id: str) -> None:
    from commands.records_door import desk_for
    from commands.routing_recorded import decided, told
    from definitions.people import Action

    with desk_for(app, Action.METRICS) as desk:
        facts = desk.store.events.of(case_id)
    found = decided(facts)
    if found is None:
        what = "has not found its team yet" if facts else "is no case of ours"
        raise Failure("not_found", f"{case_id} {what}.", "See `jidoka incident ls`; an imported one needs --dataset.")
    app.emit(found, lambda: told(found))


def _settings(least_cases: int | None, least_gain: float | None) -> "LearnedRouting":
    from definitions.routing_learned import LearnedRouting

    given = {"least_cases": least_cases, "least_gain": least_gain}
    return LearnedRouting.model_validate({name: value for name, value in given.items() if value is not None})


def _document(found: "Replay") -> dict[str, Any]:
    from measurement.routing.replay import WAYS

    return {
        "n": found.n,
        "weeks": found.weeks,
        "period": {"from": found.since, "to": found.until},
        "fields": found.fields,
        "reached_resolver_first": {way: _number(found.shares[way]) for way in WAYS},
        "against_what_happened": {way: _number(found.gains[way]) for way in found.gains},
        "hand_overs_saved_per_100": {way: _number(found.saved[way]) for way in found.saved},
        "hand_overs_per_case": {"begun_right": found.per_case[0], "begun_elsewhere": found.per_case[1]},
        "coverage": found.coverage,
        "changed": found.changed,
        "by_category": found.by_category,
        "table": {"digest": found.table.digest, "n": found.table.n, "strengths": found.table.strengths},
    }


def _number(found: "Found") -> dict[str, Any]:
    return {"value": found.value, "interval": found.interval}


for verb in routing_learning.VERBS:
    group.add_command(verb)
