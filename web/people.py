"""The person behind an API token, with the roles and teams they have at this moment."""

from definitions.people import Actor, Door
from records.directory import Directory
from records.values import Clock


class DirectoryPeople:
    """Looks tokens up in the directory, at every request: a revoked one stops at once."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock

    def actor_of_token(self, token: str) -> Actor | None:
        """Who acts; None when the token is unknown, revoked or expired."""
        key = self._directory.person_of_token(token)
        known = self._directory.get(key) if key else None
        if known is None or not known.active:
            return None
        return Actor(
            person=known.key,
            roles=known.roles,
            teams=known.teams,
            door=Door.WEB,
            verified=True,
            acting_for=self._directory.acting_for(known.key, self._clock()),
        )
