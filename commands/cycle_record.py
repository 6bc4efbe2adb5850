"""What a team finds out in a cycle: causes, what speaks for them, what is to be tried and was learned, the charter."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import valid
from commands.cases_verbs import carry_out, note_option, verb
from commands.cases_words import needed
from commands.common import App, Failure, Noun
from commands.cycle_charter import charter_options, said

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

GROUNDS = ("numbers", "cases", "words")


@click.group("record", cls=Noun)
def record() -> None:
    """Enter what the team found: causes, evidence, countermeasures, lessons; mend the charter."""


@verb("hypothesis", record.add_command)
@note_option("--text", "The cause in words; `-` reads stdin.")
@click.option("--why", "parent", metavar="KEY", help="The cause that it answers a why about, as h1.")
def hypothesis(app: App, case_id: str, **given: Any) -> None:
    """Name a possible cause, or the answer to a why about another one."""
    given["note"] = needed(given["note"], "--text")
    carry_out(app, case_id, "AddHypothesis", given)


@verb("ground", record.add_command)
@click.argument("hypothesis", metavar="CAUSE")
@note_option("--text", "What was seen; `-` reads stdin.")
@click.option("--kind", required=True, type=click.Choice(GROUNDS), help="What it is.")
@click.option("--against", is_flag=True, help="It speaks against the cause.")
@click.option("--reference", metavar="WORDS", help="What it was read from: a metric by a field, ids of cases.")
def ground(app: App, case_id: str, against: bool, **given: Any) -> None:
    """Say what speaks for or against a cause, such as `h1`."""
    given["note"] = needed(given["note"], "--text")
    carry_out(app, case_id, "AddGround", given | {"supports": not against})


@verb("countermeasure", record.add_command)
@note_option("--text", "What is to be tried; `-` reads stdin.")
@click.option("--cause", metavar="KEY", help="The cause that it acts on, as h1.")
def countermeasure(app: App, case_id: str, **given: Any) -> None:
    """Propose something in the way people work; a change of definitions comes with `cycle plan`."""
    given["note"] = needed(given["note"], "--text")
    carry_out(app, case_id, "Propose", given)


@verb("lesson", record.add_command)
@note_option("--text", "What was learned; `-` reads stdin.")
def lesson(app: App, case_id: str, **given: Any) -> None:
    """Write down what whoever has the same problem later should know."""
    given["note"] = needed(given["note"], "--text")
    carry_out(app, case_id, "Learn", given)


@verb("charter", record.add_command)
@charter_options
def charter(app: App, case_id: str, at: Any, idempotency_key: str | None, **given: Any) -> None:
    """Amend the charter; what is not given stays. Once the baseline is frozen, metric and scope stay too."""
    from office.cycles import Said

    told = said(given)
    if not told:
        raise Failure("usage", "Nothing is said that the charter does not have.", "Give what shall be different.")
    wanted = valid(Said, told)

    async def fields(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from definitions.cycle.acts import AmendCharter

        await desk.ask(case_id, AmendCharter, actor=actor)
        amended = await desk.cycles.amended(case_id, wanted, actor)
        return {"charter": amended.model_dump(mode="json")}

    carry_out(app, case_id, "AmendCharter", {"at": at, "idempotency_key": idempotency_key}, fields=fields)
