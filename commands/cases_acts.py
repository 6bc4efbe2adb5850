"""What people do to a case: one verb each. Their words go to the records, the act carries a reference."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import LEVELS
from commands.cases_verbs import carry_out, note_option, reason_option, verb
from commands.cases_words import needed, spoken
from commands.common import App, Noun

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

VERBS: list[click.Command] = []


def named(*names: str) -> tuple[click.Command, ...]:
    """Those of these names, for kinds of case that some of them fit. Raises KeyError."""
    known = {verb.name: verb for verb in VERBS}
    return tuple(known[name] for name in names)


@verb("ack", VERBS.append)
def ack(app: App, case_id: str, **given: Any) -> None:
    """Say that you have seen it and take care of it."""
    carry_out(app, case_id, "Acknowledge", given)


@verb("start", VERBS.append)
def start(app: App, case_id: str, **given: Any) -> None:
    """Begin to work on it."""
    carry_out(app, case_id, "Start", given)


@verb("pause", VERBS.append)
@click.option(
    "--reason", required=True, type=click.Choice(["requester", "vendor", "approval", "schedule"]), help="Waits for."
)
@note_option(what="What you wait for; the requester reads it. `-` reads stdin.")
def pause(app: App, case_id: str, **given: Any) -> None:
    """Let it wait; each target says whether its clock stops."""
    carry_out(app, case_id, "Pause", given)


@verb("resume", VERBS.append)
def resume(app: App, case_id: str, **given: Any) -> None:
    """Go on after a pause."""
    carry_out(app, case_id, "Resume", given)


@verb("assign", VERBS.append)
@click.option("--team", metavar="KEY", help="Hand it over to this team.")
@click.option("--to", metavar="WHO", help="Give it to this person.")
@reason_option("another team than the one that routing learned to choose")
@note_option()
def assign(app: App, case_id: str, **given: Any) -> None:
    """Give it to another team or person."""
    if not given["team"] and not given["to"]:
        raise click.UsageError("Give it to whom? Name --team, --to or both.")

    async def fields(desk: "Desk", _: "Actor") -> dict[str, Any]:
        from definitions.slices import UnknownKey
        from office.errors import NotFound

        try:
            team = desk.organisation.team(given["team"]).key if given["team"] else None
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show teams`.") from None
        return {"team": team, "to": desk.identity.person(given["to"]) if given["to"] else None}

    carry_out(app, case_id, "Assign", given, fields=fields)


@verb("comment", VERBS.append)
@click.argument("words", metavar="[WORDS|-]", required=False)
@click.option("--internal", is_flag=True, help="Only for the people who work on it.")
@click.option("--broadcast", is_flag=True, help="Also to the people of all child cases.")
@click.option("--from", "said_by", metavar="WHO", help="Log what somebody said: `requester`, a key or an address.")
@click.option("--channel", metavar="NAME", default="cli", help="How it was said: phone, walk_up ...")
def comment(app: App, case_id: str, words: str | None, said_by: str | None, **given: Any) -> None:
    """Say something on it; the requester reads it unless it is --internal.

    What the requester says by phone: `comment ID 'It works now' --channel phone --from requester`.
    """
    given["note"] = said = needed("-" if words is None else words, "The comment")
    aside = given["internal"] or given["broadcast"]

    async def fields(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        return await spoken(desk, actor, case_id, said, said_by, aside=aside)

    carry_out(app, case_id, "Comment", given, fields=fields)


@verb("resolve", VERBS.append)
@note_option(what="What was done; the requester reads it. `-` reads stdin.")
@click.option("--article", metavar="KEY", help="The article that helped; `knowledge search` finds it.")
def resolve(app: App, case_id: str, **given: Any) -> None:
    """Say that it works again; the requester is asked to confirm."""
    given["note"] = needed(given["note"], "--note")
    given["article"] = given["article"] and given["article"].casefold()
    carry_out(app, case_id, "Resolve", given)


@verb("confirm", VERBS.append)
def confirm(app: App, case_id: str, **given: Any) -> None:
    """The requester's yes: it works."""
    carry_out(app, case_id, "Confirm", given)


