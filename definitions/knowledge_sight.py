"""What somebody may see of the articles, worked out from the one table of rights."""

from definitions.base import Key, Value
from definitions.knowledge import Audience
from definitions.people import Action, Actor, Object
from definitions.rights import may

READING = {
    Audience.PUBLIC: Action.KNOWLEDGE_READ,
    Audience.STAFF: Action.KNOWLEDGE_READ_STAFF,
    Audience.TEAM: Action.KNOWLEDGE_READ_TEAM,
}


class Sight(Value):
    """The access rule as a query can carry it. An article is in sight by its audience or, of a team, by its team."""

    audiences: tuple[Audience, ...]
    teams: tuple[Key, ...] = ()
    drafts: bool = False
    """Whether versions that are not published, expired and retired articles are in sight too."""

    def holds(self, audience: Audience, team: str) -> bool:
        """Whether an article of this audience and team is in sight."""
        return audience in self.audiences or (audience is Audience.TEAM and team in self.teams)


EVERYBODY = Sight(audiences=(Audience.PUBLIC,))


def about(team: str) -> Object:
    """An article of this team, as the rules about who may do what see it."""
    return Object(kind="article", team=team)


def sight_of(actor: Actor) -> Sight:
    """What `may` lets this actor read; nothing at all is a sight too."""
    nobodys = Object(kind="article")
    return Sight(
        audiences=tuple(audience for audience, action in READING.items() if may(actor, action, nobodys).allowed),
        teams=tuple(team for team in actor.teams if may(actor, Action.KNOWLEDGE_READ_TEAM, about(team)).allowed),
        drafts=may(actor, Action.KNOWLEDGE_WRITE, nobodys).allowed,
    )
