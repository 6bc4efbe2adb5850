"""Standard Webhooks: the signature that says who sent a body, and when."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

TOLERANCE_S = 300
"""How far a sender's clock may be off, either way; older messages count as replayed."""

ID = re.compile(r"^[A-Za-z0-9_.:@+=/-]{1,200}$")
ID_RULE = "letters, digits and _ . : @ + = / - (at most 200)"
PREFIX = "whsec_"


class BadSignature(Exception):
    """The message is not shown to come from who holds the secret; the text says what is wrong and never the secret."""


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that make `body` a Standard Webhooks message."""
    if not ID.match(message_id):
        raise ValueError(f"webhook id {message_id!r} must be {ID_RULE}")
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_signature(secret, message_id, timestamp, body)}",
    }


def verified_id(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message whose signature holds; raises BadSignature. `headers` has lower-case names."""
    try:
        message_id, timestamp, given = (headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise BadSignature(f"header {missing.args[0]} is missing") from None
    if not ID.match(message_id):
        raise BadSignature(f"webhook-id must be {ID_RULE}")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignature("webhook-timestamp must be seconds since 1970")
    expected = _signature(secret, message_id, timestamp, body).encode()
    # A header can carry several signatures, so that a sender can change its secret without a gap.
    candidates = [part.removeprefix("v1,").encode() for part in given.split(" ") if part.startswith("v1,")]
    if not any(hmac.compare_digest(expected, candidate) for candidate in candidates):
        raise BadSignature("no v1 signature matches: check the secret and that the body is sent as it was signed")
    # Only now: an answer about the clock is for those who hold the secret.
    off = abs(now.timestamp() - int(timestamp))
    if off > TOLERANCE_S:
        raise BadSignature(f"webhook-timestamp is {off:.0f} s off, more than {TOLERANCE_S} s: check the sender's clock")
    return message_id


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and base64: correct it in the secrets file") from None
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
