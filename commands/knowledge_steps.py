"""What is done to an article as it stands: approve, publish, retire, review, flag."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import at_the_desk
from commands.cases_words import needed
from commands.common import App, Verb, pass_app

if TYPE_CHECKING:
    from definitions.knowledge import Step
    from records.knowledge import Shown
    from records.knowledge_search import Hit

VERBS: list[click.Command] = []


class Day(click.ParamType[Any]):
    """A calendar day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """From ISO 8601 text."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2027-01-31", param, ctx)


def tell(app: App, shown: "Shown", *, created: bool | None = None, similar: "Sequence[Hit]" = ()) -> None:
    """The article as it is now; what is much like it."""
    from commands.knowledge_text import data_of, stands

    data = data_of(shown) if created is None else data_of(shown) | {"created": created}
    alike = [{"key": hit.key, "title": hit.content.title, "score": hit.score} for hit in similar]
    lines = [f"{shown.article.key}: {shown.version.content.title}", f"It is {stands(shown)}."]
    lines += ["Much like it (edit that one instead?):"] if alike else []
    lines += [f"  {hit.key}  {hit.content.title}" for hit in similar]
    if created is False:
        lines.insert(0, "It was written before:")
    app.emit(data | ({"similar": alike} if created is not None else {}), "\n".join(lines))


def _step(app: App, key: str, step: "Step", why: str, review: date | None = None) -> None:
    from definitions.knowledge import Step
    from office.knowledge_gaps import answered_by

    with at_the_desk(app) as (desk, actor):
        shown = desk.knowledge.step(key, step, actor, why=why, review_on=review)
        answered = answered_by(desk.knowledge, {shown.article.key}) if step is Step.PUBLISH else 0
    tell(app, shown)
    if answered:
        app.say(f"Closed gaps: it answers {answered} searches that found nothing before.")


def _why_option(command: Any) -> Any:
    return click.option("--why", metavar="WORDS", default="", help="Why, for the history.")(command)


@click.command("approve", cls=Verb)
@click.argument("key", metavar="KEY")
@_why_option
@pass_app
def approve(app: App, key: str, why: str) -> None:
    """Say that the newest version is right and holds nothing personal; nobody approves what they wrote themselves."""
    from definitions.knowledge import Step

    _step(app, key, Step.APPROVE, why)


@click.command("publish", cls=Verb)
@click.argument("key", metavar="KEY")
@click.option("--review", metavar="DATE", type=Day(), help="When somebody is to look at it again (in a year).")
@_why_option
@pass_app
def publish(app: App, key: str, why: str, review: date | None) -> None:
    """Let readers see the newest version, which is approved; open flags are closed."""
    from definitions.knowledge import Step

    _step(app, key, Step.PUBLISH, why, review)


@click.command("retire", cls=Verb)
@click.argument("key", metavar="KEY")
@click.option("--why", metavar="WORDS", required=True, help="Why nobody needs it any more.")
@pass_app
def retire(app: App, key: str, why: str) -> None:
    """Take it away from readers; all versions stay."""
    from definitions.knowledge import Step

    _step(app, key, Step.RETIRE, needed(why, "--why"))


@click.command("review", cls=Verb)
@click.argument("key", metavar="[KEY]", required=False)
@click.option("--until", metavar="DATE", type=Day(), help="When to look at it again (in a year).")
@click.option("--mine", is_flag=True, help="Only what I look after.")
@_why_option
@pass_app
def review(app: App, key: str | None, until: date | None, mine: bool, why: str) -> None:
    """List what needs somebody; with KEY, say that it is still right.

    Listed are drafts on their way, reviews that are due, what has expired, and what readers flagged.
    """
    from definitions.knowledge import Step

    if key is not None:
        _step(app, key, Step.REVIEW, why, until)
        return
    if until or why:
        raise click.UsageError("Which article? Name its KEY.")
    _list(app, mine)


def _list(app: App, mine: bool) -> None:
    from commands.knowledge_text import data_of
    from commands.output import table

    with at_the_desk(app) as (desk, actor):
        found = [s for s in desk.knowledge.due(actor) if not mine or s.version.content.owner == actor.person]
        today = desk.knowledge.today
    rows = [data_of(shown) | {"needs": _needs(shown, today)} for shown in found]
    names = ("key", "title", "owner", "needs")
    short = [{name: "; ".join(row[name]) if name == "needs" else row[name] for name in names} for row in rows]
    app.emit(rows, lambda: table(short) if short else "Nothing waits for anybody.")


def _needs(shown: "Shown", today: date) -> list[str]:
    article, content = shown.article, shown.version.content
    expired = article.live is not None and content.expires is not None and content.expires <= today
    late = article.review_on is not None and article.review_on <= today
    return [
        *([f"{shown.flags} flag{'s' if shown.flags > 1 else ''} to be looked at"] if shown.flags else []),
        *([f"expired on {content.expires}: edit or retire it"] if expired else []),
        *([f"review was due on {article.review_on}"] if late else []),
        *(["a colleague to approve it"] if article.state == "draft" and content.answer else []),
        *(["an answer"] if article.state == "draft" and not content.answer else []),
        *(["to be published"] if article.state == "approved" else []),
    ]


@click.command("flag", cls=Verb)
@click.argument("key", metavar="KEY")
@click.argument("kind", type=click.Choice(["wrong", "outdated", "unclear"]))
@click.option("--why", metavar="WORDS", required=True, help="What is wrong with it; `-` reads stdin.")
@pass_app
def flag(app: App, key: str, kind: str, why: str) -> None:
    """Say that an article is wrong, outdated or unclear: its owner finds it under `knowledge review`."""
    from definitions.knowledge import FlagKind

    with at_the_desk(app) as (desk, actor):
        shown = desk.knowledge.flag(key, FlagKind(kind), needed(why, "--why"), actor)
    tell(app, shown)


VERBS += [approve, publish, retire, review, flag]
