"""What a lead does not say about a trial, as the charter and the change suggest it."""

import re
from typing import Literal

from definitions.change import Change
from definitions.cycle.charter import Charter
from definitions.experiment import Guard, Scope
from definitions.keyed import parts
from definitions.organisation import Organisation
from measurement.cycles.counted import guard_of
from measurement.values import BadData
from office.errors import Unusable
from pictures.units import scale_of, shown

Kind = Literal["incident", "request", "problem"]
LONGEST_KEY = 40
LONGEST_WORDS = 380


def scope_of(
    charter: Charter, services: tuple[str, ...], kind: Kind | None, change: Change, standard: Organisation
) -> Scope:
    """The services named, else those of the charter, else those that the change touches or the teams lead.

    Requests where the change is about the catalogue. Raises Unusable where nobody could tell.
    """
    touched = [parts(path) for path in change.paths]
    items = {path[1] for path in touched if len(path) > 1 and path[0] == "catalogue"}
    theirs = [path[1] for path in touched if len(path) > 1 and path[0] == "services"]
    theirs += [item.service for item in standard.catalogue if item.key in items]
    led = [each.key for each in standard.services if each.default_team in charter.scope.teams]
    found = services or charter.scope.services or tuple(dict.fromkeys(theirs)) or tuple(led)
    if not found:
        raise Unusable("it is not said whose cases take part", "Name their services with --service.")
    categories = () if services else charter.scope.categories
    return Scope(services=found, categories=categories, kind=kind or ("request" if items else "incident"))


def layer_of(change: Change) -> str:
    """By what it touches: changes of the same things never meet in one case, others are drawn independently."""
    first = re.sub(r"[^a-z0-9]+", "-", change.paths[0].casefold()).strip("-") if change.paths else "all"
    return (first if first[:1].isalpha() else f"l-{first}")[:LONGEST_KEY].rstrip("-")


def hypothesis_of(words: str, charter: Charter) -> str:
    """What is tried and what shall come of it, in one sentence."""
    scale = scale_of({"share": "0-1"}.get(charter.unit, charter.unit), abs(charter.goal or 0))
    goal = "" if charter.goal is None else f" to {shown(charter.goal, scale)}"
    moved = "falls" if charter.direction == "lower" else "rises"
    return f"{words.rstrip('.')[:LONGEST_WORDS]}: then {charter.metric} {moved}{goal}."


def guards_of(charter: Charter, wished: tuple[Guard, ...] | None) -> tuple[tuple[Guard, ...], tuple[str, ...]]:
    """Those wished, else those of the charter that are shares of cases; what the others cannot do is said.

    Raises BadData for a wished one that is no share of cases.
    """
    if wished is not None:
        for guard in wished:
            guard_of(guard.metric)
        return wished, ()
    found, notes = [], []
    for named in charter.guards:
        if named.metric != charter.metric and named.harm < 1 and _a_share(named.metric):
            found.append(Guard(metric=named.metric, better=named.direction, bound=named.harm))
        else:
            notes.append(f"{named.metric} is no share of cases: it does not stop the trial")
    return tuple(found), tuple(notes)


def _a_share(metric: str) -> bool:
    try:
        guard_of(metric)
    except BadData:
        return False
    return True
