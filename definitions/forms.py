"""A form: fields, the Pydantic model that is made of them, and what somebody filled in."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model, model_validator
from pydantic import Field as Described
from pydantic_core import SchemaError

from definitions.base import Value, remembered
from definitions.form_fields import Field, takes
from definitions.sparse import Sparse

Answer = str | int | bool
"""What JSON can carry: a date is written as 2026-12-01."""


class Form(Sparse):
    """Fields in the order in which they are asked."""

    fields: tuple[Field, ...] = ()

    @model_validator(mode="after")
    def _rules(self) -> "Form":
        keys = [field.key for field in self.fields]
        if repeated := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"the form asks for {', '.join(repeated)} twice: ask once")
        return self

    @property
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of what may be filled in, for the web and for programs."""
        return {**model(self).model_json_schema(), "$schema": "https://json-schema.org/draft/2020-12/schema"}


class FieldProblem(Value):
    """What is wrong with one answer, what it must be, and one that would be right, as `field=value`."""

    field: str
    what: str
    rule: str
    example: str

    @property
    def text(self) -> str:
        """The whole of it in one sentence."""
        such = f", such as {self.example}" if self.example else ""
        return f"{self.field} {self.what}: it must be {self.rule}{such}"


class Answers(Value):
    """A form filled in without mistakes; fields left empty are not there."""

    values: dict[str, Answer] = {}

    @property
    def written(self) -> dict[str, str]:
        """As somebody would type them; filling the same form with this gives the same answers."""
        return {key: _typed(value) for key, value in self.values.items()}


def filled(form: Form, given: Mapping[str, str], today: date) -> Answers | tuple[FieldProblem, ...]:
    """The answers, or everything that is wrong with them in the order of the form, unknown fields last."""
    said = {key: value for key, value in given.items() if value.strip()}
    try:
        found = model(form).model_validate(said, context={"today": today})
    except ValidationError as bad:
        return tuple(sorted(_problems(form, bad, today), key=_in_order(form)))
    return Answers(values=found.model_dump(mode="json", by_alias=True, exclude_none=True))


def mistakes(form: Form) -> Iterator[str]:
    """Patterns that are none, and examples that break their own rule; for checks, because it takes milliseconds."""
    for field in form.fields:
        alone = Form(fields=(field,))
        try:
            # Without a day, so that the example of a date does not grow old.
            model(alone).model_validate({field.key: field.example})
        except SchemaError:
            yield f"field {field.key}: {field.pattern!r} is no pattern (Rust syntax, without look-around)"
        except ValidationError:
            yield f"field {field.key}: its own example {field.example!r} is not {field.rule}"


@remembered
def model(form: Form) -> type[BaseModel]:
    """The Pydantic model of a form. Validate with the context `{"today": date}`, or dates are not held to a range."""
    # Under a prefix, because a field may be called as a method of the model is; the alias is the name people see.
    fields: dict[str, Any] = {f"field_{field.key}": _described(field) for field in form.fields}
    return create_model("Form", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def _described(field: Field) -> tuple[Any, Any]:
    about: dict[str, Any] = {"alias": field.key, "title": field.label, "examples": [field.example]}
    about["description"] = f"{field.help} ({field.rule})" if field.help else field.rule
    kind = takes(field)
    return (kind, Described(**about)) if field.required else (kind | None, Described(default=None, **about))


def _problems(form: Form, bad: ValidationError, today: date) -> list[FieldProblem]:
    by_key = {field.key: field for field in form.fields}
    found = {}
    for error in bad.errors(include_url=False, include_input=False):
        key = str(error["loc"][0])
        field = by_key.get(key)
        if field is None:
            first = form.fields[0] if form.fields else None
            rule = f"one of the fields {', '.join(by_key)}" if by_key else "left out, because this form asks nothing"
            found[key] = FieldProblem(
                field=key,
                what="is not asked for",
                rule=rule,
                example=f"{first.key}={first.shown(today)}" if first else "",
            )
        else:
            what = "is missing" if error["type"] == "missing" else _plain(error["msg"])
            example = f"{key}={field.shown(today)}"
            found.setdefault(key, FieldProblem(field=key, what=what, rule=field.rule, example=example))
    return list(found.values())


def _in_order(form: Form) -> Callable[[FieldProblem], tuple[int, str]]:
    order = {field.key: i for i, field in enumerate(form.fields)}
    return lambda problem: (order.get(problem.field, len(order)), problem.field)


def _plain(message: str) -> str:
    own = message.removeprefix("Value error, ")
    return own if own != message else "is not right"


def _typed(value: Answer) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
