"""Work on the articles as a whole: what people searched for in vain, and what says the same twice."""

import click

from commands.cases_door import at_the_desk
from commands.cases_words import needed
from commands.common import App, Verb, pass_app

VERBS: list[click.Command] = []


@click.command("gaps", cls=Verb)
@click.option("--team", metavar="KEY", help="Only the work of this team.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, help="Searched for so lately.", show_default=True)
@click.option("--dismiss", type=int, metavar="N", help="Say that nobody will write about this one, and --why.")
@click.option("--why", metavar="WORDS", help="Why not.")
@pass_app
def gaps(app: App, team: str | None, days: int, dismiss: int | None, why: str | None) -> None:
    """List what people searched for and did not find: what most people asked for first.

    Write about one with `knowledge new --gap N`. A gap closes when a published article answers its words.
    """
    from commands.output import cell, table
    from definitions.base import rfc3339
    from office.knowledge_gaps import dismiss as dismissed
    from office.knowledge_gaps import gap as gap_of
    from office.knowledge_gaps import gaps as gaps_of

    if (dismiss is None) != (why is None):
        raise click.UsageError("--dismiss and --why go together.")
    with at_the_desk(app) as (desk, actor):
        if dismiss is not None:
            found = gap_of(desk.knowledge, dismiss, actor)
            dismissed(desk.knowledge, found, needed(why, "--why"), actor)
            app.emit({"dismissed": found.ids}, f"Gap {found.id} is closed: {found.searches} searches.")
            return
        rows = gaps_of(desk.knowledge, actor, days=days, team=team)
    short = [
        {
            "gap": row.id, "words": cell(row.words)[:60], "people": row.people, "searches": row.searches,
            "by": ", ".join(row.roles), "team": row.team, "draft": row.article, "last": rfc3339(row.last_at)[:10],
        }
        for row in rows
    ]  # fmt: skip
    n = sum(row.searches for row in rows)
    foot = f"{n} searches of the last {days} days found nothing."
    app.emit(rows, lambda: f"{table(short)}\n{foot}" if rows else f"No gaps: {foot}")


@click.command("duplicates", cls=Verb)
@click.option(
    "--least", type=click.FloatRange(0.1, 1.0), default=0.5, show_default=True, help="How alike two must be, 0 to 1."
)
@pass_app
def duplicates(app: App, least: float) -> None:
    """List pairs of articles that say much the same, drafts too: keep one, retire the other."""
    from commands.output import table
    from office.knowledge_search import duplicates as duplicates_of

    with at_the_desk(app) as (desk, actor):
        found = duplicates_of(desk.knowledge, actor, least=least)
    rows = [
        {
            "alike": pair.likeness,
            "one": pair.one, "its_title": one.version.content.title,
            "other": pair.other, "others_title": other.version.content.title,
        }
        for pair, one, other in found
    ]  # fmt: skip
    app.emit(rows, lambda: table(rows) if rows else f"No two articles are alike by {least:.0%} or more.")


VERBS += [gaps, duplicates]
