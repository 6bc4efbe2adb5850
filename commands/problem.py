"""`jidoka problem`: recurring causes, their known errors, and the incidents that come from them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from commands.cases_acts import named
from commands.cases_door import LEVELS, valid
from commands.cases_reads import reads
from commands.cases_verbs import carry_out, note_option, opened, verb
from commands.cases_words import needed, words_from
from commands.common import App, Noun, key_option, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


@click.group(cls=Noun)
def group() -> None:
    """Look for the common cause of incidents, and help those who wait for it."""


@group.command("open")
@click.option("--title", required=True, metavar="T", help="What keeps coming, in one line.")
@click.option("--description", metavar="D", help="More words; `-` reads them from stdin.")
@click.option(
    "--from", "incidents", metavar="ID", multiple=True, help="An incident that comes from it; again for more."
)
@click.option("--service", metavar="KEY", help="Whose problem it is (that of the first incident).")
@click.option("--category", metavar="C", help="One of the service's categories (that of the incidents, if they agree).")
@click.option("--impact", type=click.Choice(LEVELS), default="medium", help="How many are hit.", show_default=True)
@click.option("--urgency", type=click.Choice(LEVELS), default="medium", help="How pressing it is.", show_default=True)
@key_option
@pass_app
def open_(app: App, idempotency_key: str | None, **given: Any) -> None:
    """Open a problem and print it.

    `problem open --title 'VPN drops every hour' --from INC-... --from INC-...`.
    """
    from definitions.intake import OpenProblem

    given["title"] = needed(given["title"], "--title")
    given["description"] = words_from(given["description"]) or ""
    wanted = valid(OpenProblem, given | {"external_id": idempotency_key})

    opened(
        app,
        lambda desk, actor: desk.open_problem(wanted, actor=actor),
        waiting="the problem to begin",
        back="`jidoka problem ls` lists it.",
    )


@verb("known-error", group.add_command)
@click.option("--cause", "note", metavar="WORDS", help="What is wrong; `-` reads stdin.")
@click.option("--workaround", metavar="WORDS", help="How to go on working meanwhile, for those who wait to read.")
@click.option("--article", metavar="KEY", help="The article that says it.")
def known_error(app: App, case_id: str, workaround: str | None, **given: Any) -> None:
    """Record what is known; whoever waits is told the workaround at once. What is left out stays as it was."""
    if not (given["note"] or workaround or given["article"]):
        raise click.UsageError("What is known? Name --cause, --workaround or --article.")
    given["article"] = given["article"] and given["article"].casefold()

    async def fields(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from definitions.problem.acts import RecordKnownError

        await desk.ask(case_id, RecordKnownError, actor=actor)
        return {"workaround": await desk.words(workaround, actor.person) if workaround else None}

    carry_out(app, case_id, "RecordKnownError", given, fields=fields)


@verb("rule-out", group.add_command)
@note_option("--reason", "What it is not, and why; `-` reads stdin.")
def rule_out(app: App, case_id: str, **given: Any) -> None:
    """Say what it turned out not to be, so that nobody looks there again."""
    given["note"] = needed(given["note"], "--reason")
    carry_out(app, case_id, "RuleOut", given)


@verb("resolve", group.add_command)
@note_option(what="What was done; people whose cases waited for it read it. `-` reads stdin.")
@click.option("--article", metavar="KEY", help="The article that says it.")
@click.option("--watch-days", type=click.IntRange(1, 366), metavar="N", help="How long it is watched (the service's).")
def resolve(app: App, case_id: str, **given: Any) -> None:
    """Say that the cause is gone.

    Cases that waited are resolved and their people asked; from now on it is watched whether it comes back.
    """
    given["note"] = needed(given["note"], "--note")
    given["article"] = given["article"] and given["article"].casefold()
    carry_out(app, case_id, "ResolveProblem", given)


@verb("share", group.add_command)
@click.option("--with", "incident", required=True, metavar="ID", help="The incident whose requester is told.")
def share(app: App, case_id: str, incident: str, **given: Any) -> None:
    """Send the workaround to the requester of an incident, and link the two."""

    async def fields(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from definitions.people import Action

        about = await desk.object_of(case_id)
        if about is not None:
            desk.allow(actor, Action.SHOW, about)
        known = await desk.problems.workaround(case_id)
        return {"problem": case_id, "text": known.workaround, "article": known.article}

    carry_out(app, incident, "ShareWorkaround", given, fields=fields)


@group.command("candidates")
@click.option(
    "--days", type=click.IntRange(1, 3660), default=90, help="Incidents opened within them.", show_default=True
)
@click.option("--least", type=click.IntRange(2), default=3, help="Kinds with fewer do not recur.", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="At most so many.", show_default=True)
@pass_app
def candidates(app: App, days: int, least: int, limit: int) -> None:
    """List kinds of incidents that keep coming, most time lost first."""
    from commands.live_door import live
    from commands.records_door import desk_for
    from definitions.people import Action
    from measurement.flow.recurring import recurring

    log = live(app)
    since = log.as_of - timedelta(days=days)
    n, kinds = recurring(log, since, log.as_of, least=least)
    with desk_for(app, Action.METRICS) as desk:
        known = desk.store.cases.open_of("problem")
    rows = [
        {
            "service": kind.service,
            "category": kind.category,
            "n": kind.n,
            "reopened": kind.reopened,
            "open": kind.open,
            "lost_s": round(kind.lost_s),
            "work_s": round(kind.work_s),
            "problems": [row.id for row in known if (row.service, row.category) == (kind.service, kind.category)],
        }
        for kind in kinds[:limit]
    ]
    answer = {"n": n, "from": since, "to": log.as_of, "least": least, "candidates": rows}

    def text() -> str:
        from commands.output import plain
        from commands.problem_text import candidates_text

        return candidates_text(plain(answer))

    app.emit(answer, text)


for shared in (
    *reads("problem"),
    *named("ack", "start", "pause", "resume", "assign", "comment", "priority", "reopen", "cancel"),
):
    group.add_command(shared)