@verb("reopen", VERBS.append)
@note_option("--reason", "What still does not work; `-` reads stdin.")
def reopen(app: App, case_id: str, **given: Any) -> None:
    """Say that it does not work after all."""
    carry_out(app, case_id, "Reopen", given)


@verb("cancel", VERBS.append)
@note_option("--reason", "Why it is not needed; `-` reads stdin.")
def cancel(app: App, case_id: str, **given: Any) -> None:
    """Give it up: it is not needed any more."""
    carry_out(app, case_id, "Cancel", given)


@verb("merge", VERBS.append)
@click.option("--into", required=True, metavar="ID", help="The case that goes on.")
def merge(app: App, case_id: str, **given: Any) -> None:
    """Let it go on as part of another case."""
    carry_out(app, case_id, "Merge", given, fields=_known("into", given))


@verb("unmerge", VERBS.append)
def unmerge(app: App, case_id: str, **given: Any) -> None:
    """Take it out again."""
    carry_out(app, case_id, "Unmerge", given)


@verb("link", VERBS.append)
@click.option(
    "--parent", metavar="ID", help="The incident about the common cause; what is said there reaches this case."
)
@click.option("--problem", metavar="ID", help="The problem it comes from; its workaround and its end reach this case.")
def link(app: App, case_id: str, parent: str | None, problem: str | None, **given: Any) -> None:
    """Name the incident or the problem that it belongs to."""
    if (parent is None) == (problem is None):
        raise click.UsageError("Name either --parent or --problem.")
    if parent is not None:
        given["parent"] = parent
        carry_out(app, case_id, "Link", given, fields=_known("parent", given))
    else:
        carry_out(app, case_id, "LinkProblem", given | {"problem": problem}, fields=_told_to(case_id, problem))


@verb("unlink", VERBS.append)
def unlink(app: App, case_id: str, **given: Any) -> None:
    """Say that it does not come from the problem it is linked to."""
    carry_out(app, case_id, "UnlinkProblem", given)


def _told_to(case_id: str, problem: str | None) -> "Callable[[Desk, Actor], Awaitable[dict[str, Any]]]":
    """An incident that has ended hears nothing any more: its problem is told."""

    async def fields(desk: "Desk", _: "Actor") -> dict[str, Any]:
        row = await desk.case(case_id)
        if row is None or row.closed_at is None:
            return {}
        return {"act": "LinkIncident", "on": problem, "incident": case_id, "problem": None}

    return fields


@verb("priority", VERBS.append)
@click.option("--impact", required=True, type=click.Choice(LEVELS), help="How many are hit.")
@click.option("--urgency", required=True, type=click.Choice(LEVELS), help="How pressing it is.")
@reason_option("the first triage did not fit")
@note_option()
def priority(app: App, case_id: str, **given: Any) -> None:
    """Set impact and urgency; the priority follows from them."""
    carry_out(app, case_id, "SetPriority", given)


@verb("redefine", VERBS.append)
@click.option("--service", required=True, metavar="KEY", help="Where it belongs.")
@click.option("--category", metavar="C", help="One of that service's categories.")
def redefine(app: App, case_id: str, service: str, **given: Any) -> None:
    """Move it to the service it belongs to; that definition counts from here on."""

    async def fields(desk: "Desk", _: "Actor") -> dict[str, Any]:
        return {"definition": desk.definition(service, given["category"])}

    carry_out(app, case_id, "Redefine", given, fields=fields)


@click.group("major", cls=Noun)
def major() -> None:
    """Declare a major incident, or stand down."""


VERBS.append(major)


@verb("declare", major.add_command)
def declare(app: App, case_id: str, **given: Any) -> None:
    """Declare it a major incident: highest priority, everybody told."""
    carry_out(app, case_id, "Major", given | {"declare": True})


@verb("stand-down", major.add_command)
def stand_down(app: App, case_id: str, **given: Any) -> None:
    """Say that it is no major incident any more."""
    carry_out(app, case_id, "Major", given | {"declare": False})


def _known(name: str, given: dict[str, Any]) -> "Callable[[Desk, Actor], Awaitable[dict[str, Any]]]":
    """The other case must exist."""

    async def fields(desk: "Desk", _: "Actor") -> dict[str, Any]:
        await desk.case(given[name])
        return {}

    return fields
