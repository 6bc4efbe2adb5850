"""`jidoka catalogue`: what people can ask for."""

import shlex
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Noun, pass_app
from commands.definitions_door import organisation_of, path_option
from commands.output import rendered, table

if TYPE_CHECKING:
    from datetime import date

    from definitions.catalogue import CatalogueItem
    from definitions.form_fields import Field
    from definitions.forms import Form
    from definitions.organisation import Organisation
    from definitions.plans import Task


@click.group(cls=Noun)
def group() -> None:
    """What people can ask for: forms, promises, approvals, tasks, costs."""


@group.command("ls")
@path_option
@pass_app
def ls(app: App, path: str | None, code: bool) -> None:
    """List the items: what each is, what is promised, who approves, how much work it is."""
    organisation = organisation_of(app, path, code, everybody=True)
    rows = [_row(organisation, item) for item in organisation.catalogue]
    app.emit(rows, lambda: table(rows))


@group.command("show")
@click.argument("key", metavar="KEY")
@path_option
@pass_app
def show(app: App, key: str, path: str | None, code: bool) -> None:
    """Show one: its form, the promise, approvals and tasks; -o json with the JSON Schema of the form."""
    from settings import system_clock

    organisation = organisation_of(app, path, code, everybody=True)
    item = item_of(organisation, key)
    whole = {
        **item.model_dump(mode="json"),
        "version": item.version,
        "schema": item.form.json_schema,
        "promises": _promises(organisation, item),
    }
    app.emit(whole, lambda: _readable(organisation, item, system_clock().date()))


def item_of(organisation: "Organisation", key: str) -> "CatalogueItem":
    """The item of this key, or a failure that names those there are."""
    from definitions.slices import UnknownKey

    try:
        return organisation.item(key)
    except UnknownKey as unknown:
        known = ", ".join(sorted(other.key for other in organisation.catalogue)) or "nothing yet"
        raise Failure("not_found", f"There is no item {key!r}.", f"There is {known}.") from unknown


def form_page(item: "CatalogueItem") -> str:
    """What the form asks, and the command that fills it in with its own examples."""
    from settings import system_clock

    today = system_clock().date()
    said = [f"--field {field.key}={shlex.quote(field.shown(today))}" for field in item.form.fields if field.required]
    command = " \\\n  ".join([f"jidoka request open --item {item.key}", *said])
    return f"{item.title}: {item.gives}\n\n{form_table(item.form, today)}\n\n{command}"


def form_table(form: "Form", today: "date") -> str:
    """The fields of a form, one a line."""
    if not form.fields:
        return "It asks nothing."
    return f"The form (* must be filled in)\n{table([_field(field, today) for field in form.fields])}"


def _row(organisation: "Organisation", item: "CatalogueItem") -> dict[str, Any]:
    done = next((p["goal"] for p in _promises(organisation, item) if p["priority"] == item.priority), None)
    return {
        "key": item.key,
        "title": item.title,
        "service": item.service,
        "team": item.team,
        "promise": done,
        "approvals": len(item.approvals),
        "tasks": len(item.plan.tasks),
        "cost": item.cost.text if item.cost else None,
    }


def _promises(organisation: "Organisation", item: "CatalogueItem") -> list[dict[str, str]]:
    """One row for each clock and priority."""
    return [
        {
            "clock": str(target.clock),
            "priority": str(priority),
            "goal": f"{goal.amount} {goal.unit.removesuffix('s' * (goal.amount == 1))}",
            "calendar": target.calendar,
        }
        for target in map(organisation.target, item.targets)
        for priority, goal in target.goals.items()
    ]


def _readable(organisation: "Organisation", item: "CatalogueItem", today: "date") -> str:
    about = {
        "key": item.key,
        "title": item.title,
        "gives": item.gives,
        "service": item.service,
        "team": f"{item.team} (owner: {organisation.team(item.team).lead})",
        "for": item.entitlement.text,
        "priority": str(item.priority),
        "cost": item.cost.text if item.cost else "not stated",
        "version": item.version,
    }
    parts = [rendered(about)]
    if item.form.fields:
        parts.append(form_table(item.form, today))
    mine = [p for p in _promises(organisation, item) if p["priority"] == item.priority]
    parts.append(f"Promised at {item.priority}\n{table(mine, ('clock', 'goal', 'calendar'))}")
    if item.approvals:
        stages = [
            {
                "stage": stage.key,
                "question": stage.title,
                "asks": ", ".join(stage.asks),
                "needs": f"{stage.needs} of them" if isinstance(stage.needs, int) else stage.needs,
                "within": f"{stage.within.amount} {stage.within.unit} ({stage.calendar})",
                "then also": stage.escalate_to,
            }
            for stage in item.approvals
        ]
        parts.append(f"Approvals, one after the other\n{table(stages)}")
    parts.append(f"The work\n{table([_task(task) for task in item.plan.tasks])}")
    return "\n\n".join(parts)


def _field(field: "Field", today: "date") -> dict[str, str]:
    label = field.label if field.label.endswith("?") or not field.help else f"{field.label}."
    return {
        "field": f"{field.key}{'*' if field.required else ''}",
        "asks": f"{label} {field.help or ''}".strip(),
        "takes": field.rule,
        "example": field.shown(today),
    }


def _task(task: "Task") -> dict[str, str]:
    if task.undo:
        back = f"{task.undo.title}{' (automated)' if task.undo.automated else ''}"
    else:
        back = f"stays: {task.stays}" if task.stays else "nothing to undo"
    return {
        "task": task.key,
        "what": task.title,
        "team": task.team,
        "automation": task.automation or "-",
        "after": ", ".join(task.after) or "-",
        "when cancelled": back,
    }
