"""What else is going on: cycles on the same metric or of the same team, experiments on the same things."""

from collections.abc import Sequence

from definitions.clashes import clash, shared
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Neighbours
from definitions.cycle.state import CycleState
from definitions.experiment import Experiment
from definitions.organisation import Organisation
from office.register import CycleRegister
from records.store import Store


def neighbours(store: Store, standard: Organisation, cycle: str, state: CycleState) -> Neighbours:
    """Other open cycles that touch this one, and what its scope names that the standard does not have.

    The one whose signal it follows moves the metric no more.
    """
    charter = state.charter
    same, team = [], []
    for other in CycleRegister(store).states():
        if other.ended or other.id == cycle or other.cycle is None:
            continue
        theirs = other.cycle.charter
        moves = theirs.metric == charter.metric and theirs.scope.overlaps(charter.scope)
        if charter.metric is not None and moves and other.id != state.after:
            same.append(other.id)
        if theirs.owner == charter.owner:
            team.append(other.id)
    return Neighbours(same=tuple(sorted(same)), of_team=tuple(sorted(team)), unknown=_unknown(standard, charter))


def clashes(plan: Experiment | BeforeAfter, running: Sequence[Experiment]) -> tuple[str, ...]:
    """Running experiments that change the same things for the same cases."""
    others = [other for other in running if other.key != plan.key]
    if isinstance(plan, Experiment):
        return tuple(other.key for other in others if clash(plan, [other]) is not None)
    change = plan.change
    return tuple(other.key for other in others if change is not None and shared(change, other.change) is not None)


def _unknown(standard: Organisation, charter: Charter) -> tuple[str, ...]:
    services = {each.key for each in standard.services}
    categories = {key for each in standard.services for key in each.categories}
    teams = {each.key for each in standard.teams}
    scope, found = charter.scope, []
    for what, names, known in (
        ("service", scope.services, services),
        ("category", scope.categories, categories),
        ("team", scope.teams, teams),
    ):
        found += [f"{what} {name}" for name in names if name not in known]
    return tuple(found)
