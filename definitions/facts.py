"""One fact about a case, and the hash chain that ties a case's facts together."""

import hashlib
from enum import StrEnum

from pydantic import JsonValue

from definitions.base import Instant, Value, canonical, rfc3339

GENESIS = "0" * 64
"""`prev_hash` of the first fact of every case."""


class Visibility(StrEnum):
    """Who may read a fact: everybody on the case, or only the people who work on it."""

    PUBLIC = "public"
    INTERNAL = "internal"


class TextRef(Value):
    """Words of a person, by reference: the words live in records and can be erased; the chain still verifies.

    `digest` is HMAC-SHA256 over the text, keyed with a salt that is erased together with it (hex).
    """

    id: str
    digest: str


class Draft(Value):
    """What a rule wants to be remembered; the workflow adds case, number, time and hash."""

    type: str
    actor: str
    step: str | None = None
    """The step in force from this fact on; None leaves it as it was."""
    channel: str | None = None
    visibility: Visibility = Visibility.INTERNAL
    data: dict[str, JsonValue] = {}


class Fact(Value):
    """One append-only row of the event log. Only the workflow gives out `seq` (1, 2, 3... per case)."""

    case_id: str
    seq: int
    type: str
    step: str
    at: Instant
    actor: str
    channel: str | None = None
    visibility: Visibility = Visibility.INTERNAL
    data: dict[str, JsonValue] = {}
    prev_hash: str
    hash: str


def chained(draft: Draft, *, case_id: str, seq: int, step: str, at: Instant, prev_hash: str) -> Fact:
    """The fact that follows `prev_hash`; pure, so that every replay makes the same one."""
    unsealed = Fact(
        case_id=case_id,
        seq=seq,
        type=draft.type,
        step=draft.step or step,
        at=at,
        actor=draft.actor,
        channel=draft.channel,
        visibility=draft.visibility,
        data=draft.data,
        prev_hash=prev_hash,
        hash="",
    )
    return unsealed.model_copy(update={"hash": seal(unsealed)})


def seal(fact: Fact) -> str:
    """SHA-256 (hex) over the fact's content and `prev_hash`; `hash` itself is left out."""
    content = [
        fact.case_id,
        fact.seq,
        fact.type,
        fact.step,
        rfc3339(fact.at),
        fact.actor,
        fact.channel,
        fact.visibility.value,
        fact.data,
        fact.prev_hash,
    ]
    return hashlib.sha256(canonical(content)).hexdigest()
