"""Who acts: from a name, an address or a token to an actor with roles."""

import os

from pydantic import TypeAdapter, ValidationError

from definitions.change import ChangeRefused
from definitions.people import Actor, Address, Door, Role
from definitions.slices import UnknownKey
from definitions.standards import InForce
from office.errors import NotAllowed, NotFound, Unusable
from records.store import Store
from settings import Clock, Settings

STAFF = (Role.ADMIN, Role.LEAD, Role.ANALYST, Role.OPERATOR, Role.REQUESTER)

_ADDRESS: TypeAdapter[str] = TypeAdapter(Address)

SYSTEM = Actor(person="jidoka", door=Door.SYSTEM, verified=True)
"""The engine's own doors: intake processes and timers."""


class Identity:
    """Finds people for the doors."""

    def __init__(self, store: Store, standard: InForce, clock: Clock) -> None:
        self._store, self._standard, self._clock = store, standard, clock

    def person(self, who: str) -> str:
        """The key of a person by key or address. Raises NotFound."""
        found = self._find(who)
        if found is None:
            raise NotFound(
                f"nobody here is called {who!r}", "Give a person's key or address; see `jidoka directory ls`."
            )
        return found

    def known_or_new(self, who: str) -> str:
        """As `person`, but a new address becomes a requester."""
        found = self._find(who)
        if found is None and "@" in who:
            return self._store.directory.ensure(_address(who))
        return found or self.person(who)

    def _find(self, who: str) -> str | None:
        if "@" in who:
            return self._store.directory.person_of(who.casefold())
        if (known := self._store.directory.get(who)) is not None:
            return known.key
        try:
            return self._standard().person(who).key
        except (UnknownKey, ChangeRefused):
            # Who mends a standard that cannot be had must not be unknown because of it.
            return None

    def actor(self, person: str, door: Door, *, verified: bool) -> Actor:
        """An actor with the roles and teams of a person."""
        known = self._store.directory.get(person)
        roles = known.roles if known else (Role.REQUESTER,)
        teams = known.teams if known else ()
        return Actor(
            person=person,
            roles=tuple(roles),
            teams=tuple(teams),
            door=door,
            verified=verified,
            acting_for=self._store.directory.acting_for(person, self._clock()),
        )

    def at_the_command_line(self, settings: Settings, name: str) -> Actor:
        """On the embedded stack whoever owns its data acts as anybody; elsewhere the token says who acts."""
        if settings.api_token:
            return self.by_token(settings.api_token, Door.CLI)
        if not settings.embedded:
            raise NotAllowed(
                "this stack is not embedded, so --as proves nothing",
                "Set JIDOKA_API_TOKEN to a token from `jidoka directory token PERSON`.",
            )
        found = self._find(name)
        if found is None and "@" in name:
            found = self._store.directory.ensure(_address(name))
        if found is not None:
            return self.actor(found, Door.CLI, verified=True)
        if settings.act_as is not None or not _owns(settings):
            self.person(name)
        # The owner of the data could write into it anyway: no right is given that is not there.
        return Actor(person=name, roles=STAFF, door=Door.CLI, verified=True)

    def by_token(self, token: str, door: Door) -> Actor:
        """The actor of an API token. Raises NotAllowed."""
        person = self._store.directory.person_of_token(token)
        if person is None:
            raise NotAllowed("the API token is unknown, revoked or expired", "Ask an administrator for a new one.")
        return self.actor(person, door, verified=True)


def _address(text: str) -> str:
    try:
        return _ADDRESS.validate_python(text.casefold())
    except ValidationError:
        raise Unusable(f"{text[:80]!r} is no mail address", "Write it like rita@example.org.") from None


def _owns(settings: Settings) -> bool:
    try:
        return settings.data_dir.stat().st_uid == os.getuid()
    except OSError:
        return False
