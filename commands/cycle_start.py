"""Beginning a cycle: the charter, what is measured now, earlier cycles like it, and then the first step."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import asked, at_the_desk, valid
from commands.common import App, Failure, Verb, key_option, pass_app, yes_option
from commands.cycle_charter import asked_for, charter_options, said

if TYPE_CHECKING:
    from definitions.cycle.charter import Charter
    from definitions.cycle.register import Row
    from definitions.people import Actor
    from desk import Desk
    from office.cycles import Asked

NEEDED = {
    "title": "What is it about, in a few words?",
    "problem": "What goes wrong, and for whom?",
    "metric": "By which metric (`jidoka measure` lists them)?",
    "goal": "Which value is good enough (16h, 10%)?",
}
MORE = {"services": "Only cases of which services (keys, with commas; empty: all)?"}
MORE_OF_DMAIC = {
    "experience": "What shall those served experience instead?",
    "affected": "Who has the problem: customer, user, employee?",
    "guards": "What must not get worse (METRIC:lower:2%, with commas)?",
    "sponsor": "Who stands for it and can decide?",
    "members": "Who is in the team (rita:customer, kim:staff)?",
}


def start_of(method: str) -> click.Command:
    """`start` of this method."""
    about = {
        "kaizen": "Begin a Kaizen: one step that a team knows well, in a time box of working days.",
        "dmaic": "Begin a DMAIC cycle: five gates, for what is large or unclear.",
    }[method]

    @click.command(
        "start",
        cls=Verb,
        help=f"{about}\n\nEarlier cycles like it are shown first. Without flags it asks on a terminal.",
    )
    @charter_options
    @click.option("--owner", metavar="TEAM", help="Whose cycle it is (the team of whoever begins it).")
    @click.option("--after", metavar="ID", help="The earlier cycle that led to this one.")
    @yes_option
    @key_option
    @pass_app
    def start(
        app: App, owner: str | None, after: str | None, yes: bool, idempotency_key: str | None, **given: Any
    ) -> None:
        from office.cycles import Asked

        told = said(asked_for(app, given, NEEDED, MORE | (MORE_OF_DMAIC if method == "dmaic" else {})))
        fields = {"method": method, "owner": owner, "after": after, "external_id": idempotency_key}
        wanted = valid(Asked, told | fields)
        _begin(app, wanted, yes)

    return start


def _begin(app: App, wanted: "Asked", yes: bool) -> None:
    import sys

    from commands.cycle_lines import alike_lines

    app.need_stack()
    with at_the_desk(app) as (desk, actor):
        known = app.run(desk.cycles.begun(wanted, actor)) if wanted.external_id else None
        charter, alike = desk.cycles.alike(wanted, actor)
    if known is None:
        wanted = _measured(app, wanted, charter)
        if alike and sys.stdin.isatty() and not yes:
            app.say("\n".join(alike_lines(alike)))
            app.sure("Begin it all the same?", yes)

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        from commands.cases_verbs import shown

        begun = await desk.cycles.start(wanted, actor)
        case = await shown(desk, actor, begun.id)
        return case | {"created": begun.created, "similar": [_brief(row) for row in begun.alike]}

    case = asked(app, work, waiting="the cycle to begin", back="`jidoka cycle ls` lists it.")

    def text() -> str:
        from commands.cycle_text import brief

        above = [] if case["created"] else ["It was begun before:"]
        like = alike_lines(alike) if alike and case["created"] and not sys.stdin.isatty() else []
        return "\n".join([*above, brief(case), *(["", *like] if like else [])])

    app.emit(case, text)


def _measured(app: App, wanted: "Asked", charter: "Charter") -> "Asked":
    """With the problem in numbers. Nothing is begun that could not end: a metric without data, a goal that is met."""
    if wanted.metric is None:
        return wanted
    from commands.amount import told
    from commands.live_door import live
    from measurement.cycles.baseline import measured

    found = measured(live(app), charter)
    if found.value is None:
        why = f": {found.reason}" if found.reason else ""
        raise Failure(
            "check_failed",
            f"{found.metric} has no value for {charter.scope}{why}",
            "Widen the scope, or choose a metric that has data: `jidoka measure` shows them.",
        )
    if charter.reached(found.value):
        goal = told(charter.goal, found.unit)
        raise Failure(
            "check_failed",
            f"The goal is met already: {found.metric} is {told(found.value, found.unit)}, the goal {goal}.",
            "Set a goal beyond it, or improve something else: `jidoka kaizen candidates`.",
        )
    return wanted if wanted.level is not None else wanted.model_copy(update={"level": found.value})


def _brief(row: "Row") -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "ending": row.ending,
        "result": row.result,
        "failed": row.failed,
        "tried": row.tried,
        "lesson": row.lesson,
    }
