"""Whom a message reaches: who is responsible or on duty at this moment, who stands in for somebody, under which name.

`Tell.to` is a person key, or `on_call:TEAM`. Rotas and delegates change, so they are looked up when it is sent.
"""

from activities.request_letters import APPROVALS, asked_for
from definitions.runs import PageMessage, TellMessage
from definitions.slices import UnknownKey
from definitions.standards import InForce
from definitions.teams import on_call
from records.store import Store
from records.values import Clock

ON_CALL = "on_call"


class Readers:
    """Looks people up for one organisation."""

    def __init__(self, store: Store, standard: InForce, clock: Clock) -> None:
        self._store, self._standard, self._clock = store, standard, clock

    def of(self, message: TellMessage) -> list[tuple[str, str | None]]:
        """Who reads it, each with the person in whose place they do; empty when nobody is on duty and nobody leads."""
        kind, _, team = message.to.partition(":")
        if kind == ON_CALL:
            person, _ = self.on_duty(team)
            return [(person, None)] if person else []
        if message.template not in APPROVALS:
            return [(message.to, None)]
        asked = asked_for(self._store, message.case_id)
        served = (asked.requester, asked.for_whom) if asked else ()
        instead = self._store.directory.delegates_of(message.to, self._clock())
        return [(message.to, None), *((person, message.to) for person in instead if person not in served)]

    def responsible(self, message: PageMessage) -> tuple[str | None, str]:
        """Who is paged, and why; None with the reason when there is nobody."""
        if message.notify == "assignee" and message.assignee:
            return message.assignee, "has the case"
        team_key = message.team or self._standard().triage
        if message.notify not in ("lead", "manager"):
            return self.on_duty(team_key)
        try:
            team = self._standard().team(team_key)
        except UnknownKey as unknown:
            return None, str(unknown)
        return (team.lead, "leads the team") if message.notify == "lead" else (team.manager, "manages the team")

    def on_duty(self, team_key: str) -> tuple[str | None, str]:
        """Who is on duty for the team at this moment, else its lead; and why."""
        try:
            team = self._standard().team(team_key)
        except UnknownKey as unknown:
            return None, str(unknown)
        duty = on_call(team, self._clock(), self._store.directory.swaps(team.key).values())
        if duty.person is None:
            # A gap in the rota is shown on the case; the message still reaches somebody.
            return team.lead, f"{duty.reason}: the lead is told instead"
        return duty.person, duty.reason

    def name(self, person: str, otherwise: str) -> str:
        """As the organisation calls them."""
        try:
            return self._standard().person(person).name
        except UnknownKey:
            return otherwise

    def called(self, person: str) -> str:
        """A name, from the organisation or the directory; the key where nobody gave one."""
        known = self._store.directory.get(person)
        return self.name(person, known.name if known else "") or person

    def zone(self, person: str) -> str:
        """The time zone of somebody's clock."""
        try:
            return self._standard().person(person).zone
        except UnknownKey:
            return self._standard().calendars[0].zone
