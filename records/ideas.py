"""Ideas among the case rows: feedback whose state says that it is one."""

from sqlalchemy import Text, select, type_coerce

from records.cases import CASES, as_case
from records.engine import Database
from records.values import CaseRow

IS_IDEA = '%"tone":"idea"%'
"""In the JSON of a state as it is stored: sorted keys, no spaces, and no words of people."""


class Ideas:
    """Those of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def ls(self, *, requester: str | None = None, open_only: bool = False, limit: int = 1000) -> list[CaseRow]:
        """The latest, newest first."""
        query = select(CASES).where(CASES.c.kind == "feedback", type_coerce(CASES.c.state_json, Text).like(IS_IDEA))
        if requester is not None:
            query = query.where(CASES.c.requester == requester)
        if open_only:
            query = query.where(CASES.c.closed_at.is_(None))
        with self._db.read() as connection:
            found = connection.execute(query.order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(limit))
            return [as_case(row) for row in found]
