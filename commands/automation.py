"""`jidoka automation`: what code may do here, how each stands, run one, switch one off."""

import json
from typing import TYPE_CHECKING, Any

import click

from commands.automation_text import listed, shown, told
from commands.cases_door import asked, at_the_desk
from commands.common import EXIT, App, Failure, Noun, dry_run_option, key_option, pass_app

if TYPE_CHECKING:
    from definitions.automations import AutomationDefinition
    from definitions.people import Actor
    from definitions.runs import AutomationResult
    from desk import Desk
    from office.automating import Automating


@click.group(cls=Noun)
def group() -> None:
    """What code may do, how it stands, and the switch."""


@group.command("ls")
@pass_app
def ls(app: App) -> None:
    """List the automations: what each does, who answers for it, and whether it may run now."""
    with at_the_desk(app) as (desk, actor):
        door = _reading(desk, actor)
        rows = [_row(door, definition) for definition in desk.organisation.automations]
    app.emit(rows, lambda: listed(rows))


@group.command("show")
@click.argument("key", metavar="KEY")
@click.option("--limit", type=click.IntRange(0, 1000), default=10, help="The latest runs.", show_default=True)
@pass_app
def show(app: App, key: str, limit: int) -> None:
    """Show one: what it takes, its limits, what holds it back, and its latest runs."""
    from activities.automation.building import code_of, known_code

    with at_the_desk(app) as (desk, actor):
        door = _reading(desk, actor)
        definition = door.definition(key)
        runs = [run.model_dump(mode="json") for run in desk.store.automations.runs(key, limit=limit)]
        standing = door.standing(definition)
    code = code_of(definition, known_code(app.settings.automation_modules))
    fixed = {**definition.inputs, **app.settings.automation_inputs.get(key, {})}
    whole = {
        **definition.model_dump(mode="json"),
        "version": definition.version,
        "inputs": fixed,
        "takes": code.takes.model_json_schema(),
        "standing": standing.model_dump(mode="json"),
        "runs": runs,
    }
    app.emit(whole, lambda: shown(whole))


@group.command("run")
@click.argument("key", metavar="KEY")
@click.option("--case", "case_id", metavar="ID", help="For this case: what is found is written there.")
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="An input; VALUE may be JSON.")
@click.option("--consent-by", metavar="WHO", help="Whose yes you have, where it needs one.")
@click.option("--undo", is_flag=True, help="Take back what a run for this case did.")
@dry_run_option
@key_option
@pass_app
def run(app: App, key: str, fields: tuple[str, ...], undo: bool, dry_run: bool, **given: Any) -> int:
    """Run it on a worker and wait; exit 6 when it did not do its work."""
    if undo and (dry_run or given["case_id"] is None):
        raise Failure("usage", "--undo takes back a run for a case.", "Give --case, and leave --dry-run out.")
    inputs = _inputs(fields)

    async def work(desk: "Desk", actor: "Actor") -> "AutomationResult":
        from office.automating import Asked, Automating

        consent = given["consent_by"]
        wanted = Asked(
            inputs=inputs,
            case_id=given["case_id"],
            mode="undo" if undo else "dry_run" if dry_run else "run",
            consent_by=desk.identity.person(consent) if consent else None,
            key=given["idempotency_key"],
        )
        return await Automating(desk, actor).run(key, wanted)

    result = asked(app, work, waiting=f"automation {key}")
    app.emit(result.model_dump(mode="json"), lambda: told(key, result))
    return 0 if result.outcome in ("done", "nothing") else EXIT["check_failed"]


@group.command("pause")
@click.argument("key", metavar="KEY")
@click.option("--reason", required=True, metavar="WORDS", help="Why; it stands on every case that would have used it.")
@pass_app
def pause(app: App, key: str, reason: str) -> None:
    """Let no new run in, on any worker, from this moment on. What is under way ends."""
    from office.automating import Automating

    with at_the_desk(app) as (desk, actor):
        standing = Automating(desk, actor).pause(key, reason)
    app.emit(standing.model_dump(mode="json"), f"{key} is paused: no new run begins until `automation resume {key}`.")


@group.command("resume")
@click.argument("key", metavar="KEY")
@pass_app
def resume(app: App, key: str) -> None:
    """Let it run again; failures of the past are forgotten."""
    from office.automating import Automating

    with at_the_desk(app) as (desk, actor):
        standing = Automating(desk, actor).resume(key)
    app.emit(standing.model_dump(mode="json"), f"{key} {standing.state}.")


def _reading(desk: "Desk", actor: "Actor") -> "Automating":
    from definitions.people import Action, Object
    from office.automating import Automating

    desk.allow(actor, Action.DEFINITIONS, Object())
    return Automating(desk, actor)


def _row(door: "Automating", definition: "AutomationDefinition") -> dict[str, Any]:
    standing = door.standing(definition)
    named = ("key", "title", "does", "owner", "risk", "consent", "needs_approval")
    return {
        **{name: getattr(definition, name) for name in named},
        **standing.model_dump(mode="json", include={"state", "reason", "hour", "day"}),
        "diagnoses": [match.model_dump(mode="json") for match in definition.diagnoses],
        "remedies": [match.model_dump(mode="json") for match in definition.remedies],
    }


def _inputs(fields: tuple[str, ...]) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for field in fields:
        name, found, value = field.partition("=")
        if not found or not name:
            raise Failure("usage", f"--field {field!r} cannot be used.", "Write it as --field name=value.")
        try:
            inputs[name] = json.loads(value)
        except ValueError:
            inputs[name] = value
    return inputs
