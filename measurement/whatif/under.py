"""What a recorded case would have begun with under an organisation: its slice, its opening, the hours of its teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from definitions.approvals import asked
from definitions.calendars import Calendar
from definitions.facts import Fact
from definitions.feedback.state import Tone
from definitions.organisation import Organisation
from definitions.people import Person
from definitions.rules.opening import Opening
from definitions.runs import AnyDefinition
from definitions.slices import UnknownKey
from measurement.whatif.items import Opened
from measurement.whatif.lacking import CannotPlay
from measurement.whatif.tape import Tape


@dataclass(frozen=True)
class Under:
    """An organisation as cases are played in it; `people` are those who ask and decide, by key."""

    organisation: Organisation
    people: Mapping[str, Person]

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        known = {calendar.key: calendar for calendar in self.organisation.calendars}
        return {team.key: known[team.calendar] for team in self.organisation.teams if team.calendar in known}

    def hours(self, team: str | None) -> Calendar | None:
        """The calendar of a team."""
        return self._calendars.get(team or "")

    @cached_property
    def redefined(self) -> dict[str, AnyDefinition]:
        """What incidents are reclassified to, by service."""
        return {service.key: self.organisation.incident(service.key) for service in self.organisation.services}

    def definition(self, tape: Tape) -> AnyDefinition:
        """The slice. Raises CannotPlay where the organisation has nothing for the case any more."""
        org, first = self.organisation, tape.facts[0].data
        service = str(first["service"])
        try:
            match tape.kind:
                case "request":
                    return org.request(str(_brief(tape.facts[0], "request")["item"]))
                case "problem":
                    return org.problem(service)
                case "dmaic" | "kaizen" as method:
                    return org.cycle(method, str(next(f.data["team"] for f in tape.facts if f.type == "routed")))
                case "review":
                    return org.review(str(next(f.data["team"] for f in tape.facts if f.type == "routed")))
                case "feedback":
                    pinned = tape.definition
                    idea = _brief(tape.facts[0], "feedback")["tone"] == Tone.IDEA
                    made = org.feedback(service, named=first.get("requester") is not None, idea=idea)
                    # Whose it is goes by whom it was about, which was settled at the door.
                    return made.model_copy(update={"owner": getattr(pinned, "owner", made.owner)})
                case _:
                    return org.incident(service)
        except UnknownKey as unknown:
            raise CannotPlay(str(unknown)) from None

    def opening(self, tape: Tape, before: "Under") -> Opening | None:
        """How a request begins whose stages ask other people than `before`; None where it begins as on the tape."""
        opened = tape.items[0].item
        assert isinstance(opened, Opened)
        brief = opened.opening.request
        if brief is None:
            return None
        item, was = (
            self.organisation.item(brief.item),
            {s.key: s for s in before.organisation.item(brief.item).approvals},
        )
        approvers = dict(brief.approvers)
        for stage in item.approvals:
            if stage.key in approvers and was.get(stage.key) == stage:
                continue
            requester, for_whom = (self.people.get(key) for key in (str(opened.opening.requester), brief.for_whom))
            if requester is None or for_whom is None:
                raise CannotPlay(f"who asked for it is not known any more, so nobody can say whom {stage.key} asks")
            approvers[stage.key] = asked(
                stage,
                owner=self.organisation.team(item.team),
                requester=requester,
                for_whom=for_whom,
                teams={team.key: team for team in self.organisation.teams},
                people={person.key: person for person in self.organisation.people},
            )
        if approvers == brief.approvers:
            return None
        return opened.opening.model_copy(update={"request": brief.model_copy(update={"approvers": approvers})})


def _brief(first: Fact, kind: str) -> dict[str, object]:
    brief = first.data[kind]
    assert isinstance(brief, dict)
    return dict(brief)
