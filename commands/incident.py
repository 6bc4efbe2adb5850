"""`jidoka incident`: open incidents and read them; what is done to them is in `cases_acts`."""

from typing import TYPE_CHECKING, Any

import click

from commands import cases_acts
from commands.cases_door import LEVELS, asked, at_option, valid
from commands.cases_words import needed, words_from
from commands.common import App, Noun, key_option, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


@click.group(cls=Noun)
def group() -> None:
    """Open incidents, act on them, read them."""


@group.command("open")
@click.option("--service", required=True, metavar="KEY", help="What does not work; `definitions show services`.")
@click.option("--title", required=True, metavar="T", help="What is wrong, in one line.")
@click.option("--description", metavar="D", help="More words; `-` reads them from stdin.")
@click.option("--impact", type=click.Choice(LEVELS), default="medium", help="How many are hit.", show_default=True)
@click.option("--urgency", type=click.Choice(LEVELS), default="medium", help="How pressing it is.", show_default=True)
@click.option("--category", metavar="C", help="One of the service's categories.")
@click.option("--requester", metavar="ADDR", help="For whom: an address or a person's key (who acts).")
@click.option("--channel", metavar="NAME", default="cli", help="How they got in touch: phone, walk_up ...")
@at_option
@key_option
@pass_app
def open_(app: App, idempotency_key: str | None, **given: Any) -> None:
    """Open an incident and print it.

    A phone call logged afterwards: `--channel phone --at 2026-11-20T10:00+01:00 --requester rita@example.org`.
    """
    from definitions.intake import OpenIncident

    given["title"] = needed(given["title"], "--title")
    given["description"] = words_from(given["description"]) or ""
    request = valid(OpenIncident, given | {"external_id": idempotency_key})

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        opened = await desk.open_incident(request, actor=actor)
        return await cases_acts.shown(desk, actor, opened.id) | {"created": opened.created}

    case = asked(app, work, waiting="the case to begin", back="`jidoka incident ls --mine` lists it.")
    app.emit(case, lambda: _opened(case))


def _opened(case: dict[str, Any]) -> str:
    from commands.cases_page import brief

    return ("" if case["created"] else "It was opened before:\n") + brief(case)


@group.command("show")
@click.argument("case_id", metavar="ID")
@click.option("--events/--no-events", default=True, help="With all its facts.", show_default=True)
@pass_app
def show(app: App, case_id: str, events: bool) -> None:
    """Show one incident whole: what it waits for, its targets, what was said."""

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        return await desk.show(case_id, actor=actor)

    case = asked(app, work, waiting=case_id)

    def page() -> str:
        from commands.cases_page import page

        return page(case, events=events)

    app.emit(case, page)


@group.command("ls")
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
    """List incidents, newest first."""
    from commands.cases_list import footed, listed

    rows, foot = asked(app, lambda desk, actor: listed(desk, actor, given), waiting="the list")
    app.emit(rows, lambda: footed(rows, foot))


@group.command("watch")
@click.argument("case_id", metavar="ID")
@pass_app
def watch(app: App, case_id: str) -> None:
    """Follow one incident until it ends; Ctrl-C leaves it alone.

    A live page on a terminal, else one line for each new fact.
    """
    from commands.cases_watch import follow

    back = f"Come back with `jidoka incident watch {case_id}`."
    # What is awaited stands on the page itself; a remark in between would tear it.
    asked(app, lambda desk, actor: follow(app, desk, actor, case_id), waiting="", back=back)


for verb in cases_acts.VERBS:
    group.add_command(verb)
