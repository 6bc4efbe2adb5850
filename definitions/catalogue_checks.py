"""What is wrong with a catalogue, beyond names that lead nowhere."""

from collections.abc import Iterator

from definitions.automations import Risk
from definitions.base import canonical
from definitions.catalogue import REQUEST_BYTES, CatalogueItem
from definitions.forms import mistakes
from definitions.organisation import Organisation
from definitions.people import Role
from definitions.references import Problem


def item_problems(org: Organisation) -> Iterator[Problem]:
    """Items that could not keep what they say; expects that every name leads somewhere."""
    for item in org.catalogue:
        where = f"item:{item.key}"
        clocks = [org.target(key).clock for key in item.targets]
        for clock in sorted({c for c in clocks if clocks.count(c) > 1}):
            yield Problem(
                where=where,
                what=f"two targets for the {clock} clock",
                next_step="Keep one, so that a case has one promise of each kind.",
            )
        yield from _approvals(org, item, where)
        for form in (item.form, *(task.form for task in item.plan.tasks)):
            for mistake in mistakes(form):
                yield Problem(where=where, what=mistake, next_step="Correct the field.")
        yield from _automations(org, item, where)
        size = len(canonical(org.request(item.key)))
        if size > REQUEST_BYTES:
            yield Problem(
                where=where,
                what=f"a request would carry {size} bytes of definition; {REQUEST_BYTES} is the most",
                next_step="Use fewer calendars or shorter titles, or make two items of it.",
            )


def _approvals(org: Organisation, item: CatalogueItem, where: str) -> Iterator[Problem]:
    held = {role for person in org.people for role in person.roles}
    for stage in item.approvals:
        for approver in stage.asks:
            kind, _, name = approver.partition(":")
            if kind == "role" and name not in held:
                known = name in {role.value for role in Role}
                yield Problem(
                    where=where,
                    what=f"stage {stage.key} asks {approver}, {'which nobody has' if known else 'which is no role'}",
                    next_step=f"Name one of {', '.join(sorted(held))}.",
                )


def _automations(org: Organisation, item: CatalogueItem, where: str) -> Iterator[Problem]:
    for task in item.plan.tasks:
        if task.automation is None:
            continue
        automation = org.automation(task.automation)
        if automation.needs_approval and not item.approvals:
            yield Problem(
                where=where,
                what=f"task {task.key} runs {automation.key}, which needs an approval, and nobody is asked",
                next_step="Add a stage to approvals.",
            )
        if task.changes_nothing and automation.risk is not Risk.READS:
            yield Problem(
                where=where,
                what=f"task {task.key} says that it changes nothing, but {automation.key} {automation.risk}",
                next_step="Give it an undo, or say in stays why it cannot be undone.",
            )
