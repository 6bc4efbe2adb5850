"""`jidoka task`: what cases want of people: see it, take it, do it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked
from commands.cases_verbs import carry_out
from commands.common import App, Noun, key_option, pass_app
from commands.fields_option import fields_option

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


class TaskId(click.ParamType[Any]):
    """The case and the task within it."""

    name = "task"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """From `REQ-7k2m9q4z/laptop`."""
        if isinstance(value, tuple):
            return value
        case_id, slash, key = str(value).partition("/")
        if not slash or not case_id or not key:
            self.fail(f"{value!r} is no task; write it as `task ls` shows it: REQ-7k2m9q4z/laptop", param, ctx)
        return case_id, key


def task_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """TASK."""
    return click.argument("task", type=TaskId(), metavar="TASK")(command)


@click.group(cls=Noun)
def group() -> None:
    """What cases want of people: see it, take it, do it."""


@group.command("ls")
@click.option("--mine", is_flag=True, help="Only what I have claimed.")
@click.option("--team", metavar="KEY", help="What waits for this team.")
@click.option("--all", "everything", is_flag=True, help="All that waits for anybody.")
@click.option("--case", "case_id", metavar="ID", help="Of this case, with what is over.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, help="At most so many.", show_default=True)
@pass_app
def ls(app: App, mine: bool, team: str | None, everything: bool, case_id: str | None, limit: int) -> None:
    """List tasks, oldest due first: those I can do, unless an option says which."""
    if sum(map(bool, (mine, team, everything, case_id))) > 1:
        raise click.UsageError("--mine, --team, --all and --case each say which: give one of them.")

    async def work(desk: "Desk", actor: "Actor") -> list[dict[str, Any]]:
        from office.inbox import Inbox
        from records.tasks import TaskQuery

        if not (mine or team or everything or case_id):
            return await Inbox(desk, actor).tasks(limit)
        whose = actor.person if mine else None
        query = TaskQuery(assignee=whose, team=team, case_id=case_id, waiting=case_id is None, limit=limit)
        return await Inbox(desk, actor).listed(query)

    rows = asked(app, work, waiting="the list")

    def text() -> str:
        from commands.tasks_text import listed
        from settings import system_clock

        return listed(rows, system_clock())

    app.emit(rows, text)


@group.command("show")
@task_argument
@pass_app
def show(app: App, task: tuple[str, str]) -> None:
    """Show one task: what it is about, what the case has been told, and the form to fill in."""
    case_id, key = task

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from office.inbox import Inbox

        return await Inbox(desk, actor).task(case_id, key)

    whole = asked(app, work, waiting=case_id)

    def text() -> str:
        from commands.tasks_text import page
        from settings import system_clock

        return page(whole, system_clock())

    app.emit(whole, text)


@group.command("claim")
@task_argument
@key_option
@pass_app
def claim(app: App, task: tuple[str, str], **given: Any) -> None:
    """Say that you do it."""
    carry_out(app, task[0], "ClaimTask", {"task": task[1], **given})


@group.command("release")
@task_argument
@key_option
@pass_app
def release(app: App, task: tuple[str, str], **given: Any) -> None:
    """Give it back to the team."""
    carry_out(app, task[0], "ReleaseTask", {"task": task[1], **given})


@group.command("done")
@task_argument
@fields_option("An answer of the task's form; `task show TASK` shows what it asks.")
@click.option("--note", metavar="WORDS", help="What was done; `-` reads stdin.")
@click.option("--stays", is_flag=True, help="For a step back that cannot be taken: it stays; --note says why.")
@key_option
@pass_app
def done(app: App, task: tuple[str, str], fields: dict[str, str], note: str | None, stays: bool, **given: Any) -> None:
    """Say that it is done, with what its form asks."""
    from commands.cases_words import words_from

    (case_id, key), said = task, words_from(note)

    async def kept(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        import asyncio

        from definitions.request.acts import TaskDone

        await desk.ask(case_id, TaskDone, actor=actor, task=key)
        whole = await asyncio.to_thread(desk.tasks.note, case_id, key, fields, said)
        return {"text": await desk.words(whole, actor.person)} if whole else {}

    carry_out(app, case_id, "TaskDone", {"task": key, "stays": stays or None, **given}, fields=kept)
