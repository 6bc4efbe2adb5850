"""Words of people. Facts point to them by id and digest; erasing them leaves the facts verifiable."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select, update

from definitions.facts import TextRef
from records.engine import Database
from records.errors import Conflict
from records.tables import TextTable, table
from records.values import Clock

TEXTS = table(TextTable)
SALT_BYTES = 32
ID_BYTES = 12
BATCH = 500


class Texts:
    """The texts of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def put(
        self, content: str, *, id: str | None = None, case_id: str | None = None, person: str | None = None
    ) -> TextRef:
        """Store the words and give the reference to them.

        With `id` it can be repeated: the same words under it give the same reference, others raise Conflict.
        """
        salt, words = secrets.token_bytes(SALT_BYTES), encoded(content)
        name = id or f"t-{secrets.token_hex(ID_BYTES)}"
        row = {
            "id": name, "case_id": case_id, "person": person, "salt": salt,
            "content": words, "digest": digest_of(salt, words), "created_at": self._clock(),
        }  # fmt: skip
        with self._db.write() as connection:
            connection.execute(self._db.insert(TEXTS).values(row).on_conflict_do_nothing(index_elements=["id"]))
            stored = connection.execute(select(TEXTS).where(TEXTS.c.id == name)).one()
        if stored.content not in (None, words):
            raise Conflict(f"text {name} holds other words already")
        return TextRef(id=stored.id, digest=stored.digest)

    def get(self, id: str) -> str | None:
        """The words; None when they were erased or never stored."""
        return self.get_many([id]).get(id)

    def get_many(self, ids: Iterable[str]) -> dict[str, str]:
        """The words by id; erased and unknown ones are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, str] = {}
        with self._db.read() as connection:
            for start in range(0, len(wanted), BATCH):
                query = select(TEXTS.c.id, TEXTS.c.content).where(TEXTS.c.id.in_(wanted[start : start + BATCH]))
                found |= {r.id: decoded(r.content) for r in connection.execute(query) if r.content is not None}
        return found

    def erase(self, id: str) -> bool:
        """Remove the words and their salt for ever; False when there was nothing to remove."""
        return self._erase(TEXTS.c.id == id) == 1

    def erase_of(self, *, person: str | None = None, case_id: str | None = None) -> int:
        """Erase all words of a person, about a case, or of a person about a case; gives how many."""
        wanted = [c == v for c, v in ((TEXTS.c.person, person), (TEXTS.c.case_id, case_id)) if v is not None]
        if not wanted:
            raise ValueError("say whose words, or those of which case, are to be erased")
        return self._erase(and_(*wanted))

    def verify(self, ref: TextRef) -> bool:
        """Whether the stored words, or what is left of erased ones, are those that the reference was made for."""
        with self._db.read() as connection:
            row = connection.execute(select(TEXTS).where(TEXTS.c.id == ref.id)).one_or_none()
        return row is not None and holds(ref.digest, row.digest, row.salt, row.content)

    def _erase(self, condition: ColumnElement[bool]) -> int:
        change = update(TEXTS).where(condition, TEXTS.c.erased_at.is_(None))
        with self._db.write() as connection:
            return connection.execute(change.values(content=None, salt=None, erased_at=self._clock())).rowcount


def encoded(content: str) -> bytes:
    """The bytes that are stored; hostile mail may hold lone surrogates."""
    return content.encode("utf-8", "surrogatepass")


def decoded(content: bytes) -> str:
    """The words of stored bytes."""
    return bytes(content).decode("utf-8", "surrogatepass")


def digest_of(salt: bytes, content: bytes) -> str:
    """The digest of a reference: without the salt nobody can try words against it."""
    return hmac.new(salt, content, hashlib.sha256).hexdigest()


def holds(wanted: str, digest: str, salt: bytes | None, content: bytes | None) -> bool:
    """Whether a stored text has this digest, both by its column and by its words where they are still there."""
    if digest != wanted or isinstance(content, str) or isinstance(salt, str):
        return False  # words are stored as bytes: a string was put there by somebody else
    return content is None or salt is None or digest_of(bytes(salt), bytes(content)) == wanted
