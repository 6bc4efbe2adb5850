"""What a door hands to the desk: a message from a person, or alerts from monitoring."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Instant, Key, Level, Value

CHANNELS = ("email", "phone", "walk_up", "chat", "web", "api", "cli", "alert", "webhook")
"""How somebody can get in touch; a label of metrics, so there are no others."""

ShortText = Annotated[str, Field(min_length=1, max_length=300)]


class Attachment(Value):
    """A file that came with a message; stored by content, never under the sender's name."""

    name: str
    media_type: str
    size: int
    blob: str
    """SHA-256 of the content (hex): the key in the blob store; empty when it was not taken out of the original."""
    note: str = ""
    """Why it was not."""


class InboundMessage(Value):
    """One message from a person over any channel, already parsed and cleaned.

    `source` and `external_id` together name it for ever: the same pair is the same message.
    """

    source: str
    external_id: str
    at: Instant
    """When it reached us (not what the sender claims)."""
    channel: str
    sender: str
    """Address, lower case; empty for a null sender."""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    """What the person wrote, quotes and signature stripped."""
    full_text: str = ""
    raw: str | None = None
    """Blob key of the original, always kept."""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    """Message-IDs from In-Reply-To and References, newest first."""
    reply_token: str | None = None
    """The token from the address (`help+TOKEN@...`) or subject, not yet checked."""
    automatic: str | None = None
    """Why it is no person's own words (RFC 3834 and kin): such a message is recorded and never answered."""
    verified: bool = False
    """The receiving server itself authenticated the sender."""
    attachments: tuple[Attachment, ...] = ()
    service: Key | None = None


class OpenIncident(Value):
    """A person asks for an incident to be opened."""

    service: Key
    title: ShortText
    description: str = Field(default="", max_length=100_000)
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    category: Key | None = None
    requester: str | None = None
    """An address or a person key; None means the person acting."""
    channel: Key = "cli"
    at: Instant | None = None
    """When the person got in touch, for contacts logged afterwards; None means now."""
    source: str = "cli"
    external_id: str | None = None
    """Idempotency key: repeating it returns the same case."""


class OpenRequest(Value):
    """A person asks for something of the catalogue."""

    item: str = Field(min_length=1, max_length=100)
    fields: dict[str, str] = {}
    """The form as it was typed."""
    for_whom: str | None = None
    """An address or a person key; None means the requester."""
    requester: str | None = None
    """Whose request it is, where somebody at the desk writes it down; None means the person acting."""
    channel: Key = "cli"
    at: Instant | None = None
    """When the person got in touch, for contacts logged afterwards; None means now."""
    source: str = "cli"
    external_id: str | None = None
    """Idempotency key: repeating it returns the same case."""


class OpenProblem(Value):
    """Somebody at the desk suspects a common cause."""

    title: str = Field(min_length=1, max_length=300)
    description: str = ""
    service: Key | None = None
    """None: that of the first incident."""
    category: Key | None = None
    """None: that of the incidents, where they agree."""
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    incidents: tuple[str, ...] = ()
    source: str = "cli"
    external_id: str | None = None
    """Idempotency key: repeating it returns the same problem."""


class Alert(Value):
    """One alert of a monitoring system, keyed by fingerprint and start (Alertmanager webhook, version 4)."""

    source: str
    fingerprint: str
    status: Literal["firing", "resolved"]
    starts_at: Instant
    ends_at: Instant | None = None
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    group: str
    """What belongs together: one open case per service and group."""
    at: Instant


class Received(Value):
    """What became of something a door handed in."""

    outcome: Literal["opened", "threaded", "duplicate", "ignored", "quarantined"]
    case_id: str | None = None
    reason: str = ""
