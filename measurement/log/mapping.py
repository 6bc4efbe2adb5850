"""How the columns of a source become those of an event log, declared once and kept with the dataset."""

import tomllib
from collections.abc import Mapping as Names
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import ValidationError, field_validator

from definitions.base import StepKind, Value
from measurement.log.rules import CaseRules
from measurement.values import BadData

ISO, EPOCH, EPOCH_MS = "iso", "epoch", "epoch_ms"


class Mapping(Value):
    """Which column of the source says what; columns that are not named are kept as they are."""

    name: str = "own"
    case: str
    activity: tuple[str, ...]
    """One column, or several whose values are joined by `+`."""
    activity_varies: tuple[str, ...] = ()
    """Columns that join `activity` where they exist and say more than one thing (XES: `lifecycle:transition`)."""
    time: str
    ended: str | None = None
    """When the event ended; a row that ends before it starts is rejected."""
    time_formats: tuple[str, ...] = (ISO,)
    """`iso`, `epoch` (seconds), `epoch_ms` or strptime formats; the first that fits a value is taken."""
    zone: str = "UTC"
    """IANA zone of times that do not carry their own."""
    team: str | None = None
    person: str | None = None
    channel: str | None = None
    priority: str | None = None
    service: str | None = None
    category: str | None = None
    kind: str | None = None
    """Where the source says itself what a stretch is worth, in the words of `StepKind`; else `kinds` does."""
    human: str | None = None
    """Where the source says itself whether a person did it (true, false); else `machines` does."""
    missing: tuple[str, ...] = ("",)
    """What a source writes where it knows nothing."""
    kinds: dict[str, StepKind] = {}
    """What the stretch after an activity is worth; activities without a kind count as unclassified."""
    machines: tuple[str, ...] = ()
    """Values of `person` that are no people; every other person then counts as human."""
    synonyms: dict[str, tuple[str, ...]] = {}
    """Other headers under which a column may stand."""
    optional: bool = False
    """Whether columns beyond case, activity and time may be absent: so for mappings that serve many exports."""
    rules: CaseRules = CaseRules()

    @field_validator("activity", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("activity", "time_formats")
    @classmethod
    def _at_least_one(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one")
        return value

    @field_validator("time_formats")
    @classmethod
    def _known(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for given in formats:
            if given not in (ISO, EPOCH, EPOCH_MS) and "%" not in given:
                raise ValueError(f"{given!r} is neither iso, epoch, epoch_ms nor a format such as %d/%m/%Y %H:%M")
        return formats

    @field_validator("zone")
    @classmethod
    def _real(cls, zone: str) -> str:
        # Not `localtime` or `right/UTC` either, which one machine knows and DuckDB does not.
        if zone != "UTC" and zone not in available_timezones() - {"localtime", "Factory"}:
            raise ValueError(f"there is no time zone {zone!r}; write one such as Europe/Rome")
        return zone

    @field_validator("rules")
    @classmethod
    def _few(cls, rules: CaseRules) -> CaseRules:
        if len(rules.resolved) > 6:
            raise ValueError("name at most 6 columns for resolved")
        return rules

    @property
    def fields(self) -> dict[str, str]:
        """Our column -> the source's, for those that are text and stand alone."""
        given = {name: getattr(self, name) for name in FIELDS}
        return {"case_id": self.case} | {name: column for name, column in given.items() if column}

    @property
    def instants(self) -> tuple[str, ...]:
        """Further columns of the source that hold times: those the case rules name."""
        named = (self.rules.opened, *self.rules.resolved, self.rules.closed)
        return tuple(dict.fromkeys(name for name in named if name))


FIELDS = ("team", "person", "channel", "priority", "service", "category", "kind", "human")

SERVICENOW = Mapping(
    name="servicenow",
    case="number",
    activity=("incident_state",),
    time="sys_updated_at",
    time_formats=("%d/%m/%Y %H:%M", ISO),
    team="assignment_group",
    person="assigned_to",
    channel="contact_type",
    priority="priority",
    service="cmdb_ci",
    category="category",
    missing=("?", ""),
    kinds={
        "New": StepKind.WAITING,
        "On Hold": StepKind.WAITING,
        "Awaiting User Info": StepKind.WAITING,
        "Awaiting Vendor": StepKind.WAITING,
        "Awaiting Problem": StepKind.WAITING,
        "Awaiting Evidence": StepKind.WAITING,
        "Resolved": StepKind.WAITING,
    },
    synonyms={
        "incident_state": ("state",),
        "sys_updated_at": ("sys_updated_on", "updated"),
        "opened_at": ("opened", "sys_created_on", "created"),
        "resolved_at": ("resolved",),
        "closed_at": ("closed",),
        "contact_type": ("channel",),
        "cmdb_ci": ("configuration item", "business_service", "service"),
    },
    optional=True,
    rules=CaseRules(
        kind="incident",
        opened="opened_at",
        resolved=("resolved_at",),
        closed="closed_at",
        snapshots=True,
        cancelled=("Canceled", "Cancelled"),
    ),
)
"""The audit export of ServiceNow incidents: a row is the record as it stood after one update.

`New` and the `Awaiting` states wait; `Active` holds queue and work alike, so it stays unclassified.
"""

XES = Mapping(
    name="xes",
    case="case:concept:name",
    activity=("concept:name",),
    activity_varies=("lifecycle:transition",),
    time="time:timestamp",
    team="org:group",
    person="org:resource",
    optional=True,
)
"""The standard attributes of XES, as columns."""

BUILT_IN: Names[str, Mapping] = {mapping.name: mapping for mapping in (SERVICENOW, XES)}


def mapping_of(named: str) -> Mapping:
    """A built-in mapping by name, or one from a TOML file. Raises BadData."""
    if named in BUILT_IN:
        return BUILT_IN[named]
    if not named.endswith(".toml"):
        raise BadData(
            f"There is no mapping {named!r}.", f"Use {', '.join(BUILT_IN)}, a FILE.toml, or --case --activity --time."
        )
    path = Path(named)
    try:
        return checked({"name": path.stem} | tomllib.loads(path.read_text("utf-8")), str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadData(f"{path} is not TOML: {error}.", "See docs/datasets.md for an example.") from None


def checked(data: dict[str, Any], where: str) -> Mapping:
    """A mapping of plain data. Raises BadData that names each wrong field."""
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadData(f"The mapping {where} is not usable: {wrong}.", "See docs/datasets.md for the fields.") from None
