"""`jidoka idea`: what anybody thinks would help, how others rate it, and what became of it."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked, at_the_desk
from commands.cases_words import needed, words_from
from commands.common import App, Noun, key_option, pass_app

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from definitions.people import Actor
    from desk import Desk
    from office.ideas import Idea

ID = click.argument("idea_id", metavar="ID")
WIDTH = 48


@click.group(cls=Noun)
def group() -> None:
    """Give ideas for improvement, rate those of others, and hear what became of yours.

    Everybody sees the titles. The words are for whoever had the idea and for those who work here.
    """


@group.command("add")
@click.option("--title", metavar="WORDS", required=True, help="The idea in a few words; everybody sees them.")
@click.option("--text", metavar="WORDS", help="What would change, and whom it would help; `-` reads stdin.")
@click.option("--service", metavar="KEY", help="What it is about (the default service).")
@key_option
@pass_app
def add(app: App, title: str, text: str | None, service: str | None, idempotency_key: str | None) -> None:
    """Say what would help. A lead answers, and you hear what became of it."""
    words = words_from(text) or ""

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        opened = await desk.ideas.add(title, words, actor, service=service, external_id=idempotency_key)
        return (await desk.ideas.show(opened.id, actor)).model_dump(mode="json") | {"created": opened.created}

    kept = asked(app, work, waiting="it to be taken in", back="`jidoka idea ls --mine` lists it.")
    app.emit(kept, lambda: ("" if kept["created"] else "It was given before:\n") + _page(kept))


@group.command("ls")
@click.option("--mine", is_flag=True, help="Only my own.")
@click.option("--open", "open_only", is_flag=True, help="Only those that nobody has decided on.")
@click.option("--by", type=click.Choice(["new", "score"]), default="new", show_default=True, help="What comes first.")
@pass_app
def ls(app: App, mine: bool, open_only: bool, by: str) -> None:
    """List ideas. The score is the mean of the ratings and of two imagined 3s: one 5 is less than ten people's 4.5."""
    with at_the_desk(app) as (desk, actor):
        ideas = desk.ideas.ls(actor, mine=mine, open_only=open_only)
    if by == "score":
        ideas.sort(key=lambda idea: idea.score or 0.0, reverse=True)
    rows = [idea.model_dump(mode="json", exclude={"words"}) for idea in ideas]
    app.emit(rows, lambda: _table(rows))


@group.command("show")
@ID
@pass_app
def show(app: App, idea_id: str) -> None:
    """Show one idea: how it is rated, which cycle tries it, what became of it."""
    _do(app, lambda desk, actor: desk.ideas.show(idea_id, actor))


@group.command("rate")
@ID
@click.argument("score", type=click.IntRange(1, 5))
@pass_app
def rate(app: App, idea_id: str, score: int) -> None:
    """Say how much an idea would help, 1 (not at all) to 5 (very much). Rating again changes your word."""
    _do(app, lambda desk, actor: desk.ideas.rate(idea_id, score, actor))


@group.command("take")
@ID
@click.option("--cycle", metavar="KEY", required=True, help="The open cycle that tries it.")
@pass_app
def take(app: App, idea_id: str, cycle: str) -> None:
    """Try an idea in a cycle of improvement; whoever had it is told now, and again when the cycle has decided."""
    _do(app, lambda desk, actor: desk.ideas.take(idea_id, cycle, actor))


@group.command("decline")
@ID
@click.option("--reason", metavar="WORDS", help="Why; whoever had it reads it. `-` reads stdin.")
@pass_app
def decline(app: App, idea_id: str, reason: str | None) -> None:
    """Say why nobody tries it."""
    words = needed(reason, "--reason")
    _do(app, lambda desk, actor: desk.ideas.decline(idea_id, words, actor))


def _do(app: App, work: "Callable[[Desk, Actor], Awaitable[Idea]]") -> None:
    async def done(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        return (await work(desk, actor)).model_dump(mode="json")

    idea = asked(app, done, waiting="the idea")
    app.emit(idea, lambda: _page(idea))


def _page(idea: dict[str, Any]) -> str:
    from commands.cases_lines import row
    from commands.output import cell

    rated = "nobody yet" if idea["score"] is None else f"{idea['score']:.1f} of 5, by {idea['ratings']}"
    about = [
        ("State", _state(idea)),
        ("Service", idea["service"]),
        ("Rated", rated + (f" (you: {idea['rated']})" if idea["rated"] else "")),
    ]
    head = f"{idea['id']}  {cell(idea['title'])}"
    shown = [line for name, said in about for line in row(name, said)]
    # The title is the first line of the words.
    more = (idea["words"] or "").partition("\n")[2].strip()
    return "\n".join([head, "", *shown, *([""] + [cell(line) for line in more.splitlines()] if more else [])])


def _state(idea: dict[str, Any]) -> str:
    said = {
        "tried": f"being tried in {idea['cycle']}",
        "standard": f"tried in {idea['cycle']}; it is the standard now",
        "did not help": f"tried in {idea['cycle']}; it did not help",
    }
    return said.get(idea["state"], str(idea["state"]))


def _table(rows: list[dict[str, Any]]) -> str:
    from textwrap import shorten

    from commands.output import cell, table

    if not rows:
        return "No ideas yet. Give one: jidoka idea add --title WORDS"
    shown = [
        {
            "id": row["id"],
            "title": shorten(cell(row["title"]), WIDTH, placeholder="…"),
            "score": "" if row["score"] is None else f"{row['score']:.1f} ({row['ratings']})",
            "you": row["rated"] or ("yours" if row["own"] else ""),
            "state": row["state"],
            "cycle": row["cycle"] or "",
        }
        for row in rows
    ]
    return table(shown)
