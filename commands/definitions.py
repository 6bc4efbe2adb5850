"""`jidoka definitions`: what the organisation has defined, and whether it fits together."""

from typing import TYPE_CHECKING, Any

import click

from commands.common import EXIT, App, Failure, Noun, pass_app
from commands.definitions_accept import accept, rebase, revert
from commands.definitions_change import diff, history
from commands.definitions_door import organisation_of, path_option
from commands.definitions_export import export
from commands.output import rendered, table

if TYPE_CHECKING:
    from definitions.base import Value
    from definitions.organisation import Organisation
    from definitions.services import Service
    from definitions.teams import Team

NOUNS = {
    "service": "services",
    "team": "teams",
    "calendar": "calendars",
    "target": "targets",
    "matrix": "matrices",
    "chain": "chains",
    "routing": "routing",
    "person": "people",
    "automation": "automations",
    "item": "catalogue",
}
"""Noun of one thing, and the field of the organisation that holds all of them."""


@click.group(cls=Noun)
def group() -> None:
    """Services, teams, targets and all else that is defined."""


for verb in (diff, accept, revert, rebase, history, export):
    group.add_command(verb)


@group.command("check")
@path_option
@pass_app
def check(app: App, path: str | None, code: bool) -> int:
    """Say everything that is wrong with the definitions in force; exit 6 when something is."""
    from activities.automation import building
    from definitions.checks import problems
    from definitions.loading import read
    from settings import system_clock

    organisation = organisation_of(app, path, code)
    path = path or app.settings.definitions
    where = path if organisation.version == read(path).version else f"{path} with the changes accepted since"
    known = building.known_code(app.settings.automation_modules)
    found = (
        *problems(organisation, system_clock()),
        *building.problems(organisation.automations, known, app.settings.automation_inputs),
    )
    counts = {field: len(getattr(organisation, field)) for field in NOUNS.values()}
    app.emit(
        {"path": path, "version": organisation.version, "ok": not found, "counts": counts, "problems": found},
        lambda: _verdict(where, counts, [problem.model_dump() for problem in found]),
    )
    return EXIT["check_failed"] if found else 0


def _verdict(where: str, counts: dict[str, int], found: list[dict[str, str]]) -> str:
    if not found:
        return f"{where} fits together: {', '.join(f'{n} {noun}' for noun, n in counts.items())}."
    lines = [f"{p['where']}: {p['what']}.\n    {p['next_step']}" for p in found]
    return "\n".join([*lines, f"{len(found)} problem{'s' if len(found) > 1 else ''} in {where}."])


@group.command("show")
@click.argument("key", required=False)
@path_option
@pass_app
def show(app: App, key: str | None, path: str | None, code: bool) -> None:
    """Show one definition in force (`vpn`, `team:network`), a kind of them (`services`), or a list of all."""
    organisation = organisation_of(app, path, code)
    if key is None or key in NOUNS or key in NOUNS.values():
        rows = [_row(noun, item) for noun, item in _all(organisation) if key in (None, noun, NOUNS[noun])]
        app.emit(rows, lambda: table(rows))
        return
    noun, item = _one(organisation, key)
    from definitions.base import digest

    whole = {"kind": noun, "version": digest(item)[:12], **item.model_dump(mode="json")}
    app.emit(whole, lambda: _readable(organisation, noun, item, whole))


def _all(organisation: "Organisation") -> "list[tuple[str, Value]]":
    return [(noun, item) for noun, field in NOUNS.items() for item in getattr(organisation, field)]


def _row(noun: str, item: "Value") -> dict[str, str]:
    from definitions.base import digest

    said = next((getattr(item, name) for name in ("title", "name", "reason") if getattr(item, name, None)), "")
    return {"kind": noun, "key": getattr(item, "key", ""), "title": said, "version": digest(item)[:12]}


def _one(organisation: "Organisation", wanted: str) -> "tuple[str, Value]":
    noun, _, key = wanted.rpartition(":")
    if noun and noun not in NOUNS:
        raise Failure("usage", f"There is no kind {noun!r}.", f"Kinds are {', '.join(NOUNS)}.")
    found = [(n, item) for n, item in _all(organisation) if getattr(item, "key", None) == key and noun in ("", n)]
    if not found:
        raise Failure("not_found", f"Nothing is defined as {wanted!r}.", "`jidoka definitions show` lists everything.")
    if len(found) > 1:
        names = " or ".join(f"{n}:{key}" for n, _ in found)
        raise Failure("usage", f"{key!r} is the name of several definitions.", f"Say {names}.")
    return found[0]


def _readable(organisation: "Organisation", noun: str, item: "Value", whole: dict[str, Any]) -> str:
    from definitions.services import Service
    from definitions.teams import Team

    if isinstance(item, Service):
        return _service(organisation, item, whole)
    if isinstance(item, Team):
        return _team(item, whole)
    return rendered({name: value for name, value in whole.items() if value not in (None, [], {}, "")})


def _service(organisation: "Organisation", service: "Service", whole: dict[str, Any]) -> str:
    """With the promises spelt out, because that is what people look for."""
    fields = {name: whole[name] for name in ("key", "title", "description", "version", "default_team", "calendar")}
    fields["categories"] = ", ".join(service.categories)
    fields["chain"] = service.chain
    confirm = service.confirm
    fields["confirm"] = (
        f"reminded after {confirm.remind_after_days}, closed after {confirm.close_after_days} working days "
        f"({confirm.calendar})"
    )
    promises = []
    for name in service.targets:
        target = organisation.target(name)
        goals = {str(p): f"{g.amount} {g.unit.removesuffix('s' * (g.amount == 1))}" for p, g in target.goals.items()}
        stops = ", ".join(target.pauses) or "nothing"
        promises.append({"clock": str(target.clock), **goals, "calendar": target.calendar, "stopped by": stops})
    return f"{rendered(fields)}\n\n{table(promises)}"


def _team(team: "Team", whole: dict[str, Any]) -> str:
    """With the next turns of the rota, gaps included."""
    from datetime import timedelta
    from itertools import islice
    from zoneinfo import ZoneInfo

    from definitions.teams import shifts
    from settings import system_clock

    fields = {name: whole[name] for name in ("key", "title", "version", "calendar", "zone", "lead", "manager")}
    members = [{"member": member.person, "skills": ", ".join(member.skills)} for member in team.members]
    now, zone = system_clock(), ZoneInfo(team.zone)
    duty = [
        {
            "on call": shift.person or "GAP",
            "from": f"{shift.start.astimezone(zone):%a %Y-%m-%d %H:%M}",
            "until": f"{shift.end.astimezone(zone):%a %Y-%m-%d %H:%M}",
            "why": shift.reason,
        }
        for shift in islice(shifts(team, now, now + timedelta(days=14)), 8)
    ]
    return f"{rendered(fields)}\n\n{table(members)}\n\n{table(duty)}"
