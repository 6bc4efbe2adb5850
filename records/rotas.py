"""Swaps of on-call duty, on top of the rotas that the definition of a team says."""

from sqlalchemy import select

from definitions.teams import Swap
from records.engine import Database
from records.errors import NotStored
from records.people_tables import RotaSwapTable
from records.tables import table
from records.values import Clock

SWAPS = table(RotaSwapTable)


class Rotas:
    """The part of the directory about swaps of duty."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add_swap(self, swap: Swap, by: str) -> int:
        """Add a swap that `by` arranged; gives its number."""
        row = {
            "team": swap.team, "person": swap.person, "instead_of": swap.instead_of, "since": swap.from_,
            "until": swap.until, "by": by, "added_at": self._clock(),
        }  # fmt: skip
        with self._db.write() as connection:
            return int(connection.execute(SWAPS.insert().values(row).returning(SWAPS.c.id)).scalar_one())

    def swaps(self, team: str | None = None) -> dict[int, Swap]:
        """The swaps by number, in the order of adding: the later one has the last word."""
        query = select(SWAPS).order_by(SWAPS.c.id)
        if team is not None:
            query = query.where(SWAPS.c.team == team)
        with self._db.read() as connection:
            return {
                row.id: Swap(
                    team=row.team, person=row.person, instead_of=row.instead_of, from_=row.since, until=row.until
                )
                for row in connection.execute(query)
            }

    def drop_swap(self, number: int) -> None:
        """Take a swap back. Raises NotStored."""
        with self._db.write() as connection:
            if not connection.execute(SWAPS.delete().where(SWAPS.c.id == number)).rowcount:
                raise NotStored(f"there is no swap {number}")
