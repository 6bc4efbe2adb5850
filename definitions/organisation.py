"""The whole organisation as one value, and the slice of it that a case carries."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import model_validator

from definitions.automations import AutomationDefinition, diagnoses_of, remedies_of
from definitions.base import Definition, Key
from definitions.calendars import Calendar
from definitions.catalogue import CatalogueItem, RequestDefinition
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.state import Method
from definitions.escalation import EscalationChain
from definitions.feedback.definition import FeedbackDefinition, FeedbackRule
from definitions.help import HelpRule
from definitions.people import Address, Person
from definitions.priority import PriorityMatrix
from definitions.problem.definition import ProblemDefinition
from definitions.review.definition import ReviewDefinition, ReviewRule
from definitions.routing import RoutingRule, rules_for
from definitions.routing_learned import LearnedRouting
from definitions.services import ConfirmRule, Service
from definitions.slices import IncidentDefinition, UnknownKey
from definitions.surveys import Survey
from definitions.targets import Clock, Target
from definitions.teams import Team

METHODS: dict[Method, str] = {"dmaic": "DMAIC cycle", "kaizen": "Kaizen"}
INCIDENT_BYTES = 4096
"""The most that the slice pinned in a case's input may weigh as JSON."""


class Organisation(Definition):
    """Everything that is defined, by reference to each other; `checks.problems` says what is wrong with it."""

    name: str
    desk_address: Address
    services: tuple[Service, ...]
    teams: tuple[Team, ...]
    calendars: tuple[Calendar, ...]
    matrices: tuple[PriorityMatrix, ...]
    targets: tuple[Target, ...]
    chains: tuple[EscalationChain, ...]
    routing: tuple[RoutingRule, ...] = ()
    learned_routing: LearnedRouting | None = None
    """Among the teams that the rules name for a service, prefer who resolves its cases; None: the rules decide."""
    people: tuple[Person, ...]
    automations: tuple[AutomationDefinition, ...] = ()
    catalogue: tuple[CatalogueItem, ...] = ()
    reviews: ReviewRule | None = None
    """What is reviewed afterwards, and by when; None: nothing is."""
    surveys: tuple[Survey, ...] = ()
    """Who is asked how it went."""
    feedback_rule: FeedbackRule = FeedbackRule()
    """By when feedback is answered and acted on, and who hears when it is not."""
    default_service: Key
    triage: Key
    """The team that looks at what could not be classified."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words and phrases that mean the same when somebody searches the articles."""

    @model_validator(mode="after")
    def _each_key_once(self) -> "Organisation":
        for noun in (
            *("services", "teams", "calendars", "matrices", "targets", "chains"),
            *("routing", "people", "automations", "catalogue", "surveys"),
        ):
            keys = [item.key for item in getattr(self, noun)]
            if repeated := sorted({k for k in keys if keys.count(k) > 1}):
                raise ValueError(f"{noun} repeat the key {', '.join(repeated)}: keys are unique within {noun}")
        return self

    def service(self, key: str) -> Service:
        """The service of this key."""
        return _find("service", self.services, key)

    def team(self, key: str) -> Team:
        """The team of this key."""
        return _find("team", self.teams, key)

    def calendar(self, key: str) -> Calendar:
        """The calendar of this key."""
        return _find("calendar", self.calendars, key)

    def target(self, key: str) -> Target:
        """The target of this key."""
        return _find("target", self.targets, key)

    def matrix(self, key: str) -> PriorityMatrix:
        """The priority matrix of this key."""
        return _find("matrix", self.matrices, key)

    def chain(self, key: str) -> EscalationChain:
        """The escalation chain of this key."""
        return _find("chain", self.chains, key)

    def person(self, key: str) -> Person:
        """The person of this key, among those known from the start."""
        return _find("person", self.people, key)

    def automation(self, key: str) -> AutomationDefinition:
        """The automation of this key."""
        return _find("automation", self.automations, key)

    def item(self, key: str) -> CatalogueItem:
        """The catalogue item of this key."""
        return _find("item", self.catalogue, key)

    def request(self, item_key: str) -> RequestDefinition:
        """The slice that a request for this item carries."""
        item = self.item(item_key)
        confirm = self.service(item.service).confirm
        targets = tuple(self.target(key) for key in item.targets)
        counted = (*(target.calendar for target in targets), *(stage.calendar for stage in item.approvals))
        return RequestDefinition(
            key=item.key,
            title=item.title,
            item_version=item.version,
            service=item.service,
            team=item.team,
            triage=self.triage,
            priority=item.priority,
            targets=targets,
            calendars=tuple(self.calendar(key) for key in dict.fromkeys((*counted, confirm.calendar))),
            confirm=confirm,
            approvals=item.approvals,
            plan=item.plan,
        )

    def review(self, team_key: str) -> ReviewDefinition:
        """The slice that a review of a case of this team carries. Raises UnknownKey where nothing is reviewed."""
        rule, team = self.reviews, self.team(team_key)
        if rule is None:
            raise UnknownKey(f"{self.name} reviews nothing: give the organisation a rule (`reviews`)")
        return ReviewDefinition(
            key="review",
            title="Post-incident review",
            rule=rule,
            team=team.key,
            zone=team.zone,
            manager=team.manager,
            targets=(rule.target,),
            calendars=(self.calendar(rule.calendar),),
            confirm=ConfirmRule(calendar=rule.calendar, remind_after_days=1, close_after_days=2),
        )

    def cycle(self, method: Method, team_key: str) -> CycleDefinition:
        """The slice that a cycle of this team carries; its days are those of the calendar that its services keep."""
        team = self.team(team_key)
        theirs = [service for service in self.services if service.default_team == team.key]
        confirm = (theirs or [self.service(self.default_service)])[0].confirm
        return CycleDefinition(
            key=method,
            title=METHODS[method],
            kind=method,
            targets=(),
            calendars=(self.calendar(confirm.calendar),),
            confirm=confirm,
            owner=team.lead,
            calendar_of_team=confirm.calendar,
        )

    def problem(self, service_key: str) -> ProblemDefinition:
        """The slice that a problem of this service carries."""
        service = self.service(service_key)
        targets = tuple(self.target(key) for key in service.problems.targets)
        used = {target.calendar: None for target in targets} | {service.confirm.calendar: None}
        return ProblemDefinition(
            key=service.key,
            title=service.title,
            matrix=self.matrix(service.matrix),
            targets=targets,
            calendars=tuple(self.calendar(key) for key in used),
            confirm=service.confirm,
            team=service.default_team,
            lead=self.team(service.default_team).lead,
            watch_days=service.problems.watch_days,
        )

    def survey(self, key: str) -> Survey:
        """The survey of this key."""
        return _find("survey", self.surveys, key)

    def feedback(
        self, service_key: str, *, named: bool = True, concerns: Sequence[str] = (), idea: bool = False
    ) -> FeedbackDefinition:
        """The slice that feedback about this service carries; without a name nobody can be answered in time.

        Nobody owns what they gave themselves or what is said of them: then it is the manager's. An idea is answered in
        time; what becomes of it takes the time that a cycle of improvement takes.
        """
        service, rule = self.service(service_key), self.feedback_rule
        team = self.team(service.default_team)
        targets = tuple(self.target(key) for key in rule.targets or service.targets)
        clocks = {*([Clock.RESPONSE] if named else ()), *([] if idea else [Clock.RESOLUTION])}
        targets = tuple(target for target in targets if target.clock in clocks)
        used = {target.calendar: None for target in targets} | {service.confirm.calendar: None}
        return FeedbackDefinition(
            key=service.key,
            title=service.title,
            targets=targets,
            calendars=tuple(self.calendar(key) for key in used),
            confirm=service.confirm,
            chain=self.chain(rule.chain) if rule.chain else None,
            team=team.key,
            owner=team.manager if team.lead in concerns else team.lead,
        )

    def incident(self, service_key: str) -> IncidentDefinition:
        """The slice that an incident of this service carries."""
        service = self.service(service_key)
        targets = tuple(self.target(key) for key in service.targets)
        used = {target.calendar: None for target in targets} | {service.confirm.calendar: None}
        return IncidentDefinition(
            key=service.key,
            title=service.title,
            matrix=self.matrix(service.matrix),
            targets=targets,
            calendars=tuple(self.calendar(key) for key in used),
            routing=rules_for(self.routing, service.key),
            default_team=service.default_team,
            chain=self.chain(service.chain),
            confirm=service.confirm,
            categories=service.categories,
            diagnoses=diagnoses_of(self.automations, service.key),
            reviewed=self.reviews.priorities if self.reviews else None,
            help=HelpRule(hold_out=service.hold_out or None, remedies=remedies_of(self.automations, service.key)),
            learned=self._learned(service.key),
        )

    def _learned(self, service: str) -> LearnedRouting | None:
        settings = self.learned_routing
        if settings is None or (settings.services and service not in settings.services):
            return None
        return settings.model_copy(update={"services": ()})


_Keyed = TypeVar(
    "_Keyed",
    Service,
    Team,
    Calendar,
    Target,
    PriorityMatrix,
    EscalationChain,
    Person,
    AutomationDefinition,
    CatalogueItem,
    Survey,
)


def _find(noun: str, items: Sequence[_Keyed], key: str) -> _Keyed:
    for item in items:
        if item.key == key:
            return item
    known = ", ".join(sorted(item.key for item in items)) or "none"
    raise UnknownKey(f"there is no {noun} {key!r}: choose one of {known}")
