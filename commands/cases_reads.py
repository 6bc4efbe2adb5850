"""Reading cases: `ls`, `show` and `watch` are the same for every kind."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked
from commands.cases_words import plural
from commands.common import App, Verb, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


def reads(kind: str) -> tuple[click.Command, ...]:
    """The verbs that read cases of this kind."""
    return _show(kind), _ls(kind), _watch(kind)


def _show(kind: str) -> click.Command:
    @click.command("show", cls=Verb, help=f"Show one {kind} whole: what it waits for, its targets, what was said.")
    @click.argument("case_id", metavar="ID")
    @click.option("--events/--no-events", default=True, help="With all its facts.", show_default=True)
    @pass_app
    def show(app: App, case_id: str, events: bool) -> None:
        async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
            return await desk.show(case_id, actor=actor)

        case = asked(app, work, waiting=case_id)

        def page() -> str:
            from commands.cases_page import page

            return page(case, events=events)

        app.emit(case, page)

    return show


def _ls(kind: str) -> click.Command:
    @click.command("ls", cls=Verb, help=f"List {plural(kind)}, newest first.")
    @click.option("--state", metavar="S", help="Only in this state.")
    @click.option("--service", metavar="KEY", help="Only of this service.")
    @click.option("--team", metavar="KEY", help="Only with this team.")
    @click.option("--priority", type=click.Choice(["P1", "P2", "P3", "P4", "P5"]), help="Only with this priority.")
    @click.option("--requester", metavar="WHO", help="Only for this person.")
    @click.option("--assignee", metavar="WHO", help="Only with this person.")
    @click.option("--mine", is_flag=True, help="Only what is assigned to me; for a requester, their own.")
    @click.option("--open", "open_only", is_flag=True, help="Only what has not ended.")
    @click.option("--limit", type=click.IntRange(1, 1000), default=50, help="At most so many.", show_default=True)
    @click.option("--after", metavar="ID", help="The page after this case, which was the last one of the page before.")
    @pass_app
    def ls(app: App, **given: Any) -> None:
        from commands.cases_list import footed, listed

        rows, foot = asked(app, lambda desk, actor: listed(desk, actor, given, kind), waiting="the list")
        app.emit(rows, lambda: footed(rows, foot))

    return ls


def _watch(kind: str) -> click.Command:
    about = "A live page on a terminal, else one line for each new fact."
    says = f"Follow one {kind} until it ends; Ctrl-C leaves it alone.\n\n{about}"

    @click.command("watch", cls=Verb, help=says)
    @click.argument("case_id", metavar="ID")
    @pass_app
    def watch(app: App, case_id: str) -> None:
        from commands.cases_watch import follow

        back = f"Come back with `jidoka {kind} watch {case_id}`."
        # What is awaited stands on the page itself; a remark in between would tear it.
        asked(app, lambda desk, actor: follow(app, desk, actor, case_id), waiting="", back=back)

    return watch
