"""All that sending one message needs to know, in one short read; and its claim, in one short write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, ScalarSelect, Select, bindparam, func, select

from records.conversations import CONVERSATIONS, issued
from records.engine import Database
from records.errors import Conflict
from records.inbox import INBOX
from records.outbox import LEFT_US, OUTBOX, Claim, OutboxRow, as_outbox
from records.people_tables import AddressTable, PersonTable
from records.tables import table
from records.texts import TEXTS, decoded
from records.values import Clock

PERSONS = table(PersonTable)
ADDRESSES = table(AddressTable)
MOST = 1_000
"""Messages looked at per case and per person: more than any cap allows."""


class Earlier(NamedTuple):
    """A message that may have reached somebody."""

    message_id: str
    recipient: str
    channel: str
    template: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Briefing:
    """What is known about one message to be sent."""

    title: str | None
    """None when it was erased or never stored; so are the words."""
    words: str | None
    person_name: str
    """Empty for somebody unknown; so is the other name."""
    by_name: str
    address: str | None
    muted_until: datetime | None
    first_message_id: str | None
    """Of the mail that began the conversation."""
    about_case: tuple[Earlier, ...]
    """Sent about this case, oldest first."""
    to_person: tuple[Earlier, ...]
    """Sent to this person since the given instant, about any case."""


def _known() -> Select[Any]:
    """One row with all that is looked up by key."""

    def text(parameter: str) -> ScalarSelect[bytes | None]:
        return select(TEXTS.c.content).where(TEXTS.c.id == bindparam(parameter)).scalar_subquery()

    def name(parameter: str) -> ScalarSelect[str]:
        return select(PERSONS.c.name).where(PERSONS.c.key == bindparam(parameter)).scalar_subquery()

    case_id: BindParameter[str] = bindparam("case_id")
    person: BindParameter[str] = bindparam("person")
    address = select(ADDRESSES.c.address).where(ADDRESSES.c.person == person).order_by(ADDRESSES.c.position).limit(1)
    muted = select(func.max(CONVERSATIONS.c.muted_until)).where(CONVERSATIONS.c.case_id == case_id)
    first = select(INBOX.c.message_id).where(INBOX.c.case_id == case_id, INBOX.c.starts)
    return select(
        text("title").label("title"),
        text("words").label("words"),
        name("person").label("person_name"),
        name("by").label("by_name"),
        address.scalar_subquery().label("address"),
        muted.scalar_subquery().label("muted_until"),
        first.scalar_subquery().label("first_message_id"),
    )


# Built once: making a statement costs more than running it.
KNOWN = _known()
LEFT = (
    select(OUTBOX.c.message_id, OUTBOX.c.recipient, OUTBOX.c.channel, OUTBOX.c.template, OUTBOX.c.sending_at)
    .where(OUTBOX.c.state.in_(LEFT_US))
    .order_by(OUTBOX.c.sending_at.desc())
    .limit(MOST)
)
ABOUT_CASE = LEFT.where(OUTBOX.c.case_id == bindparam("case_id"))
TO_PERSON = LEFT.where(OUTBOX.c.recipient == bindparam("person"), OUTBOX.c.sending_at >= bindparam("since"))
CLAIMED = select(OUTBOX).where(OUTBOX.c.key == bindparam("key"))


class Briefings:
    """Briefings of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._claim = db.insert(OUTBOX).on_conflict_do_nothing(index_elements=["key"]).returning(OUTBOX)

    def about(
        self,
        *,
        case_id: str,
        person: str,
        title: str | None = None,
        words: str | None = None,
        by: str | None = None,
        since: datetime,
    ) -> Briefing:
        """The texts with these ids, the names of `person` and `by`, the person's address, what was sent before."""
        keys = {"case_id": case_id, "person": person, "title": title, "words": words, "by": by}
        with self._db.read() as connection:
            known = connection.execute(KNOWN, keys).one()
            about = _earlier(connection, ABOUT_CASE, case_id=case_id)
            to = _earlier(connection, TO_PERSON, person=person, since=since)
        return Briefing(
            title=None if known.title is None else decoded(known.title),
            words=None if known.words is None else decoded(known.words),
            person_name=known.person_name or "",
            by_name=known.by_name or "",
            address=known.address,
            muted_until=known.muted_until,
            first_message_id=known.first_message_id,
            about_case=about,
            to_person=to,
        )

    def begin(self, claim: Claim, *, answerable: bool) -> tuple[OutboxRow, str | None]:
        """Claim a message and say that its effect is about to happen, in one transaction.

        The row tells: `created` means go ahead; else it is how far an earlier attempt got. With `answerable` a reply
        token for this person about this case is issued along; it is None when the message was sent before.
        """
        now = self._clock()
        row = {
            **claim.model_dump(),
            "state": "sending",
            "attempts": 1,
            "claimed_at": now,
            "sending_at": now,
            "updated_at": now,
        }
        with self._db.write() as connection:
            new = connection.execute(self._claim, row).one_or_none()
            stored = new or connection.execute(CLAIMED, {"key": claim.key}).one()
            if (stored.case_id, stored.recipient, stored.channel) != (claim.case_id, claim.recipient, claim.channel):
                raise Conflict(f"outbox key {claim.key} belongs to another message already")
            unsent = stored.state in ("claimed", "sending", "unknown", "failed")
            token = issued(connection, claim.case_id, claim.recipient, now) if answerable and unsent else None
        return as_outbox(stored, created=new is not None), token


def _earlier(connection: Connection, query: Select[Any], **which: object) -> tuple[Earlier, ...]:
    """Oldest first."""
    return tuple(Earlier._make(row) for row in reversed(connection.execute(query, which).all()))
