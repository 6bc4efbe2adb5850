"""The incident as pure rules: what an act leads to, how facts change the state, what time brings, whom it concerns."""

from definitions.incident import ending, together, working
from definitions.incident.base import SOLVED, Refused, decide, in_time
from definitions.incident.deadlines import Outlook, ledgers_of, look, positions_of
from definitions.incident.ending import heard_of, reopening
from definitions.incident.facts import RULES, evolve
from definitions.incident.notices import Command, Notify, Page, Tell, reactions
from definitions.incident.opening import Opening, opening, triage
from definitions.incident.reading import reading

__all__ = [
    "RULES",
    "SOLVED",
    "Command",
    "Notify",
    "Opening",
    "Outlook",
    "Page",
    "Refused",
    "Tell",
    "decide",
    "ending",
    "evolve",
    "heard_of",
    "in_time",
    "ledgers_of",
    "look",
    "opening",
    "positions_of",
    "reactions",
    "reading",
    "reopening",
    "together",
    "triage",
    "working",
]
