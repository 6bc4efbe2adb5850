"""Who may be given a case of our own: the teams that the routing table names for its service, as they stood then."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from commands.common import App

if TYPE_CHECKING:
    from definitions.organisation import Organisation
    from definitions.routing_learned import LearnedRouting
    from measurement.log.eventlog import EventLog
    from measurement.routing.choice import Standing
    from measurement.routing.explained import Allowed, Opened, People


def allowed(app: App, log: "EventLog", settings: "LearnedRouting") -> "Allowed":
    """Their hours are those of the team's calendar, their load the cases they held for each member."""
    from definitions.loading import read
    from measurement.routing.queues import queues

    organisation = read(app.settings.definitions)

    def standings(case: "Opened") -> list["Standing"]:
        held = queues(log, case.opened_at, case.case_id)
        return [
            _standing(organisation, key, case.opened_at.replace(tzinfo=UTC), held.get(key, 0), settings)
            for key in sorted({case.first, *teams_of(organisation, case.service)})
        ]

    return standings


def people(app: App) -> "People":
    """The members of a team; their load is not known, since cases wait in the queue of the team."""
    from definitions.loading import read
    from measurement.routing.choice import Standing

    organisation = read(app.settings.definitions)

    def standings(_: "Opened", key: str) -> list["Standing"]:
        team = next((t for t in organisation.teams if t.key == key), None)
        return [Standing(member.person) for member in team.members] if team else []

    return standings


def teams_of(organisation: "Organisation", service: str | None) -> set[str]:
    """The service's own team and those of its rules; none for a service that is no longer defined."""
    from definitions.routing import rules_for

    found = [s for s in organisation.services if s.key == service]
    return {team for s in found for team in (s.default_team, *(r.team for r in rules_for(organisation.routing, s.key)))}


def _standing(
    organisation: "Organisation", key: str, at: datetime, held: int, settings: "LearnedRouting"
) -> "Standing":
    from measurement.routing.choice import Standing

    team = next((t for t in organisation.teams if t.key == key), None)
    if team is None or not team.members:
        return Standing(key)
    opens = (organisation.calendar(team.calendar).next_open(at) - at).total_seconds()
    return Standing(key, load=held / (len(team.members) * settings.full), opens_in_s=max(opens, 0.0))
