"""Articles and cases: a draft out of a solved case, a link between the two."""

from typing import TYPE_CHECKING

import click

from commands.cases_door import asked, at_the_desk
from commands.common import App, Verb, pass_app
from commands.knowledge_steps import tell

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk
    from records.knowledge import Shown
    from records.knowledge_search import Hit

VERBS: list[click.Command] = []


@click.command("capture", cls=Verb)
@click.argument("case_id", metavar="CASE")
@click.option(
    "--audience",
    type=click.Choice(["public", "staff", "team"]),
    default="staff",
    show_default=True,
    help="For whom it is to be.",
)
@pass_app
def capture(app: App, case_id: str, audience: str) -> None:
    """Make a draft of a solved case: the problem in the requester's words, the answer from the note.

    Each case gives one draft; capturing it again shows that one. Take out what is personal before it is approved.
    """
    from definitions.people import Action
    from office.knowledge import key_for
    from office.knowledge_capture import drafted
    from office.knowledge_search import like

    async def work(desk: "Desk", actor: "Actor") -> "tuple[Shown, bool, tuple[Hit, ...]]":
        desk.knowledge.allow(actor, Action.KNOWLEDGE_WRITE)
        fields = drafted(await desk.show(case_id, actor=actor)) | {"audience": audience}
        row = await desk.case(case_id)
        shown, created = desk.knowledge.write(
            fields, actor, why=f"captured from {case_id}", key=key_for("case", case_id),
            words_of=row.requester if row else None, case=case_id,
        )  # fmt: skip
        return shown, created, like(desk.knowledge, shown, actor)

    shown, created, similar = asked(app, work, waiting=case_id)
    tell(app, shown, created=created, similar=similar)


@click.command("link", cls=Verb)
@click.argument("key", metavar="KEY")
@click.argument("case_id", metavar="CASE")
@pass_app
def link(app: App, key: str, case_id: str) -> None:
    """Say that an article belongs to a case; `incident resolve --article` does it by itself."""
    from office.errors import NotFound

    with at_the_desk(app) as (desk, actor):
        case = app.run(desk.object_of(case_id), waiting="", stack=False)
        if case is None:
            raise NotFound(f"there is no case {case_id!r}", "See `jidoka incident ls`.")
        shown = desk.knowledge.link(key, case_id, case, actor)
        cases = desk.store.articles.cases(shown.article.key)
    data = {"key": shown.article.key, "cases": cases}
    app.emit(data, f"{shown.article.key} belongs to {', '.join(sorted({found.case_id for found in cases}))}.")


VERBS += [capture, link]
