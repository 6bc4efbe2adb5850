"""One story of a demo day with its people, its trouble and its time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from commands.demo.cast import Dice, Requester, Trouble
from commands.demo.stage import Stage
from definitions.acts import Acknowledge, Resolve, Start


@dataclass(frozen=True)
class Scene:
    """One story with its people, its trouble and its place in the day."""

    name: str
    story: "Story"
    people: tuple[Requester, ...]
    trouble: Trouble
    begins: float
    """Share of the day; the story takes `span` of it."""
    span: float
    dice: Dice

    async def at(self, stage: Stage, share: float) -> None:
        """Wait for this share of the story."""
        await stage.until(self.begins + share * self.span)

    async def analyst(self, stage: Stage, case_id: str) -> str:
        """Somebody of the team that has the case."""
        return self.member(stage, str((await stage.routed(case_id)).team))

    def member(self, stage: Stage, team: str) -> str:
        """Somebody of this team."""
        return self.dice.pick(f"{self.name}/{team}", stage.desk.organisation.team(team).members).person

    async def solve(self, stage: Stage, case_id: str, *, ack: float, resolve: float) -> str:
        """Acknowledged, worked on, resolved; gives who did it."""
        by = await self.analyst(stage, case_id)
        await self.at(stage, ack)
        await stage.does(case_id, Acknowledge, by)
        await self.at(stage, (ack + resolve) / 2)
        await stage.does(case_id, Start, by)
        await self.at(stage, resolve)
        await stage.does(case_id, Resolve, by, self.trouble.solution)
        return by

    async def open(self, stage: Stage) -> str:
        """The trouble arrives, by the channel that falls to it."""
        who, trouble = self.people[0], self.trouble
        await self.at(stage, 0)
        way = self.dice.share(f"{self.name}/way")
        if way < 0.6:
            return await stage.mails(who, trouble.subject, trouble.text)
        channel = "phone" if way < 0.9 else "walk_up"
        by = self.member(stage, "service-desk")
        return await stage.phones(who, trouble.service, trouble.subject, by=by, channel=channel)


Play = Callable[[Stage, Scene], Awaitable[None]]


@dataclass(frozen=True)
class Story:
    """How many cases and people a story takes, and how many beats it has."""

    play: Play
    beats: int
    people: int = 1
    """None of them for what only machines say, and where somebody of the organisation asks."""
    more: int = 0
    """Cases besides theirs: a problem, feedback."""

    @property
    def cases(self) -> int:
        """Each requester has a case of their own; machines have one."""
        return max(1, self.people) + self.more
