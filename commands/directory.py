"""`jidoka directory`: people, their tokens, and who takes whose duty."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from commands.cases_door import Moment, at_the_desk, valid
from commands.common import App, Failure, Noun, pass_app, yes_option
from commands.output import table

if TYPE_CHECKING:
    from definitions.people import Action, Actor
    from desk import Desk
    from records.directory import Known


@click.group(cls=Noun)
def group() -> None:
    """People, tokens and rota swaps."""


@contextmanager
def _desk(app: App, *actions: "Action") -> "Iterator[tuple[Desk, Actor]]":
    """An open desk for somebody who may do one of these."""
    from definitions.people import Object
    from definitions.rights import may

    with at_the_desk(app) as (desk, actor):
        if not any(may(actor, action, Object()).allowed for action in actions):
            desk.allow(actor, actions[0], Object())
        yield desk, actor


@contextmanager
def _reading(app: App) -> "Iterator[tuple[Desk, Actor]]":
    from definitions.people import Action

    with _desk(app, Action.SHOW_INTERNAL, Action.CONFIG) as found:
        yield found


@group.command("ls")
@click.option("--staff", is_flag=True, help="Only the people of the organisation.")
@click.option("--role", metavar="R", help="Only people with this role.")
@click.option("--team", metavar="KEY", help="Only members of this team.")
@pass_app
def ls(app: App, staff: bool, role: str | None, team: str | None) -> None:
    """List everybody the desk knows: those of the organisation, and whoever wrote to it."""
    with _reading(app) as (desk, actor):
        desk.store.access_log.add(actor.person, "ls", "directory", desk.clock())
        found = [
            known
            for known in desk.store.directory.ls()
            if (not staff or known.origin == "organisation")
            and (role is None or role in known.roles)
            and (team is None or team in known.teams)
        ]
    rows = [known.model_dump(mode="json") for known in found]
    app.emit(rows, lambda: table([_short(known) for known in found]) if found else "Nobody.")


def _short(known: "Known") -> dict[str, Any]:
    return {
        "key": known.key,
        "name": known.name or "-",
        "address": ", ".join(known.addresses) or "-",
        "roles": ", ".join(known.roles) or "-",
        "teams": ", ".join(known.teams) or "-",
        "active": known.active,
    }


@group.command("show")
@click.argument("person", metavar="PERSON")
@pass_app
def show(app: App, person: str) -> None:
    """Show one person: addresses, roles, teams, whom they act for."""
    with _reading(app) as (desk, actor):
        known = _known(desk, person)
        desk.store.access_log.add(actor.person, "show", f"person:{known.key}", desk.clock())
        acting_for = desk.store.directory.acting_for(known.key, desk.clock())
    whole = known.model_dump(mode="json") | {"acting_for": list(acting_for)}
    app.emit(whole, lambda: "\n".join(f"{name:<11} {_said(value)}" for name, value in whole.items()))


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return "-" if value in (None, "") else str(value)


@group.command("token")
@click.argument("person", metavar="PERSON")
@click.option("--label", metavar="WORDS", default="", help="What it is for.")
@click.option("--expires", type=Moment(), metavar="TIME", help="When it stops working (never).")
@click.option("--revoke", is_flag=True, help="End all tokens of this person; none is made.")
@pass_app
def token(app: App, person: str, label: str, expires: Any, revoke: bool) -> None:
    """Make a token by which PERSON acts where --as proves nothing. It is shown once.

    Nobody gives out more rights than they have.
    """
    from definitions.people import Action

    with _desk(app, Action.CONFIG) as (desk, actor):
        known = _known(desk, person)
        _no_more_than_own(actor, known)
        if revoke:
            ended = desk.store.directory.revoke_api_tokens(known.key)
            app.emit({"person": known.key, "revoked": ended}, f"{ended} tokens of {known.key} ended.")
            return
        if expires is not None and expires <= desk.clock():
            raise Failure("usage", f"--expires {expires} is over already.", "Name a time to come, or leave it out.")
        made = desk.store.directory.issue_api_token(known.key, label, expires)
    data = {"person": known.key, "token": made, "label": label, "expires_at": expires}
    app.emit(data, f"{made}\n\nFor {known.key}. It is not shown again; use it as JIDOKA_API_TOKEN.")


def _no_more_than_own(actor: "Actor", known: "Known") -> None:
    from definitions.people import Role

    beyond = [role.value for role in known.roles if role not in actor.roles and role is not Role.REQUESTER]
    if beyond and Role.ADMIN not in actor.roles:
        raise Failure(
            "not_allowed", f"{known.key} has the role {', '.join(beyond)}, which you have not.", "Ask an administrator."
        )


@group.command("forget")
@click.argument("person", metavar="PERSON")
@yes_option
@pass_app
def forget(app: App, person: str, yes: bool) -> None:
    """Erase name, addresses and words of PERSON for ever. The facts stay, with the key alone.

    Originals of mail are files under `blobs` and stay; so does what backups hold, and what a colleague found fit to
    stand in an approved article.
    """
    from definitions.people import Action

    with _desk(app, Action.CONFIG) as (desk, actor):
        known = _known(desk, person)
        if known.origin == "organisation" and known.active:
            raise Failure(
                "failed",
                f"{known.key} belongs to the organisation and would come back from its definitions.",
                "Take the person out of the definitions and restart the worker first.",
            )
        app.sure(f"Erase everything {known.key} told us, for ever?", yes)
        desk.store.access_log.add(actor.person, "forget", f"person:{known.key}", desk.clock())
        words = desk.store.texts.erase_of(person=known.key)
        with desk.store.articles.writing() as writing:
            drafts = writing.forget(known.key)
        desk.store.directory.forget(known.key)
    data = {"person": known.key, "texts_erased": words, "drafts_erased": drafts}
    said = f", and their words in {drafts} drafts of articles" if drafts else ""
    app.emit(data, f"{known.key} is forgotten; {words} texts are erased{said}.")


def _known(desk: "Desk", who: str) -> "Known":
    from office.errors import NotFound

    known = desk.store.directory.get(desk.identity.person(who))
    if known is None:
        raise NotFound(f"{who!r} is in the definitions, but not in the directory yet", "Run `jidoka up` once.")
    return known


@group.group("swap")
def swap() -> None:
    """Who takes whose duty for a while."""


@swap.command("add")
@click.option("--team", required=True, metavar="KEY", help="Whose rota.")
@click.option("--person", required=True, metavar="WHO", help="Who takes over.")
@click.option("--instead-of", required=True, metavar="WHO", help="Whose duty it is by the rota.")
@click.option("--from", "from_", required=True, type=Moment(), metavar="TIME", help="From when.")
@click.option("--until", required=True, type=Moment(), metavar="TIME", help="Until when.")
@pass_app
def swap_add(app: App, team: str, person: str, instead_of: str, **times: Any) -> None:
    """Let one member take the duty of another; of two swaps the later one has the last word."""
    from definitions.people import Action
    from definitions.teams import Swap

    with _desk(app, Action.ASSIGN) as (desk, actor):
        members = _members(desk, team)
        named = {"person": desk.identity.person(person), "instead_of": desk.identity.person(instead_of)}
        for key in named.values():
            if key not in members:
                raise Failure("usage", f"{key} is not in the team {team}.", f"Its members are {', '.join(members)}.")
        new = valid(Swap, {"team": team, **named, **times})
        number = desk.store.directory.add_swap(new, actor.person)
    app.emit(_row(number, new), f"Swap {number}: {new.person} takes the duty of {new.instead_of} in {team}.")


def _members(desk: "Desk", team: str) -> list[str]:
    from definitions.slices import UnknownKey
    from office.errors import NotFound

    try:
        return [member.person for member in desk.organisation.team(team).members]
    except UnknownKey as unknown:
        raise NotFound(str(unknown), "See `jidoka definitions show teams`.") from None


@swap.command("ls")
@click.option("--team", metavar="KEY", help="Only of this team.")
@pass_app
def swap_ls(app: App, team: str | None) -> None:
    """List the swaps, oldest first."""
    with _reading(app) as (desk, _):
        rows = [_row(number, known) for number, known in desk.store.directory.swaps(team).items()]
    app.emit(rows, lambda: table(rows) if rows else "No swaps.")


@swap.command("rm")
@click.argument("number", type=int)
@pass_app
def swap_rm(app: App, number: int) -> None:
    """Take a swap back."""
    from definitions.people import Action

    with _desk(app, Action.ASSIGN) as (desk, _):
        desk.store.directory.drop_swap(number)
    app.emit({"removed": number}, f"Swap {number} is taken back.")


def _row(number: int, known: Any) -> dict[str, Any]:
    plain = known.model_dump(mode="json")
    return {"number": number, **{name.rstrip("_"): value for name, value in plain.items()}}
