"""From resolved cases to the table of estimates: counts by kind, and what the parent of each kind is worth."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from measurement.routing.evidence import FIRST, TEAM, Counts, Kind, Table
from measurement.routing.known import Known
from measurement.routing.past import Past
from measurement.routing.strength import UNKNOWN, strength

GROWTH = 1.25
"""Strengths are fitted again when there are so many times more cases than at the last fit."""


class Learner:
    """Takes in resolved cases as time goes on; `table` is what is known by then."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        self._counts: tuple[dict[Kind, dict[str, int]], ...] = tuple({} for _ in range(len(self.fields) + 1))
        self._strengths: tuple[float, ...] = (UNKNOWN,) * (len(self.fields) + 1)
        self._n, self._fitted = 0, 0

    def add(self, cases: Iterable[tuple[Kind, str]]) -> None:
        """Cases with who resolved them."""
        for kind, who in cases:
            self._n += 1
            for k, level in enumerate(self._counts):
                teams = level.setdefault(kind[:k], {})
                teams[who] = teams.get(who, 0) + 1

    def table(self, until: datetime | None = None) -> Table:
        """Frozen: cases added later do not change it."""
        if self._n > self._fitted * GROWTH:
            self._strengths, self._fitted = strengths(self._counts), self._n
        counts = tuple({kind: dict(teams) for kind, teams in level.items()} for level in self._counts)
        return Table(self.fields, counts, self._strengths, until)


def strengths(counts: Sequence[Counts]) -> tuple[float, ...]:
    """Of each level, from the coarsest on: each needs the shares of the one above."""
    top = counts[0].get((), {})
    total = sum(top.values())
    shares: dict[Kind, dict[str, float]] = {(): {who: x / total for who, x in top.items()}} if total else {}
    found = [UNKNOWN]
    for k in range(1, len(counts)):
        above, cases, own, expected = found[-1], [], [], []
        for kind, teams in counts[k].items():
            parent = counts[k - 1][kind[:-1]]
            n, of_parent = sum(teams.values()), sum(parent.values())
            cases.append(n)
            for who, x in teams.items():
                # The parent without this kind: else a kind would bear witness to itself.
                weight = of_parent + (above if k > 1 else 0.0)
                rest = max(weight - n, 1.0)
                own.append(x)
                expected.append(max(shares[kind[:-1]][who] * weight - x, 1.0 / total) / rest)
        found.append(strength(cases, own, [min(p, 1.0) for p in expected]))
        shares = {
            kind: {
                who: (x + found[-1] * shares[kind[:-1]][who]) / (sum(teams.values()) + found[-1])
                for who, x in teams.items()
            }
            for kind, teams in counts[k].items()
        }
    return tuple(found)


def known(past: Past, until: datetime) -> Known:
    """What the cases tell that were resolved before `until` (UTC, with its zone)."""
    before = until.astimezone(UTC).replace(tzinfo=None)
    cases = [case for case in past.cases if case.resolved_at < before]
    teams, people = Learner((FIRST, *past.fields)), Learner((TEAM, *past.fields))
    teams.add(((case.by_rules, *case.kind), case.resolver) for case in cases)
    people.add(((case.resolver, *case.kind), case.person) for case in cases if case.person)
    return Known(teams.table(until), people.table(until), until)
