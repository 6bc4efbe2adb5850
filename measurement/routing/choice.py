"""The choice among those allowed: whoever is expected to begin the solution soonest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from definitions.routing_learned import HOUR, LearnedRouting
from measurement.routing.evidence import FIRST, TEAM, Estimate, Kind, Table

LAYER = "routing"
"""Layer of the keyed hash (`definitions.assignment.fraction`) that draws who is tried out."""
FAR = 2.0
"""Standard deviations within which another may well be as good."""


@dataclass(frozen=True)
class Standing:
    """Somebody who may be given the case, as they stand now."""

    who: str
    load: float | None = None
    """Open cases over what they can well carry; None: not known, and left out for all."""
    opens_in_s: float = 0.0
    """Until their working hours begin; 0: they work now."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be given the case, with what speaks for them."""

    who: str
    estimate: Estimate
    load: float | None
    opens_in_s: float
    expected_s: float
    """Until work begins at the right place: opening, queue, and the hand-over that beginning elsewhere costs."""


@dataclass(frozen=True)
class Choice:
    """Who gets the case and why; pure in its arguments, so recording those records the choice."""

    who: str
    proposed: str | None
    by: Literal["evidence", "proposal", "learning"]
    line: str
    """Why, in one line for people."""
    chance: float
    """How probable this outcome was given the same case: what a fair look back divides by."""
    candidates: tuple[Candidate, ...]
    """The best first."""
    known: bool
    """Whether the kind has the least number of cases."""


def choose(
    table: Table,
    kind: Kind,
    standings: Sequence[Standing],
    settings: LearnedRouting,
    *,
    proposed: str | None = None,
    draw: float | None = None,
) -> Choice:
    """Who of `standings` gets a case of this kind.

    `proposed` is who the table of rules names; the case stays there unless there are enough cases of the kind and
    another is better by more than `least_gain`. `draw` in [0, 1), the keyed hash of the case, decides whether it is
    used for learning; None: never (pressing cases, replays). While too little is known to choose, nothing is tried
    out either: the table of rules was written by somebody who knows. Raises ValueError when nobody is allowed.
    """
    if not standings:
        raise ValueError("nobody may be given the case: name at least one team")
    found = candidates(table, kind, standings, settings)
    best = found[0]
    known = bool(table.known(kind, settings.least_cases)[0])
    stay = next((c for c in found if c.who == proposed), None)
    by: Literal["evidence", "proposal", "learning"] = "evidence"
    if stay is not None and not (known and _better(best, stay, settings)):
        best, by = stay, "proposal"
    settled = stay is not None and not known
    others = [c for c in found if c.who != best.who and _may_be_as_good(c, best) and not settled]
    chance = 1.0
    if draw is not None and others and settings.learning:
        chance = 1.0 - settings.learning
        if draw < settings.learning:
            chance = settings.learning / len(others)
            best, by = others[min(int(draw / chance), len(others) - 1)], "learning"
    return Choice(best.who, proposed, by, _line(best, stay, by, known, table, settings), chance, tuple(found), known)


def candidates(
    table: Table, kind: Kind, standings: Sequence[Standing], settings: LearnedRouting
) -> tuple[Candidate, ...]:
    """All of them, the best first; equal ones by name."""
    estimates: Mapping[str, Estimate] = table.estimates(kind, [s.who for s in standings])
    loads = all(s.load is not None for s in standings)
    found = [
        Candidate(
            s.who,
            estimates[s.who],
            s.load,
            s.opens_in_s,
            s.opens_in_s
            + (settings.load_s * s.load if loads and s.load is not None else 0.0)
            + settings.hand_over_s * (1.0 - estimates[s.who].share),
        )
        for s in standings
    ]
    return tuple(sorted(found, key=lambda c: (c.expected_s, c.who)))


def _better(best: Candidate, stay: Candidate, settings: LearnedRouting) -> bool:
    return stay.expected_s - best.expected_s > settings.least_gain * settings.hand_over_s


def _may_be_as_good(one: Candidate, best: Candidate) -> bool:
    """Whether what is not known about it reaches up to the best; a team known to be worse teaches nothing."""
    p, cases = one.estimate.share, one.estimate.worth
    reach = p + FAR * math.sqrt(p * (1.0 - p) / (cases + 1.0))
    return one.opens_in_s <= best.opens_in_s and reach >= best.estimate.share


def _line(best: Candidate, stay: Candidate | None, by: str, known: bool, table: Table, settings: LearnedRouting) -> str:
    said = f"{best.who}: {_spoken(best, table)}"
    if by == "learning":
        return f"{said}; given to learn whether it resolves them too"
    if by == "proposal":
        why = "nobody is clearly better" if known else f"fewer than {settings.least_cases} cases of its kind are known"
        return f"{said}; as proposed, {why}"
    return said if stay is None or stay.who == best.who else f"{said}; instead of {stay.who}: {_spoken(stay, table)}"


def _spoken(one: Candidate, table: Table) -> str:
    """What speaks for a candidate, in words."""
    e = one.estimate
    load = "" if one.load is None else f", load {one.load:.1f}"
    hours = "open now" if one.opens_in_s <= 0 else f"opens in {one.opens_in_s / HOUR:.1f} h"
    if not e.n:
        return f"no resolved case is known yet{load}, {hours}"
    told = dict(zip(table.fields, e.kind, strict=False))
    first = told.pop(FIRST, "")
    told.pop(TEAM, None)
    kind = "/".join(value for value in told.values() if value) or "cases"
    given = f" given first to {first}" if first else ""
    return f"resolves {e.share:.0%} of {kind}{given} ({e.resolved:,} of n {e.n:,}){load}, {hours}"
