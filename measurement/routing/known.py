"""What is known of who resolves what, of teams and within teams: learned from our own cases, kept under its digest."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from definitions.base import digest
from measurement.routing.evidence import Table

FIELDS = ("service", "category")
"""What is known of our own cases at their opening, the coarsest first."""


@dataclass(frozen=True)
class Known:
    """Two tables of estimates, learned together from cases that were resolved before `until`."""

    teams: Table
    """Fields: whom the rules name, then `FIELDS`."""
    people: Table
    """Fields: the team that resolved it, then `FIELDS`."""
    until: datetime

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.plain())

    def plain(self) -> dict[str, Any]:
        """The content as plain JSON."""
        return {"teams": self.teams.plain(), "people": self.people.plain()}

    @classmethod
    def read(cls, plain: Mapping[str, Any], until: datetime) -> "Known":
        """What `plain` wrote."""
        return cls(Table.read(plain["teams"], until), Table.read(plain["people"], until), until)
