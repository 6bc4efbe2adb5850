"""The people who report incidents and those who solve them. What they do is drawn by a seed, and goes by the desk."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from definitions.acts import Act, Assign, Confirm, Reopen, Resolve, Start
from definitions.base import Value
from definitions.intake import OpenIncident
from definitions.people import Actor
from definitions.walls import SECOND, instant, micros
from examples.improvement.agenda import Agenda
from examples.improvement.site import Site

SPREAD = 0.5
"""Standard deviation of the logarithm of how long work takes."""
UNSOLVED = 0.04
"""Share of solutions that do not hold."""
ANSWER_HOURS = 5.0
"""Until whoever was served says so, on average."""
SOON = timedelta(minutes=1)


class Trouble(Value):
    """One kind of incident: its share of all, the team that can solve it, and how long that takes (median)."""

    category: str
    share: float
    team: str
    minutes: float


class Crew(Value):
    """People of one team; each is `aside` (on the telephone) for some minutes between two cases, on average.

    Who cannot solve a case finds that out in about `look` minutes, and passes it on.
    """

    team: str
    people: tuple[str, ...]
    look: float = 15.0
    aside: float = 0.0


@dataclass
class Case:
    """An incident, and what will turn out about it."""

    id: str
    trouble: Trouble
    requester: Actor


@dataclass
class Team:
    """Who is free, and what waits for them, oldest first."""

    crew: Crew
    free: deque[str]
    waiting: deque[Case] = field(default_factory=deque)


class Floor:
    """Incidents of one service come in its hours, at random; in its hours teams take one after the other."""

    def __init__(
        self,
        site: Site,
        agenda: Agenda,
        *,
        service: str,
        every_minutes: float,
        troubles: Sequence[Trouble],
        crews: Sequence[Crew],
        seed: int,
    ) -> None:
        self._site, self._agenda, self._chance = site, agenda, Random(seed)
        self._service, self._every, self._troubles = service, every_minutes, troubles
        organisation = site.desk.organisation
        self._hours = organisation.calendar(organisation.service(service).calendar).timetable()
        self._teams = {crew.team: Team(crew, deque(crew.people)) for crew in crews}
        self._number = count(1)
        self._staff = {person: site.person(person) for crew in crews for person in crew.people}
        self.opened: list[str] = []
        self.solved: Counter[str] = Counter()

    def begin(self, now: datetime) -> None:
        """From now on incidents come."""
        self._agenda.at(self._after(now, self._every * self._chance.expovariate(1)), self._arrive)

    def harder(self, category: str, minutes: float) -> None:
        """From now on solving such an incident takes so long."""
        self._troubles = [
            each.model_copy(update={"minutes": minutes}) if each.category == category else each
            for each in self._troubles
        ]

    # -- whoever needs help --------------------------------------------------------------------------------------

    async def _arrive(self, now: datetime) -> None:
        self.begin(now)
        number = next(self._number)
        trouble = self._chance.choices(self._troubles, [each.share for each in self._troubles])[0]
        requester = await asyncio.to_thread(self._site.person, f"r{number:04}@example.org")
        # Numbers as words: what reads alike would be taken for a duplicate.
        title = f"{trouble.category} {number:04x}{self._chance.getrandbits(24):06x}"
        wanted = {"service": self._service, "category": trouble.category, "title": title, "channel": "web"}
        opened = await self._site.desk.open_incident(OpenIncident.model_validate(wanted), actor=requester)
        self.opened.append(opened.id)
        case = Case(opened.id, trouble, requester)
        self._agenda.at(now + SOON, lambda at: self._queued(at, case))

    async def _answer(self, now: datetime, case: Case) -> None:
        holds = self._chance.random() >= UNSOLVED
        await self._act(case, (Confirm if holds else Reopen)(by=case.requester.person), case.requester)
        if not holds:
            self._agenda.at(now + SOON, lambda at: self._queued(at, case))

    # -- whoever helps -------------------------------------------------------------------------------------------

    async def _queued(self, now: datetime, case: Case) -> None:
        """It is with the team that its run has chosen."""
        row = await asyncio.to_thread(self._site.store.cases.get, case.id)
        if row is None or row.team is None:
            self._agenda.at(now + SOON, lambda at: self._queued(at, case))
            return
        team = self._teams[row.team]
        team.waiting.append(case)
        await self._look(now, team)

    async def _look(self, now: datetime, team: Team) -> None:
        opens = instant(self._hours.next_open(micros(now)))
        if opens > now:
            if team.waiting:
                self._agenda.at(opens, lambda at: self._look(at, team))
            return
        while team.waiting and team.free:
            await self._begin(now, team, team.free.popleft(), team.waiting.popleft())

    async def _begin(self, now: datetime, team: Team, person: str, case: Case) -> None:
        await self._act(case, Start(by=person), self._staff[person])
        minutes = case.trouble.minutes if case.trouble.team == team.crew.team else team.crew.look
        done = self._after(now, minutes * self._chance.lognormvariate(0, SPREAD))
        self._agenda.at(done, lambda at: self._end(at, team, person, case))

    async def _end(self, now: datetime, team: Team, person: str, case: Case) -> None:
        words = await self._site.desk.words(f"By {person}.", person)
        if case.trouble.team != team.crew.team:
            await self._act(case, Assign(by=person, team=case.trouble.team, text=words), self._staff[person])
            other = self._teams[case.trouble.team]
            other.waiting.append(case)
            await self._look(now, other)
        else:
            await self._act(case, Resolve(by=person, text=words), self._staff[person])
            self.solved[case.trouble.category] += 1
            yes = now + timedelta(hours=self._chance.expovariate(1 / ANSWER_HOURS))
            self._agenda.at(yes, lambda at: self._answer(at, case))
        if team.crew.aside == 0:
            await self._free(now, team, person)
        else:
            back = self._after(now, team.crew.aside * self._chance.expovariate(1))
            self._agenda.at(back, lambda at: self._free(at, team, person))

    async def _free(self, now: datetime, team: Team, person: str) -> None:
        team.free.append(person)
        await self._look(now, team)

    async def _act(self, case: Case, act: Act, actor: Actor) -> None:
        await self._site.desk.act(case.id, act, actor=actor)

    def _after(self, now: datetime, minutes: float) -> datetime:
        return instant(self._hours.add(micros(now), round(minutes * 60 * SECOND)))
