"""People and their addresses: those of the organisation, and everybody who ever wrote to us."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, select, update

from definitions.base import Value
from definitions.people import Person, Role
from records.api_tokens import ApiTokens
from records.columns import storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.people_tables import AddressTable, ApiTokenTable, DelegateTable, MembershipTable, PersonTable, RoleTable
from records.rotas import Rotas
from records.tables import table
from records.values import Clock

PERSONS, ADDRESSES, ROLES, MEMBERSHIPS, DELEGATES, API_TOKENS = (
    table(t) for t in (PersonTable, AddressTable, RoleTable, MembershipTable, DelegateTable, ApiTokenTable)
)
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no letters that are mistaken for digits."""


class Known(Value):
    """What the directory knows about one person."""

    key: str
    name: str
    addresses: tuple[str, ...]
    """The first one is where we write to."""
    roles: tuple[Role, ...]
    teams: tuple[str, ...]
    active: bool
    origin: Literal["organisation", "contact"]
    zone: str | None


class Directory(ApiTokens, Rotas):
    """The directory of one database: people, with their API tokens and swaps of duty."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def sync(self, people: Iterable[Person]) -> None:
        """Make the people of the organisation those given, in one transaction.

        Somebody who is no longer among them stays known but inactive, without roles, teams and tokens.
        An address moves from a contact to the person of the organisation. Raises Conflict for an address given twice
        and for a delegate who is not among them.
        """
        people = list(people)
        _check(people)
        now = self._clock()
        with self._db.write() as connection:
            gone = (PERSONS.c.origin == "organisation") & PERSONS.c.key.not_in([p.key for p in people])
            left = connection.execute(select(PERSONS.c.key).where(gone)).scalars().all()
            if left:
                connection.execute(update(PERSONS).where(PERSONS.c.key.in_(left)).values(active=False))
                self._revoke(connection, API_TOKENS.c.person.in_(left), now)
            keys = [*left, *(p.key for p in people)]
            for related in (ROLES, MEMBERSHIPS, DELEGATES):
                connection.execute(related.delete().where(related.c.person.in_(keys)))
            mine = [address for person in people for address in person.addresses]
            owned = ADDRESSES.c.person.in_([p.key for p in people]) | ADDRESSES.c.address.in_(mine)
            connection.execute(ADDRESSES.delete().where(owned))
            self._write_people(connection, people, now)

    def ensure(self, address: str, name: str = "") -> str:
        """The key of whoever has this address; somebody unknown becomes a requester with a random key."""
        address = storable(address).strip().lower()
        found = self.person_of(address)
        if found is not None:
            return found
        with self._db.write() as connection:
            key = f"p-{''.join(secrets.choice(LETTERS) for _ in range(8))}"
            person = {"key": key, "name": storable(name), "origin": "contact", "active": True}
            connection.execute(PERSONS.insert().values(**person, created_at=self._clock()))
            own = {"address": address, "person": key, "position": 0}
            mine = connection.execute(
                self._db.insert(ADDRESSES).values(own).on_conflict_do_nothing().returning(ADDRESSES.c.person)
            ).one_or_none()
            if mine is not None:
                connection.execute(ROLES.insert().values(person=key, role=Role.REQUESTER.value))
                return key
            # Somebody else added the address just now: theirs is the key, and ours must not stay.
            connection.execute(PERSONS.delete().where(PERSONS.c.key == key))
            query = select(ADDRESSES.c.person).where(ADDRESSES.c.address == address)
            return str(connection.execute(query).scalar_one())

    def person_of(self, address: str) -> str | None:
        """The key of whoever has this address, or None."""
        query = select(ADDRESSES.c.person).where(ADDRESSES.c.address == storable(address).strip().lower())
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def address_of(self, key: str) -> str | None:
        """Where to write to this person; None when there is no address."""
        query = select(ADDRESSES.c.address).where(ADDRESSES.c.person == key).order_by(ADDRESSES.c.position).limit(1)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def get(self, key: str) -> Known | None:
        """One person, or None."""
        return next(iter(self._known(PERSONS.c.key == key)), None)

    def ls(self) -> list[Known]:
        """Everybody, by key."""
        return self._known(PERSONS.c.key.is_not(None))

    def acting_for(self, key: str, now: datetime) -> tuple[str, ...]:
        """Those who let this person act for them at `now`."""
        query = select(DELEGATES.c.person).where(
            DELEGATES.c.delegate == key, DELEGATES.c.since <= now, DELEGATES.c.until > now
        )
        with self._db.read() as connection:
            return tuple(sorted(set(connection.execute(query).scalars())))

    def delegates_of(self, key: str, now: datetime) -> tuple[str, ...]:
        """Those whom this person lets act for them at `now`."""
        query = select(DELEGATES.c.delegate).where(
            DELEGATES.c.person == key, DELEGATES.c.since <= now, DELEGATES.c.until > now
        )
        with self._db.read() as connection:
            return tuple(sorted(set(connection.execute(query).scalars())))

    def forget(self, key: str) -> None:
        """Remove name and addresses for ever and revoke the tokens; the key stays, since facts name it."""
        with self._db.write() as connection:
            found = connection.execute(
                update(PERSONS).where(PERSONS.c.key == key).values(name="", active=False)
            ).rowcount
            if not found:
                raise NotStored(f"nobody is called {key}")
            connection.execute(ADDRESSES.delete().where(ADDRESSES.c.person == key))
            self._revoke(connection, API_TOKENS.c.person == key, self._clock())

    def _known(self, condition: ColumnElement[bool]) -> list[Known]:
        with self._db.read() as connection:
            people = connection.execute(select(PERSONS).where(condition).order_by(PERSONS.c.key)).all()
            keys = [p.key for p in people]
            addresses = _by_person(connection, ADDRESSES, "address", "position", keys)
            roles = _by_person(connection, ROLES, "role", "role", keys)
            teams = _by_person(connection, MEMBERSHIPS, "team", "team", keys)
        return [
            Known(
                key=p.key, name=p.name, active=p.active, origin=p.origin, zone=p.zone,
                addresses=tuple(addresses.get(p.key, ())),
                roles=tuple(Role(r) for r in roles.get(p.key, ())),
                teams=tuple(teams.get(p.key, ())),
            )
            for p in people
        ]  # fmt: skip

    def _write_people(self, connection: Connection, people: Sequence[Person], now: datetime) -> None:
        if people:
            statement = self._db.insert(PERSONS)
            new = {name: statement.excluded[name] for name in ("name", "origin", "active", "zone")}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=new),
                [
                    {"key": p.key, "name": p.name, "zone": p.zone}
                    | {"origin": "organisation", "active": True, "created_at": now}
                    for p in people
                ],
            )
        rows: dict[Table, list[dict[str, Any]]] = {ADDRESSES: [], ROLES: [], MEMBERSHIPS: [], DELEGATES: []}
        for p in people:
            rows[ADDRESSES] += [{"address": a, "person": p.key, "position": i} for i, a in enumerate(p.addresses)]
            rows[ROLES] += [{"person": p.key, "role": r.value} for r in dict.fromkeys(p.roles)]
            rows[MEMBERSHIPS] += [{"person": p.key, "team": t} for t in dict.fromkeys(p.teams)]
            rows[DELEGATES] += [
                {"person": p.key, "delegate": d.to, "since": d.from_, "until": d.until} for d in p.delegates
            ]
        for related, new_rows in rows.items():
            if new_rows:
                connection.execute(related.insert(), new_rows)

    @staticmethod
    def _revoke(connection: Connection, whose: ColumnElement[bool], now: datetime) -> None:
        connection.execute(update(API_TOKENS).where(whose, API_TOKENS.c.revoked_at.is_(None)).values(revoked_at=now))


def _by_person(connection: Connection, of: Table, column: str, order: str, keys: list[str]) -> dict[str, list[str]]:
    query = select(of.c.person, of.c[column]).order_by(of.c.person, of.c[order])
    if len(keys) == 1:
        query = query.where(of.c.person == keys[0])
    found: dict[str, list[str]] = {}
    for person, value in connection.execute(query):
        found.setdefault(person, []).append(value)
    return found


def _check(people: Sequence[Person]) -> None:
    """Refuse what the tables could not hold, in words."""
    keys = {person.key for person in people}
    owner: dict[str, str] = {}
    for person in people:
        if strangers := sorted({d.to for d in person.delegates} - keys):
            raise Conflict(f"{person.key} is to be represented by {', '.join(strangers)}, whom nobody knows")
        for address in person.addresses:
            if owner.setdefault(address, person.key) != person.key:
                raise Conflict(
                    f"{owner[address]} and {person.key} have the same address: an address leads to one person"
                )
