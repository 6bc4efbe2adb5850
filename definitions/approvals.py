"""Approval in stages: who is asked, how many must say yes, and what comes of their answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from definitions.base import Key
from definitions.people import Person
from definitions.sparse import Sparse
from definitions.targets import Goal
from definitions.teams import Team

Approver = Annotated[str, StringConstraints(pattern=r"^(manager|owner|(lead|role|person):[a-z][a-z0-9_-]{0,39})$")]
"""`manager` of the person it is for, `owner` of the item (its team's lead), `lead:TEAM`, `role:ROLE`, `person:KEY`."""


class Stage(Sparse):
    """One question to some people. Silence is no answer: when `within` is over, `escalate_to` is asked as well."""

    key: Key
    title: str
    asks: Annotated[tuple[Approver, ...], Field(min_length=1)]
    needs: Literal["all", "any"] | Annotated[int, Field(ge=2)] = "any"
    """A number is a quorum: so many of those asked."""
    calendar: Key
    within: Goal
    """Counted in the calendar's working time."""
    remind: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """The share of `within` after which those who are silent are reminded."""
    escalate_to: Key
    """The person who is asked when the others are silent, or too few."""


class Standing(StrEnum):
    """Where a stage stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


def asked(
    stage: Stage,
    *,
    owner: Team,
    requester: Person,
    for_whom: Person,
    teams: Mapping[str, Team],
    people: Mapping[str, Person],
) -> tuple[str, ...]:
    """The people to ask, in order, each once; nobody decides on their own request, nor on one for themselves.

    With fewer people than must say yes, `escalate_to` is among them from the start; empty when that is the requester.
    """
    own = {requester.key, for_whom.key}
    found = dict.fromkeys(
        key
        for approver in stage.asks
        for key in _people(approver, owner=owner, for_whom=for_whom, teams=teams, people=people)
        if key not in own
    )
    if len(found) < (stage.needs if isinstance(stage.needs, int) else 1) and stage.escalate_to not in own:
        found[stage.escalate_to] = None
    return tuple(found)


def standing(stage: Stage, people: tuple[str, ...], said: Mapping[str, bool], also: tuple[str, ...] = ()) -> Standing:
    """What the answers of those asked come to; an answer of anybody else does not count.

    Refused as soon as so many said no that the yeses can no longer suffice. Nobody's silence is a yes. `also` were
    asked because others were silent or too few: each stands in for one of them, and for nobody who said no.
    """
    answers = [said[person] for person in (*people, *also) if person in said]
    yes, no = answers.count(True), answers.count(False)
    needed = {"all": max(1, len(people)), "any": 1}[stage.needs] if isinstance(stage.needs, str) else stage.needs
    if yes >= needed:
        return Standing.GRANTED
    able = len(people) if stage.needs == "all" else len(people) + len(also)
    return Standing.REFUSED if no and able - no < needed else Standing.OPEN


def _people(
    approver: str, *, owner: Team, for_whom: Person, teams: Mapping[str, Team], people: Mapping[str, Person]
) -> tuple[str, ...]:
    kind, _, name = approver.partition(":")
    match kind:
        case "manager":
            return (for_whom.manager,) if for_whom.manager else ()
        case "owner":
            return (owner.lead,)
        case "lead":
            return (teams[name].lead,)
        case "role":
            return tuple(sorted(person.key for person in people.values() if name in person.roles))
        case _:
            return (name,)
