"""Example Ltd: a believable organisation for tests, the demo and everybody who starts their own."""

from definitions.example.automations import automations
from definitions.example.calendars import calendars
from definitions.example.catalogue import catalogue
from definitions.example.chains import chains
from definitions.example.people import people
from definitions.example.routing import routing
from definitions.example.services import services
from definitions.example.surveys import surveys
from definitions.example.synonyms import synonyms
from definitions.example.targets import matrices, targets
from definitions.example.teams import teams
from definitions.feedback.definition import FeedbackRule
from definitions.organisation import Organisation
from definitions.review.definition import ReviewRule
from definitions.routing_learned import LearnedRouting

organisation = Organisation(
    key="example",
    name="Example Ltd",
    desk_address="help@example.com",
    services=services,
    teams=teams,
    calendars=calendars,
    matrices=matrices,
    targets=targets,
    chains=chains,
    routing=routing,
    learned_routing=LearnedRouting(),
    people=people,
    automations=automations,
    catalogue=catalogue,
    reviews=ReviewRule(calendar="berlin-office"),
    surveys=surveys,
    feedback_rule=FeedbackRule(targets=("feedback-answered", "feedback-done"), chain="heard"),
    default_service="workplace",
    triage="service-desk",
    synonyms=synonyms,
)
