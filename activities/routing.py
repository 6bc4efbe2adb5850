"""Which team gets a new case, by what was learned from resolved ones; only among those that its rules allow."""

from collections.abc import Sequence
from datetime import datetime

from activities.triage import Seen
from definitions.assignment import fraction
from definitions.base import Priority
from definitions.calendars import NeverOpens
from definitions.routing_learned import Asked, LearnedRouting
from definitions.runs import AutomationCall
from definitions.slices import UnknownKey
from definitions.standards import InForce
from definitions.teams import Team
from measurement.routing import choice, coaching
from measurement.routing.choice import Standing
from measurement.routing.decision import Draws, decision
from measurement.routing.known import Known
from records.store import Store
from records.values import Clock

UNTRIED = (Priority.P1,)
"""Nobody learns on what presses most."""


class LearnedTeam:
    """Reads the estimates in force and how the teams stand, and chooses; what it goes by stands in what it answers.

    `secret`: the key of the hash that draws which cases are used to learn.
    """

    def __init__(self, store: Store, standard: InForce, clock: Clock, secret: bytes) -> None:
        self._store, self._standard, self._clock, self._secret = store, standard, clock, secret
        self._known: tuple[str, Known] | None = None

    def __call__(self, call: AutomationCall) -> Seen | None:
        """A `LearnedChoice`; None where routing does not learn, or the rules name one team only."""
        if call.inputs.get("routing") is None:
            return None
        asked = Asked.model_validate(call.inputs["routing"])
        if len(asked.teams) < 2:
            return None
        now = self._clock()
        found = decision(
            self._in_force(),
            (asked.service, asked.category or ""),
            asked.proposed,
            lambda known: self._teams(asked, call.case_id, now, known),
            lambda team: self._people(team, now),
            asked.settings,
            None if asked.priority in UNTRIED else self._draws(call.case_id),
        )
        return Seen(found.model_dump(mode="json"))

    def _in_force(self) -> Known | None:
        """Asked for each case, read when it is another one."""
        digest = self._store.routing_tables.in_force()
        if digest is None:
            return None
        if self._known is None or self._known[0] != digest:
            table = self._store.routing_tables.get(digest)
            self._known = digest, Known.read(table.content, table.until)  # type: ignore[arg-type]
        return self._known[1]

    def _draws(self, case_id: str) -> Draws:
        return Draws(*(fraction(case_id, layer, self._secret) for layer in (choice.LAYER, coaching.LAYER)))

    def _teams(self, asked: Asked, case_id: str, now: datetime, known: bool) -> Sequence[Standing]:
        held = self._store.cases.held(asked.teams, but=case_id) if known else None
        return [self._standing(key, now, held, asked.settings) for key in asked.teams]

    def _standing(self, key: str, now: datetime, held: dict[str, int] | None, settings: LearnedRouting) -> Standing:
        team = self._team(key)
        if team is None or not team.members:
            return Standing(key)
        load = None if held is None else held.get(key, 0) / (len(team.members) * settings.full)
        return Standing(key, load=load, opens_in_s=self._opens_in(team, now))

    def _people(self, key: str, now: datetime) -> Sequence[Standing]:
        """The members who are there: the team works, and they have named nobody to stand in for them."""
        team = self._team(key)
        if team is None or self._opens_in(team, now) > 0:
            return ()
        found = {person.key: person for person in self._standard().people}
        known = [found[m.person] for m in team.members if m.person in found]
        return [Standing(p.key) for p in known if not any(d.from_ <= now < d.until for d in p.delegates)]

    def _team(self, key: str) -> Team | None:
        try:
            return self._standard().team(key)
        except UnknownKey:
            return None

    def _opens_in(self, team: Team, now: datetime) -> float:
        try:
            return max(0.0, (self._standard().calendar(team.calendar).next_open(now) - now).total_seconds())
        except NeverOpens:
            return 0.0
