"""All that sending one message needs to know, in one short read; and its claim, in one short write."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from definitions.base import Instant, Value
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


class Earlier(Value):
    """A message that may have reached somebody."""

    message_id: str
    recipient: str
    channel: str
    template: str | None
    at: Instant | None


class Briefing(Value):
    """What is known about one message to be sent."""

    texts: dict[str, str]
    names: dict[str, str]
    address: str | None
    muted_until: Instant | None
    first_message_id: str | None
    """Of the mail that began the conversation."""
    about_case: tuple[Earlier, ...]
    """Sent about this case, oldest first."""
    to_person: tuple[Earlier, ...]
    """Sent to this person since the given instant, about any case."""


class Briefings:
    """Briefings of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def about(
        self, *, case_id: str, person: str, texts: Sequence[str], names: Sequence[str], since: datetime
    ) -> Briefing:
        """Texts by id, names by person key, the person's address, and what was sent before."""
        with self._db.read() as connection:
            words = {}
            if texts:
                found = select(TEXTS.c.id, TEXTS.c.content).where(TEXTS.c.id.in_(texts), TEXTS.c.content.is_not(None))
                words = {row.id: decoded(row.content) for row in connection.execute(found)}
            known = connection.execute(select(PERSONS.c.key, PERSONS.c.name).where(PERSONS.c.key.in_(names))).all()
            address = connection.execute(
                select(ADDRESSES.c.address).where(ADDRESSES.c.person == person).order_by(ADDRESSES.c.position).limit(1)
            ).scalar_one_or_none()
            muted = connection.execute(
                select(func.max(CONVERSATIONS.c.muted_until)).where(CONVERSATIONS.c.case_id == case_id)
            ).scalar_one_or_none()
            first = connection.execute(
                select(INBOX.c.message_id).where(INBOX.c.case_id == case_id, INBOX.c.starts)
            ).scalar_one_or_none()
            columns = (
                *(OUTBOX.c.message_id, OUTBOX.c.recipient, OUTBOX.c.channel, OUTBOX.c.template),
                OUTBOX.c.sending_at.label("at"),
            )
            left = select(*columns).where(OUTBOX.c.state.in_(LEFT_US)).order_by(OUTBOX.c.sending_at.desc()).limit(MOST)
            about = connection.execute(left.where(OUTBOX.c.case_id == case_id)).all()
            to = connection.execute(left.where(OUTBOX.c.recipient == person, OUTBOX.c.sending_at >= since)).all()
        return Briefing(
            texts=words,
            names={row.key: row.name for row in known},
            address=address,
            muted_until=muted,
            first_message_id=first,
            about_case=tuple(Earlier.model_validate(dict(row._mapping)) for row in reversed(about)),
            to_person=tuple(Earlier.model_validate(dict(row._mapping)) for row in reversed(to)),
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
            new = connection.execute(
                self._db.insert(OUTBOX).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(OUTBOX)
            ).one_or_none()
            stored = new or connection.execute(select(OUTBOX).where(OUTBOX.c.key == claim.key)).one()
            if (stored.case_id, stored.recipient, stored.channel) != (claim.case_id, claim.recipient, claim.channel):
                raise Conflict(f"outbox key {claim.key} belongs to another message already")
            unsent = stored.state in ("claimed", "sending", "unknown", "failed")
            token = issued(connection, claim.case_id, claim.recipient, now) if answerable and unsent else None
        return as_outbox(stored, created=new is not None), token
