"""The choice for a new case of our own: a team, and now and then a pair of its people. Pure: to record it is enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from definitions.routing_learned import Considered, LearnedChoice, LearnedRouting, Paired
from measurement.routing.choice import Candidate, Standing, choose
from measurement.routing.coaching import pair
from measurement.routing.evidence import Kind
from measurement.routing.known import Known

UNLEARNED = "{team}: as the rules say; no estimates have been learned yet"


@dataclass(frozen=True)
class Draws:
    """The keyed hashes of the case, each in [0, 1): whether it is used to learn, and to coach."""

    learning: float
    coaching: float


def decision(
    known: Known | None,
    kind: Kind,
    proposed: str,
    standings: Callable[[bool], Sequence[Standing]],
    people: Callable[[str], Sequence[Standing]],
    settings: LearnedRouting,
    draws: Draws | None,
) -> LearnedChoice:
    """Which team gets a case of this kind (values of `known.FIELDS`), and who of it where a pair is drawn.

    `standings`: the teams that the rules allow, asked with whether enough is known for their load to matter. `people`:
    those of a team who are there. `draws` None: nobody learns on this case.
    """
    if known is None:
        line = UNLEARNED.format(team=proposed)
        return LearnedChoice(
            team=proposed, proposed=proposed, choice="proposal", line=line, known=False, table=None, chance=1, draw=None
        )
    of_team = (proposed, *kind)
    enough = bool(known.teams.known(of_team, settings.least_cases)[0])
    chosen = choose(
        known.teams,
        of_team,
        standings(enough),
        settings,
        proposed=proposed,
        draw=draws.learning if draws else None,
    )
    return LearnedChoice(
        team=chosen.who,
        proposed=proposed,
        choice=chosen.by,
        line=chosen.line,
        known=chosen.known,
        table=known.digest,
        chance=chosen.chance,
        draw=round(draws.learning, 6) if draws else None,
        candidates=tuple(map(_considered, chosen.candidates)),
        paired=_paired(known, (chosen.who, *kind), people, settings, draws.coaching) if draws else None,
    )


def _paired(
    known: Known, of_person: Kind, people: Callable[[str], Sequence[Standing]], settings: LearnedRouting, draw: float
) -> Paired | None:
    # Asked first, because most cases are drawn for nothing and need not know who is there.
    there = people(of_person[0]) if draw < settings.coaching else ()
    if len(there) < 2:
        return None
    found = choose(known.people, of_person, there, settings)
    two = pair(found, settings, draw) if found.known else None
    return Paired(learner=two.learner, coach=two.coach, line=two.line) if two else None


def _considered(candidate: Candidate) -> Considered:
    """Rounded to what anybody can read."""
    e = candidate.estimate
    return Considered(
        who=candidate.who,
        share=round(e.share, 4),
        resolved=e.resolved,
        n=e.n,
        load=None if candidate.load is None else round(candidate.load, 2),
        opens_in_s=round(candidate.opens_in_s),
        expected_s=round(candidate.expected_s),
    )
