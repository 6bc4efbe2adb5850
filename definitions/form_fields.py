"""One field of a form: what it takes, and its rule in words."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from unicodedata import category

from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationInfo, model_validator
from pydantic import Field as Described

from definitions.people import Address
from definitions.sparse import Sparse

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""What people type before `=`: lower case, digits and `_`, at most 40 characters."""
LONGEST = 500
"""Characters of a text whose field does not say another limit."""
_PERSON = r"^[a-z0-9][a-z0-9._+-]*(@[a-z0-9-]+(\.[a-z0-9-]+)+)?$"


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    ADDRESS = "address"
    """A mail address."""
    NUMBER = "number"
    """A whole one."""
    YES_NO = "yes_no"
    PERSON = "person"
    """A key or a mail address; whether somebody is known by it is for the door to say, it has the directory."""


class Field(Sparse):
    """One question. `least` and `most` are characters of a text, bounds of a number, days from today of a date."""

    key: Name
    kind: Kind
    label: str
    example: Annotated[str, Described(min_length=1)]
    help: str | None = None
    required: bool = True
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    """What the whole text must match."""

    @model_validator(mode="after")
    def _rules(self) -> "Field":
        if bool(self.choices) != (self.kind is Kind.CHOICE) or len(set(self.choices)) < len(self.choices):
            raise ValueError(f"field {self.key}: a choice names different choices, and nothing else has any")
        if self.pattern is not None and self.kind is not Kind.TEXT:
            raise ValueError(f"field {self.key}: only a text has a pattern")
        if self.kind is Kind.NUMBER and (self.least is None or self.most is None):
            raise ValueError(f"field {self.key}: a number needs least and most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"field {self.key}: least {self.least} is more than most {self.most}: exchange them")
        return self

    @property
    def rule(self) -> str:
        """What an answer must be, in words."""
        low, high = self.least, self.most
        match self.kind:
            case Kind.TEXT:
                if self.pattern:
                    return f"a text like {self.example} (pattern {self.pattern})"
                return f"a text of {low or 1} to {high or LONGEST} characters"
            case Kind.CHOICE:
                return f"one of {', '.join(self.choices)}"
            case Kind.DATE:
                if low is None and high is None:
                    return "a date written YYYY-MM-DD"
                days = "today or later" if (low, high) == (0, None) else f"{_bounds(low, high)} days from today"
                return f"a date written YYYY-MM-DD, {days}"
            case Kind.ADDRESS:
                return "a mail address"
            case Kind.NUMBER:
                return f"a whole number {_bounds(low, high)}".rstrip()
            case Kind.YES_NO:
                return "yes or no"
            case Kind.PERSON:
                return "a person, by key or mail address"

    def shown(self, today: date) -> str:
        """An example that is right on this day."""
        if self.kind is Kind.DATE and (self.least is not None or self.most is not None):
            first = self.least if self.least is not None else min(0, self.most or 0)
            last = self.most if self.most is not None else first + 7
            return (today + timedelta(days=min(first + 7, last))).isoformat()
        return self.example


def takes(field: Field) -> Any:
    """The annotation of the field in a Pydantic model; a date looks for `today` in the context of the validation."""
    match field.kind:
        case Kind.TEXT:
            shape = StringConstraints(
                strip_whitespace=True,
                min_length=field.least or 1,
                max_length=field.most or LONGEST,
                pattern=f"^(?:{field.pattern})$" if field.pattern else None,
            )
            return Annotated[str, shape, AfterValidator(_readable)]
        case Kind.CHOICE:
            return Annotated[Literal[field.choices], BeforeValidator(_stripped)]
        case Kind.DATE:
            return Annotated[date, BeforeValidator(_iso_date), AfterValidator(_in_range(field))]
        case Kind.ADDRESS:
            return Annotated[Address, BeforeValidator(_lower)]
        case Kind.NUMBER:
            return Annotated[int, Described(ge=field.least, le=field.most)]
        case Kind.YES_NO:
            return Annotated[bool, BeforeValidator(_lower)]
        case Kind.PERSON:
            return Annotated[str, BeforeValidator(_lower), StringConstraints(pattern=_PERSON, max_length=254)]


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _readable(text: str) -> str:
    # Odd spaces and joiners come with pasted text; control characters and halves of a pair break what reads it.
    if any(category(c) in ("Cc", "Cs") and c not in "\r\n\t" for c in text):
        raise ValueError("has control characters")
    return text


def _iso_date(value: Any) -> Any:
    # Pydantic alone would read a bare number as seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value := value.strip(), re.ASCII):
        raise ValueError("is not written YYYY-MM-DD")
    return value


def _in_range(field: Field) -> Callable[[date, ValidationInfo], date]:
    def check(day: date, info: ValidationInfo) -> date:
        today = (info.context or {}).get("today")
        if today is not None:
            ahead = (day - today).days
            if field.least is not None and ahead < field.least:
                raise ValueError("is too early")
            if field.most is not None and ahead > field.most:
                raise ValueError("is too late")
        return day

    return check


def _bounds(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"from {low}" if low is not None else f"up to {high}" if high is not None else ""
