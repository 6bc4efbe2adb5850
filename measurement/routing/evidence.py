"""Who resolved what: counts by kind, and shares that a few lucky cases cannot carry away."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from definitions.base import digest

Kind = tuple[str, ...]
"""The values of the fields of a case, the coarsest first; a shorter one is the parent of those that begin with it."""
Counts = Mapping[Kind, Mapping[str, int]]
FIRST = "first team"
"""The field of a second opinion: who was given the case first."""
TEAM = "team"
"""The field of a choice among the people of a team: which team resolved the case."""


@dataclass(frozen=True)
class Estimate:
    """How probably a team (or person) resolves a kind of case."""

    share: float
    """Of cases of this kind those that it resolved, drawn towards the parents the more the fewer there are."""
    resolved: int
    n: int
    """Resolved cases of the kind `kind`, whoever resolved them; `resolved` are its own."""
    kind: Kind
    """The finest kind with any case."""
    worth: float
    """How many cases of its own the share is as sure as."""


@dataclass(frozen=True)
class Table:
    """All that was known at one instant, frozen; `digest` names it in what was decided by it.

    `counts[k]` has the kinds of `k` values; `strengths[k]` is what the parent of such a kind is worth, in cases.
    """

    fields: tuple[str, ...]
    counts: tuple[Counts, ...]
    strengths: tuple[float, ...]
    until: datetime | None = None
    """Cases resolved before this are in it."""

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.plain())

    def plain(self) -> dict[str, Any]:
        """The content as plain JSON."""
        counts = [sorted([list(kind), dict(teams)] for kind, teams in level.items()) for level in self.counts]
        return {"fields": list(self.fields), "counts": counts, "strengths": list(self.strengths)}

    @classmethod
    def read(cls, plain: Mapping[str, Any], until: datetime | None = None) -> "Table":
        """What `plain` wrote."""
        counts = tuple({tuple(kind): dict(teams) for kind, teams in level} for level in plain["counts"])
        return cls(tuple(plain["fields"]), counts, tuple(plain["strengths"]), until)

    @functools.cached_property
    def n(self) -> int:
        """Cases that it was learned from."""
        return sum(self.counts[0].get((), {}).values())

    @functools.cached_property
    def teams(self) -> tuple[str, ...]:
        """Everybody who resolved anything."""
        return tuple(sorted(self.counts[0].get((), {})))

    def known(self, kind: Kind, least: int) -> tuple[Kind, int]:
        """The finest kind that has at least `least` cases, and how many; the empty kind is all cases."""
        found: tuple[Kind, int] = ((), self.n)
        for k in range(1, len(kind) + 1):
            n = sum(self.counts[k].get(kind[:k], {}).values())
            if n < least:
                break
            found = (kind[:k], n)
        return found

    def estimates(self, kind: Kind, among: Sequence[str]) -> dict[str, Estimate]:
        """One for each of `among`. Somebody never seen begins with one part of one case."""
        start = 1.0 / max(len(among), 1)
        top = self.counts[0].get((), {})
        share = {who: (top.get(who, 0) + start) / (self.n + 1) for who in among}
        finest: Kind = ()
        seen, sure = top, self.n + 1.0
        for k in range(1, len(kind) + 1):
            own = self.counts[k].get(kind[:k])
            worth = self.strengths[k]
            if not own:
                sure = min(sure, worth)
                break
            finest, seen = kind[:k], own
            n = sum(own.values())
            # What is taken from the parent is no surer than the parent.
            sure = min(sure, n + worth)
            share = {who: (own.get(who, 0) + worth * before) / (n + worth) for who, before in share.items()}
        n = sum(seen.values())
        return {who: Estimate(share[who], seen.get(who, 0), n, finest, sure) for who in among}
