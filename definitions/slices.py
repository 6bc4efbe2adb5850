"""What a case carries of the organisation: pinned in its input, so that it ends on the rules it began with."""

from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from definitions.automations import Diagnosis
from definitions.base import Definition, Key, Level, Priority
from definitions.calendars import Calendar
from definitions.escalation import EscalationChain
from definitions.help import HelpRule
from definitions.priority import PriorityMatrix
from definitions.routing import RoutingRule
from definitions.routing_learned import LearnedRouting
from definitions.services import ConfirmRule
from definitions.targets import Target


class UnknownKey(LookupError):
    """A name that the organisation does not have; the message lists the names that it has."""


class CaseDefinition(Definition):
    """What every kind of case needs: its promises, the calendars they count in, and how it is confirmed.

    Each kind has its own subclass with a `kind`; the door resolves it once, from then on the run has it.
    """

    title: str
    targets: tuple[Target, ...]
    calendars: tuple[Calendar, ...]
    confirm: ConfirmRule
    chain: EscalationChain | None = None
    """Whom to page, and when; None pages nobody."""

    @model_validator(mode="after")
    def _calendars_are_here(self) -> "CaseDefinition":
        for name in (*(target.calendar for target in self.targets), self.confirm.calendar):
            self.calendar(name)
        return self

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """The priority of a new case of such impact and urgency."""
        raise NotImplementedError

    def calendar(self, key: str) -> Calendar:
        """The calendar of this key. Raises UnknownKey."""
        for calendar in self.calendars:
            if calendar.key == key:
                return calendar
        known = ", ".join(sorted(calendar.key for calendar in self.calendars)) or "none"
        raise UnknownKey(f"there is no calendar {key!r}: choose one of {known}")


class IncidentDefinition(CaseDefinition):
    """What one incident needs of its service."""

    matrix: PriorityMatrix
    routing: tuple[RoutingRule, ...]
    default_team: Key
    chain: EscalationChain
    categories: tuple[Key, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    """Automations that look at the case before a person does."""
    help: HelpRule = HelpRule()
    """How the requester is helped before a person looks."""
    learned: LearnedRouting | None = None
    """Routing that learns, where it is wanted."""

    reviewed: tuple[Priority, ...] | None = None
    """Where a missed resolution target leads to a review; a major incident always does. None: nothing is reviewed."""

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """By the matrix."""
        return self.matrix.priority(impact, urgency)

    @property
    def kind(self) -> Literal["incident"]:
        """No field: the versions of slices are older than the second kind of case."""
        return "incident"

    @property
    def teams(self) -> tuple[Key, ...]:
        """Every team that the table of rules may give a case to."""
        return tuple(dict.fromkeys((*(rule.team for rule in self.routing), self.default_team)))

    @model_serializer(mode="wrap")
    def _without_no_diagnoses(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A service without any has the version it had before there were some; settings are written where chosen."""
        written: dict[str, Any] = handler(self)
        if not self.diagnoses:
            written.pop("diagnoses", None)
        if not written["help"]:
            written.pop("help")
        if self.learned is None:
            written.pop("learned", None)
        else:
            written["learned"] = self.learned.model_dump(mode="json", exclude_defaults=True)
        if self.reviewed is None:
            written.pop("reviewed", None)
        return written
