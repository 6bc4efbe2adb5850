"""`jidoka cycle evidence` and `cycle triage`: what the numbers say of causes, and whether people agree on them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import LEVELS, at_the_desk
from commands.common import App, Failure, Verb, pass_app
from commands.records_door import desk_for

if TYPE_CHECKING:
    from definitions.cycle.charter import Charter
    from definitions.people import Actor
    from desk import Desk
    from measurement.cycles.analysis import Analysis

LIVE = "live"


@click.command("evidence", cls=Verb)
@click.argument("key", metavar="KEY")
@click.option("--dataset", metavar="NAME", help="Another event log than the engine's own runs.")
@click.option(
    "--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Write the pictures there."
)
@pass_app
def evidence(app: App, key: str, dataset: str | None, out: Path | None) -> None:
    """Show what the numbers say of the causes: drivers, waste, time lost, cases to read, complaints and compliments.

    Name what you use: `jidoka cycle record ground KEY h1 --reference driver:team=network`.
    """
    from commands.datasets_door import dataset as opened
    from definitions.people import Action
    from measurement.cycles.analysis import analysed

    with desk_for(app, Action.METRICS) as desk:
        charter = _charter(desk, key)
    name = dataset or LIVE
    with app.waiting(f"the evidence in {name}"):
        found = analysed(opened(app, name), charter)
        files = _pictures(found, key, out) if out is not None else []
    titles = _titles(app, found) if name == LIVE else {}
    whole = {"cycle": key, **found.to_json(), "titles": titles, "files": files}

    def text() -> str:
        from commands.cycle_evidence_text import page

        return page(found, key, titles, files)

    app.emit(whole, text)


@click.command("triage", cls=Verb)
@click.argument("key", metavar="KEY")
@click.option("--case", "case_id", metavar="ID", help="The case that is answered; without it one after the other.")
@click.option("--impact", type=click.Choice(LEVELS), help="How many are hit how badly.")
@click.option("--urgency", type=click.Choice(LEVELS), help="How soon it hurts.")
@click.option("--again", is_flag=True, help="Begin another round with other cases, when the last one is answered.")
@pass_app
def triage(app: App, key: str, case_id: str | None, impact: str | None, urgency: str | None, again: bool) -> None:
    """Triage real cases of the scope once more, without seeing the priority they had: do two people give the same?

    On a terminal it asks case by case; an empty line ends it. Elsewhere it shows the next case, and --case --impact
    --urgency answer one. The gate of measure wants 20 of them, and agreement beyond chance (kappa) of 0.6.
    """
    from definitions.base import Level

    given = [case_id, impact, urgency]
    if any(given) and not all(given):
        raise Failure("usage", "An answer needs all of --case, --impact and --urgency.", "Add what is missing.")
    with at_the_desk(app) as (desk, actor):
        if again:
            desk.retriage.again(key, actor)
        if case_id and impact and urgency:
            desk.retriage.answer(key, case_id, Level(impact), Level(urgency), actor)
        elif sys.stdin.isatty():
            _ask(desk, actor, key)
        blind = desk.retriage.next(key, actor)
        left, of = desk.retriage.left(key)
        agreement = desk.retriage.agreement(key)
    answer: dict[str, Any] = {
        "cycle": key,
        "next": blind.model_dump(mode="json") if blind else None,
        "left": left,
        "of": of,
        # Before all is answered the number would say to the next one how the others went.
        "agreement": agreement.model_dump(mode="json") if agreement and not left else None,
    }

    def text() -> str:
        from commands.cycle_evidence_text import triaged

        return triaged(answer, here=sys.stdin.isatty() and case_id is None)

    app.emit(answer, text)


def _ask(desk: "Desk", actor: "Actor", key: str) -> None:
    """Case by case until somebody has enough or none is left."""
    from commands.cycle_evidence_text import blind_text
    from definitions.base import Level

    while (blind := desk.retriage.next(key, actor)) is not None:
        click.echo(f"{blind_text(blind.model_dump(mode='json'))}\n", err=True)
        impact = _level("Impact")
        urgency = _level("Urgency") if impact is not None else None
        if impact is None or urgency is None:
            return
        desk.retriage.answer(key, blind.case_id, Level(impact), Level(urgency), actor)
        click.echo("", err=True)


def _level(name: str) -> str | None:
    """low, medium or high, by its first letters too; None for an empty line."""
    while True:
        said = click.prompt(f"{name} (low, medium, high)", default="", show_default=False, err=True).strip().casefold()
        if not said:
            return None
        fitting = [level for level in LEVELS if level.startswith(said)]
        if fitting:
            return fitting[0]


def _charter(desk: "Desk", key: str) -> "Charter":
    from definitions.case import CaseState
    from office.errors import NotFound

    row = desk.store.cases.get(key)
    cycle = CaseState.model_validate(row.state_json).cycle if row is not None else None
    if cycle is None:
        raise NotFound(f"there is no cycle {key!r}", "See `jidoka cycle ls`.")
    return cycle.charter


def _titles(app: App, found: "Analysis") -> dict[str, str]:
    """Of the cases that are named, for those who may see every case."""
    named = [each.case_id for each in found.read]
    named += [*found.voices.complaints, *found.voices.compliments] if found.voices else []
    from definitions.people import Action, Object
    from definitions.rights import may

    with at_the_desk(app) as (desk, actor):
        if not may(actor, Action.SHOW, Object(kind="case")).allowed:
            return {}
        refs = desk.store.cases.titles(named)
        words = desk.store.texts.get_many(ref.id for ref in refs.values())
    return {case: words[ref.id] for case, ref in refs.items() if ref.id in words}


def _pictures(found: "Analysis", key: str, out: Path) -> list[str]:
    """The value stream and the Pareto chart, where there is something to draw."""
    from pictures.bars import pareto_picture
    from pictures.value_stream import value_stream_picture

    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    if found.stream is not None:
        files += value_stream_picture(found.stream).write(out / f"{key}-value-stream.svg")
    if found.lost is not None:
        facts = (f"n {found.n:,} cases", found.scope)
        picture = pareto_picture(
            found.lost, title=f"Waiting and rework of {found.dataset} by step", by="step", facts=facts, source=""
        )
        files += picture.write(out / f"{key}-time-lost.svg")
    return [str(path) for path in files]
