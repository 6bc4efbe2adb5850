"""`jidoka knowledge`: read, search and write articles; what is done to them stands in the modules beside this one."""

from typing import TYPE_CHECKING, Any

import click

from commands import knowledge_cases, knowledge_files, knowledge_steps, knowledge_work
from commands.cases_door import at_the_desk
from commands.cases_words import needed, words_from
from commands.common import App, Noun, key_option, pass_app

if TYPE_CHECKING:
    from records.knowledge import Shown

AUDIENCES = ("public", "staff", "team")
STATES = ("draft", "approved", "published", "retired")
PARTS = ("title", "problem", "environment", "answer", "cause")


@click.group(cls=Noun)
def group() -> None:
    """Articles: what people asked, and what helped."""


def content_options(command: Any) -> Any:
    """The parts of an article and what is said about it; texts read stdin with `-`."""
    options = (
        click.option("--title", metavar="T", help="In one line, as somebody would ask."),
        click.option("--problem", metavar="WORDS", help="What was asked, in the requester's words; `-` reads stdin."),
        click.option("--environment", metavar="WORDS", help="Where it happens: device, system, place."),
        click.option("--answer", metavar="WORDS", help="What helps, in Markdown; `-` reads stdin."),
        click.option("--cause", metavar="WORDS", help="Why it happens."),
        click.option("--service", metavar="KEY", help="What it is about; `definitions show services`."),
        click.option("--category", metavar="C", help="One of the service's categories."),
        click.option("--audience", type=click.Choice(AUDIENCES), help="For whom it is."),
        click.option("--team", metavar="KEY", help="Whose it is (the service's team)."),
        click.option("--owner", metavar="WHO", help="Who is asked whether it is still right."),
        click.option("--expires", metavar="DATE", type=knowledge_steps.Day(), help="Readers do not see it from then."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def fields_of(given: dict[str, Any]) -> dict[str, Any]:
    """The fields that were given, with the words that `-` stands for."""
    texts = [name for name in ("problem", "environment", "answer", "cause") if given.get(name) == "-"]
    if len(texts) > 1:
        raise click.UsageError(f"Only one of --{' and --'.join(texts)} can read stdin.")
    return {
        name: words_from(value) or "" if name in texts else value for name, value in given.items() if value is not None
    }


@group.command("ls")
@click.option("--state", type=click.Choice(STATES), help="Only in this state.")
@click.option("--service", metavar="KEY", help="Only about this service.")
@click.option("--team", metavar="KEY", help="Only of this team.")
@click.option("--owner", metavar="WHO", help="Only those this person looks after.")
@click.option("--audience", type=click.Choice(AUDIENCES), help="Only for these.")
@click.option("--drafts", is_flag=True, help="The newest version of every article, also of those readers do not see.")
@pass_app
def ls(app: App, drafts: bool, **given: Any) -> None:
    """List the articles that readers see; `--drafts` or `--state` those that they do not, too."""
    from commands.knowledge_text import data_of, listed
    from records.knowledge import Wanted

    with at_the_desk(app) as (desk, actor):
        wanted = Wanted.model_validate(given)
        rows = desk.knowledge.ls(actor, wanted, drafts=drafts or given["state"] not in (None, "published"))
        uses = desk.store.articles.uses(row.article.key for row in rows)
    data = [data_of(row) | {"solved": uses.get(row.article.key, 0)} for row in rows]
    app.emit(data, lambda: listed(rows, uses) if rows else "No articles.")


@group.command("show")
@click.argument("key", metavar="KEY")
@click.option("--draft", is_flag=True, help="The newest version instead of the one that readers see.")
@click.option("--version", "number", type=click.IntRange(min=1), metavar="N", help="An earlier version.")
@pass_app
def show(app: App, key: str, draft: bool, number: int | None) -> None:
    """Show one article whole; who may write also sees its history, flags and cases."""
    from commands.knowledge_text import data_of, page, told
    from definitions.people import Action, Object
    from definitions.rights import may
    from office.errors import NotFound

    with at_the_desk(app) as (desk, actor):
        shown = desk.knowledge.get(key, actor, drafts=draft or number is not None)
        data, story = data_of(shown), []
        if number is not None:
            desk.knowledge.allow(actor, Action.KNOWLEDGE_WRITE)
        if may(actor, Action.KNOWLEDGE_WRITE, Object(kind="article")).allowed:
            done, flags, cases = desk.knowledge.story(shown.article.key, actor)
            versions = desk.store.articles.versions(shown.article.key)
            words = desk.store.texts.get_many(flag.text for flag in flags)
            if number is not None:
                version = next((v for v in versions if v.number == number), None)
                if version is None:
                    raise NotFound(f"{shown.article.key} has no version {number}", f"It has {len(versions)}.")
                shown = shown.model_copy(update={"version": version})
                data = data_of(shown)
            said = [(flag, words.get(flag.text, "(erased)")) for flag in flags]
            data |= {
                "history": done,
                "flagged": [flag.model_dump(mode="json") | {"text": text} for flag, text in said],
                "cases": cases,
                "versions": [v.model_dump(mode="json", exclude={"content"}) for v in versions],
            }
            story = told(done, said, cases)
    app.emit(data, lambda: page(shown, story))


@group.command("search")
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@click.option("--service", metavar="KEY", help="Only about this service.")
@click.option("--drafts", is_flag=True, help="The newest version of every article, also of those readers do not see.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, help="At most so many.", show_default=True)
@pass_app
def search(app: App, words: tuple[str, ...], **given: Any) -> None:
    """Find the articles that answer WORDS: ask as you would ask a colleague.

    Slips of the hand and other words for the same are understood. What finds nothing becomes work: `knowledge gaps`.
    """
    from commands.knowledge_text import found_text, hit_data
    from office.knowledge_search import search

    said = needed(" ".join(words), "The search")
    with at_the_desk(app) as (desk, actor):
        found = search(desk.knowledge, said, actor, **given)
    data = {
        "query": said,
        "n": found.n,
        "searched": found.searched,
        "confidence": found.confidence,
        "corrected": [{"typed": typed, "meant": meant} for typed, meant in found.corrected],
        "results": [hit_data(hit) for hit in found.hits],
    }
    app.emit(data, lambda: found_text(found, said))


@group.command("new")
@content_options
@click.option("--gap", type=int, metavar="N", help="Answer what people searched for in vain; see `knowledge gaps`.")
@click.option("--why", metavar="WORDS", default="", help="Why it is written.")
@key_option
@pass_app
def new(app: App, idempotency_key: str | None, gap: int | None, why: str, **given: Any) -> None:
    """Write a draft. A colleague approves it; then it can be published."""
    from office.knowledge import key_for
    from office.knowledge_gaps import gap as gap_of
    from office.knowledge_gaps import write_about
    from office.knowledge_search import like

    fields = fields_of(given)
    with at_the_desk(app) as (desk, actor):
        room = desk.knowledge
        asked = gap_of(room, gap, actor) if gap is not None else None
        if asked is not None:
            service = asked.service or desk.organisation.default_service
            fields = {
                "title": asked.words[:160],
                "problem": asked.words,
                "service": service,
                "team": asked.team,
            } | fields
        for name in ("title", "problem", "service"):
            if not fields.get(name):
                raise click.UsageError(f"An article needs --{name} (or --gap).")
        key = key_for(actor.person, idempotency_key) if idempotency_key else None
        shown, created = room.write(fields, actor, why=why, key=key)
        if asked is not None:
            write_about(room, asked, shown.article.key)
        similar = like(room, shown, actor)
    knowledge_steps.tell(app, shown, created=created, similar=similar)


@group.command("edit")
@click.argument("key", metavar="KEY")
@content_options
@click.option("--why", required=True, metavar="WORDS", help="What is better now.")
@pass_app
def edit(app: App, key: str, why: str, **given: Any) -> None:
    """Make the next version. Readers keep what they see until that is approved and published."""
    fields = fields_of(given)
    if not fields:
        raise click.UsageError("Nothing to change: give a part, such as --answer.")
    with at_the_desk(app) as (desk, actor):
        shown: Shown = desk.knowledge.edit(key, fields, actor, why=needed(why, "--why"))
    knowledge_steps.tell(app, shown)


for verb in (*knowledge_steps.VERBS, *knowledge_cases.VERBS, *knowledge_files.VERBS, *knowledge_work.VERBS):
    group.add_command(verb)
