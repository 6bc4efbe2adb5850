"""Alertmanager's webhook payload (version 4) as alerts of ours."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from definitions.base import Instant, Value
from definitions.intake import Alert

SOURCE = "alertmanager"
MAX_ALERTS = 5_000
_KEY = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")

Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_.:-]*$", max_length=200)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4_000)]
Labels = Annotated[dict[Name, Text], Field(max_length=64)]


class _Given(BaseModel):
    """Fields that later versions add are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GivenAlert(_Given):
    """One alert as Alertmanager writes it."""

    status: Literal["firing", "resolved"]
    labels: Labels
    annotations: Labels = {}
    startsAt: Instant
    endsAt: Instant | None = None
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{1,64}$")]


class GivenBatch(_Given):
    """The whole notification; each alert is looked at on its own."""

    version: Literal["4"]
    groupKey: Annotated[str, StringConstraints(max_length=4_000)] = ""
    truncatedAlerts: Annotated[int, Field(ge=0)] = 0
    alerts: Annotated[list[Any], Field(max_length=MAX_ALERTS)]


class Rejected(Value):
    """An alert that could not be read, and why."""

    position: int
    reason: str
    content: Any


class Batch(Value):
    """What a notification says."""

    alerts: tuple[Alert, ...]
    rejected: tuple[Rejected, ...]
    truncated: int
    """How many Alertmanager left out (its `max_alerts`)."""


class Unreadable(Exception):
    """The notification as a whole is not what Alertmanager version 4 sends; the text says where."""


def parsed(payload: object, at: datetime) -> Batch:
    """Alerts, keyed by fingerprint and start; one that is broken does not stop the others. Raises Unreadable."""
    try:
        batch = GivenBatch.model_validate(payload)
    except ValidationError as bad:
        raise Unreadable(reason_of(bad)) from None
    alerts, rejected = [], []
    for position, given in enumerate(batch.alerts):
        try:
            alerts.append(_alert(GivenAlert.model_validate(given), batch.groupKey, at))
        except ValidationError as bad:
            rejected.append(Rejected(position=position, reason=reason_of(bad), content=given))
    return Batch(alerts=tuple(alerts), rejected=tuple(rejected), truncated=batch.truncatedAlerts)


def _alert(given: GivenAlert, group_key: str, at: datetime) -> Alert:
    ended = given.endsAt if given.endsAt is not None and given.endsAt > given.startsAt else None
    return Alert(
        source=SOURCE,
        fingerprint=given.fingerprint.lower(),
        status=given.status,
        starts_at=given.startsAt,
        # A firing alert's `endsAt` is when it would time out, or year 1: neither is an end.
        ends_at=ended if given.status == "resolved" else None,
        labels=dict(given.labels),
        annotations=dict(given.annotations),
        group=group_of(given.labels, group_key),
        at=at,
    )


def group_of(labels: Mapping[str, str], group_key: str) -> str:
    """What belongs together: the alert name within the service it names; Alertmanager's own group without a name."""
    service = labels.get("service", "")
    name = labels.get("alertname") or group_key or "unnamed"
    return f"{service if _KEY.match(service) else '-'}/{name}"[:300]


def reason_of(bad: ValidationError) -> str:
    """Where it is wrong and how, without repeating what was sent."""
    first = bad.errors(include_input=False, include_url=False)
    said = [f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in first[:3]]
    return "; ".join(said) + (f" (and {len(first) - 3} more)" if len(first) > 3 else "")
