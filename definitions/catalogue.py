"""What people can ask for: the form, who may, what is promised, who approves, who does what, and what it costs."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from definitions.approvals import Stage
from definitions.base import Definition, Key, Level, Priority, Value
from definitions.entitlement import Entitlement
from definitions.form_fields import Kind
from definitions.forms import Form
from definitions.plans import FROM_REQUEST, Plan
from definitions.slices import CaseDefinition

REQUEST_BYTES = 4096
"""The most that the slice pinned in a request's input may weigh as JSON."""


class Cost(Value):
    """What it costs and who pays."""

    amount: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    per: Literal["once", "month", "year"] = "once"
    paid_by: str
    """In the requester's words: `your department`, `IT`."""

    @property
    def text(self) -> str:
        """For people."""
        return (
            f"{self.amount} {self.currency} {'once' if self.per == 'once' else f'a {self.per}'}, paid by {self.paid_by}"
        )


OWN_WORDS = (Kind.TEXT, Kind.ADDRESS)
"""What people write in fields of these kinds is kept in the records alone."""


class CatalogueItem(Definition):
    """One thing that can be asked for; everything else is named by key."""

    title: str
    gives: str
    """What the requester has afterwards, in the requester's words."""
    service: Key
    team: Key
    """The team that answers for it; its lead is the owner."""
    priority: Priority = Priority.P4
    """What a request has when nobody says otherwise."""
    targets: Annotated[tuple[Key, ...], Field(min_length=1)]
    """What is promised, per priority."""
    entitlement: Entitlement = Entitlement()
    form: Form = Form()
    approvals: tuple[Stage, ...] = ()
    """Asked one after the other."""
    plan: Plan
    cost: Cost | None = None

    @model_validator(mode="after")
    def _rules(self) -> "CatalogueItem":
        stages = [stage.key for stage in self.approvals]
        if repeated := sorted({k for k in stages if stages.count(k) > 1}):
            raise ValueError(f"item {self.key}: two stages {', '.join(repeated)}: keys are unique within an item")
        fields = [field.key for field in self.form.fields]
        if both := sorted(set(fields) & set(FROM_REQUEST)):
            raise ValueError(f"item {self.key}: every request has {', '.join(both)}; call the field something else")
        for task in self.plan.tasks:
            if unknown := sorted(set(task.inputs.values()) - {*fields, *FROM_REQUEST}):
                known = ", ".join((*FROM_REQUEST, *fields))
                raise ValueError(
                    f"item {self.key}, task {task.key}: the form has no field {', '.join(unknown)}; it can use {known}"
                )
            if words := sorted({*task.inputs.values()} & {f.key for f in self.form.fields if f.kind in OWN_WORDS}):
                raise ValueError(
                    f"item {self.key}, task {task.key}: {', '.join(words)} would stand in the history of the run in "
                    "the requester's own words; give the automation a choice, a number, a date or a person, or let a "
                    "person do the task"
                )
        return self


class RequestDefinition(CaseDefinition):
    """What one request needs of its item.

    The form and the entitlement are not here: the door has judged both before there is a case.
    """

    kind: Literal["request"] = "request"
    item_version: str
    service: Key
    team: Key
    triage: Key
    """The team that finds somebody to decide when nobody is left to ask."""
    priority: Priority
    approvals: tuple[Stage, ...]
    plan: Plan

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """The item's own, whatever is said about impact and urgency."""
        return self.priority
