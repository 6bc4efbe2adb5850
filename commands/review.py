"""`jidoka review`: what happened, why, and what is done so that it does not happen again."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_acts import named
from commands.cases_door import Moment, at_the_desk
from commands.cases_reads import reads
from commands.cases_verbs import carry_out, opened, reason_option, verb
from commands.cases_words import needed
from commands.common import App, Failure, Noun, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

FINDINGS = ("cause", "contributing", "went_well")
WHY = "Why; `-` reads stdin."


@click.group(cls=Noun)
def group() -> None:
    """Review what went badly: timeline, findings, actions that are watched until they are proven."""


@group.command("start")
@click.argument("case_id", metavar="INCIDENT")
@pass_app
def start(app: App, case_id: str) -> None:
    """Have an incident reviewed that is not by itself, and print the review.

    Major incidents and those that missed the resolution target of a pressing priority are reviewed by themselves.
    """

    opened(
        app,
        lambda desk, actor: desk.reviews.start(case_id, actor),
        waiting="the review to begin",
        back="`jidoka review ls` lists it.",
        again="It is reviewed already:",
    )


@click.group("finding", cls=Noun)
def finding() -> None:
    """What was found."""


@verb("add", finding.add_command)
@click.option("--text", "note", required=True, metavar="WORDS", help="What was found; `-` reads stdin.")
@click.option("--kind", "what", required=True, type=click.Choice(FINDINGS), help="What it is.")
def add_finding(app: App, case_id: str, **given: Any) -> None:
    """Add a cause, something that contributed, or something that went well."""
    given["note"] = needed(given["note"], "--text")
    carry_out(app, case_id, "AddFinding", given)


@click.group("action", cls=Noun)
def action() -> None:
    """What is done about it."""


@verb("add", action.add_command)
@click.option("--title", "note", required=True, metavar="WORDS", help="What is to be done; `-` reads stdin.")
@click.option("--owner", required=True, metavar="WHO", help="Who does it: somebody who works here.")
@click.option("--due", type=Moment(), metavar="TIME", help="By when (as many working days as the review has).")
@click.option("--watch-days", type=click.IntRange(1, 365), metavar="N", help="How long it is watched once it is done.")
@click.option("--class", "of", metavar="SERVICE/CATEGORY", help="Cases that would be a recurrence (the incident's).")
def add_action(app: App, case_id: str, of: str | None, **given: Any) -> None:
    """Give somebody something to do, and say which incidents would show that it did not help.

    Once it is done, no incident of the class may come while it is watched: then it is proven. One that comes opens it
    again.
    """
    given["note"] = needed(given["note"], "--title")

    async def fields(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        row = await desk.case(case_id)
        service, category = of.partition("/")[::2] if of else (row and row.service, row and row.category)
        if not of and not category:
            hint = f"Say --class {service}/CATEGORY, or --class {service} for every incident of the service."
            raise Failure("usage", "The incident has no category, so its class is not known.", hint)
        return {"service": service, "category": category or None, "owner": desk.identity.person(given["owner"])}

    carry_out(app, case_id, "AddAction", given, fields=fields)


@verb("done", action.add_command)
@click.option("--note", "note", metavar="WORDS", help="What was done; `-` reads stdin.")
def done(app: App, case_id: str, **given: Any) -> None:
    """Say that an action is done: `review action done PIR-7k2m9q4z/a1`. From now on it is watched."""
    _on_action(app, case_id, "ActionDone", given)


@verb("drop", action.add_command)
@click.option("--why", "note", required=True, metavar="WORDS", help=WHY)
@reason_option("it is not done")
def drop(app: App, case_id: str, **given: Any) -> None:
    """Say that an action will not be done, and why."""
    given["note"] = needed(given["note"], "--why")
    _on_action(app, case_id, "DropAction", given)


def _on_action(app: App, task: str, kind: str, given: dict[str, Any]) -> None:
    case_id, slash, key = task.partition("/")
    if not slash or not key:
        raise Failure("usage", f"{task!r} names no action.", f"Name it as in the mail: {case_id}/a1.")
    carry_out(app, case_id, kind, given | {"action": key})


@verb("conclude", group.add_command)
@click.option("--none", "note", metavar="WORDS", help="Why nothing was found, where nothing was; `-` reads stdin.")
@reason_option("there is no finding")
def conclude(app: App, case_id: str, **given: Any) -> None:
    """Say that nothing more is looked for; what is left are the actions.

    It needs a finding, or words that say why there is none.
    """
    carry_out(app, case_id, "Conclude", given)


@verb("call-off", group.add_command)
@click.option("--why", "note", required=True, metavar="WORDS", help=WHY)
@reason_option("it is not held")
def call_off(app: App, case_id: str, **given: Any) -> None:
    """Hold no review, and say why."""
    given["note"] = needed(given["note"], "--why")
    carry_out(app, case_id, "CallOff", given)


@group.command("report")
@click.argument("case_id", metavar="ID")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there: .md or .html.")
@click.option("--names", is_flag=True, help="Name people beside their part; for whoever may know.")
@pass_app
def report(app: App, case_id: str, out: str | None, names: bool) -> None:
    """Write the report: course, findings, actions, timeline. The same facts give the same bytes."""
    from pathlib import Path

    from pictures.review import markdown, page

    ending = Path(out).suffix.lower() if out else ".md"
    if ending not in (".md", ".html"):
        raise Failure("usage", f"A report cannot be written as {ending or out!r}.", "End the name with .md or .html.")
    with at_the_desk(app) as (desk, actor):
        found = desk.reviews.report(case_id, actor, names=names)
    whole = markdown(found) if ending == ".md" else page(found)
    if out is None:
        app.emit(found, whole.rstrip("\n"))
        return
    try:
        Path(out).write_text(whole, encoding="utf-8")
    except OSError as wrong:
        raise Failure("failed", f"{out} cannot be written: {wrong.strerror}.", "Give another place.") from None
    app.emit({"id": found.id, "file": out, "as_of": found.as_of}, f"Wrote {out}.")


group.add_command(finding)
group.add_command(action)
for shared in (*reads("review"), *named("ack", "assign", "comment")):
    group.add_command(shared)
