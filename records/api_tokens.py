"""API tokens: who acts where no other proof is at hand. Stored hashed, shown once."""

from datetime import datetime

from sqlalchemy import or_, select, update

from records.conversations import hash_of, new_token
from records.engine import Database
from records.errors import NotStored
from records.people_tables import ApiTokenTable, PersonTable
from records.tables import table
from records.values import Clock

API_TOKENS = table(ApiTokenTable)
PERSONS = table(PersonTable)


class ApiTokens:
    """The part of the directory about API tokens."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def issue_api_token(self, person: str, label: str = "", expires_at: datetime | None = None) -> str:
        """A new token of this person; it cannot be shown again. Raises NotStored for somebody unknown or inactive."""
        token = new_token()
        row = {
            "hash": hash_of(token), "person": person, "label": label, "issued_at": self._clock(),
            "expires_at": expires_at,
        }  # fmt: skip
        with self._db.write() as connection:
            known = select(PERSONS.c.key).where(PERSONS.c.key == person, PERSONS.c.active)
            if connection.execute(known).one_or_none() is None:
                raise NotStored(f"nobody active is called {person}")
            connection.execute(API_TOKENS.insert().values(row))
        return token

    def person_of_token(self, token: str) -> str | None:
        """Whose token it is; None when it is unknown, revoked, expired, or its person inactive."""
        c = API_TOKENS.c
        query = select(c.person).join(PERSONS, PERSONS.c.key == c.person)
        query = query.where(c.hash == hash_of(token), c.revoked_at.is_(None), PERSONS.c.active)
        query = query.where(or_(c.expires_at.is_(None), c.expires_at > self._clock()))
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def revoke_api_tokens(self, person: str) -> int:
        """Revoke all tokens of this person; gives how many worked until now."""
        change = update(API_TOKENS).where(API_TOKENS.c.person == person, API_TOKENS.c.revoked_at.is_(None))
        with self._db.write() as connection:
            return connection.execute(change.values(revoked_at=self._clock())).rowcount
