"""The append-only event log: facts go in once, in order, and never change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, overload

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, update

from definitions.facts import GENESIS, Fact, Visibility, seal
from records.cases import CASES, upsert_rows
from records.engine import Database
from records.errors import BrokenChain, Gap
from records.knowledge_links import ArticleLink, link
from records.people_tables import ConversationTable
from records.quarantine import note
from records.tables import EventTable, table
from records.values import Clock, Flush, FlushResult, RecordedFact

EVENTS = table(EventTable)
CONVERSATIONS = table(ConversationTable)
LAST = select(func.max(EVENTS.c.seq)).where(EVENTS.c.case_id == bindparam("case_id")).scalar_subquery()
ONE_CASE = select(EVENTS.c.seq, EVENTS.c.hash).where(
    EVENTS.c.case_id == bindparam("case_id"), or_(EVENTS.c.seq >= bindparam("first"), EVENTS.c.seq == LAST)
)
"""Built once: for a few cases it is quicker to run it for each than to put together one statement for all."""
FEW = 8
INSERT = EVENTS.insert()
LAG_WINDOW = timedelta(minutes=5)
LAG_SAMPLE = 500

Outcome = FlushResult | Gap | BrokenChain


class Events:
    """The event log of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    @overload
    def flush(self, what: Flush) -> FlushResult: ...
    @overload
    def flush(self, what: Sequence[Flush]) -> list[FlushResult]: ...
    def flush(self, what: Flush | Sequence[Flush]) -> FlushResult | list[FlushResult]:
        """Store facts and case rows in one transaction; all or nothing.

        The same facts again change nothing. A fact that contradicts a stored one goes to quarantine as a fork, and
        the row that came with it is left out; unless the stored one is what a killed worker left, see `_make_way`.
        Raises Gap or BrokenChain.
        """
        flushes = [what] if isinstance(what, Flush) else list(what)
        with self._db.write() as connection:
            results = []
            for outcome in self._store(connection, flushes):
                if not isinstance(outcome, FlushResult):
                    raise outcome
                results.append(outcome)
        return results[0] if isinstance(what, Flush) else results

    def flush_each(self, flushes: Sequence[Flush]) -> list[Outcome]:
        """As `flush`, but a flush that is refused does not stop the others: its error stands in its place."""
        with self._db.write() as connection:
            return self._store(connection, flushes)

    def of(self, case_id: str, after_seq: int = 0) -> list[Fact]:
        """The facts of one case in order."""
        query = select(EVENTS).where(EVENTS.c.case_id == case_id, EVENTS.c.seq > after_seq).order_by(EVENTS.c.seq)
        with self._db.read() as connection:
            return [as_fact(row) for row in connection.execute(query)]

    def since(self, event_id: int, limit: int = 10_000) -> list[RecordedFact]:
        """Facts stored after this one, in the order of storing; the last id is the next watermark."""
        query = select(EVENTS).where(EVENTS.c.id > event_id).order_by(EVENTS.c.id).limit(limit)
        with self._db.read() as connection:
            return [
                RecordedFact(id=row.id, fact=as_fact(row), recorded_at=row.recorded_at)
                for row in connection.execute(query)
            ]

    def lag(self, now: datetime) -> float:
        """Seconds from happening to being stored: the worst of the latest facts, 0 when nothing came in lately."""
        latest = select(EVENTS.c.at, EVENTS.c.recorded_at).order_by(EVENTS.c.id.desc()).limit(LAG_SAMPLE)
        with self._db.read() as connection:
            rows = connection.execute(latest).all()
        return max(
            ((r.recorded_at - r.at).total_seconds() for r in rows if r.recorded_at >= now - LAG_WINDOW), default=0.0
        )

    def _store(self, connection: Connection, flushes: Sequence[Flush]) -> list[Outcome]:
        self._db.lock_flushes(connection)
        now = self._clock()
        stored = _stored_hashes(connection, flushes)
        new: list[dict[str, Any]] = []
        rows, closing = [], []
        outcomes: list[Outcome] = []
        for flush in flushes:
            known = stored[flush.case_id]
            try:
                fresh, forks = _sorted_out(flush, known)
                if forks and self._make_way(connection, flush, known, now):
                    fresh, forks = _sorted_out(flush, known)
            except (Gap, BrokenChain) as refused:
                outcomes.append(refused)
                continue
            for fact in fresh:
                known[fact.seq] = fact.hash
                new.append(as_row(fact, now))
            for fact in forks:
                note(
                    self._db, connection, now, source="fork", ref=f"{fact.case_id}/{fact.seq}/{fact.hash}",
                    reason=f"fact {fact.seq} of {fact.case_id} contradicts the stored chain",
                    payload=fact.model_dump(mode="json"),
                )  # fmt: skip
            if flush.row and not forks:
                rows.append(flush.row)
            if flush.close_conversations and not forks:
                closing.append(flush.case_id)
            outcomes.append(FlushResult(seq=max(known, default=0), forks=tuple(f.seq for f in forks)))
        if new:
            connection.execute(INSERT, new)
            link(self._db, connection, [linked_by(row) for row in new if row["data"].get("article")])
        upsert_rows(self._db, connection, rows)
        if closing:
            still_open = and_(CONVERSATIONS.c.case_id.in_(closing), CONVERSATIONS.c.open)
            connection.execute(update(CONVERSATIONS).where(still_open).values(open=False, closed_at=now))
        return outcomes

    def _make_way(self, connection: Connection, flush: Flush, known: dict[int, str], now: datetime) -> bool:
        """Take out what a killed worker stored and its run never kept; False when the contradiction is a real fork.

        A run's facts are stored before its history has them. A worker killed in between leaves facts that the next
        one makes anew, at another time. They lie after the last settled fact, and nobody was told of them.
        """
        first = next((fact for fact in flush.facts if known.get(fact.seq, fact.hash) != fact.hash), None)
        if first is None or flush.row is None or known.get(first.seq - 1, GENESIS) != first.prev_hash:
            return False
        settled = connection.execute(select(CASES.c.settled).where(CASES.c.id == flush.case_id)).scalar_one_or_none()
        if settled is None or first.seq <= settled:
            return False
        left = and_(EVENTS.c.case_id == flush.case_id, EVENTS.c.seq >= first.seq)
        for row in connection.execute(select(EVENTS).where(left)).all():
            note(
                self._db, connection, now, source="withdrawn", ref=f"{flush.case_id}/{row.seq}/{row.hash}",
                reason=f"a worker was killed before the run kept fact {row.seq} of {flush.case_id}; it was made anew",
                payload=as_fact(row).model_dump(mode="json"), state="done",
            )  # fmt: skip
            known.pop(row.seq, None)
        connection.execute(EVENTS.delete().where(left))
        connection.execute(CASES.delete().where(CASES.c.id == flush.case_id))
        return True


def _stored_hashes(connection: Connection, flushes: Sequence[Flush]) -> dict[str, dict[int, str]]:
    """For each case the stored hashes from just before its first fact on, and that of its last fact."""
    first: dict[str, int] = {}
    for flush in flushes:
        start = flush.facts[0].seq - 1 if flush.facts else 0
        first[flush.case_id] = min(start, first.get(flush.case_id, start))
    found: dict[str, dict[int, str]] = {case_id: {} for case_id in first}
    if not found:
        return found
    if len(found) <= FEW:
        for case_id, seq in first.items():
            rows = connection.execute(ONE_CASE, {"case_id": case_id, "first": seq})
            found[case_id] = {row.seq: row.hash for row in rows}
        return found
    last = select(EVENTS.c.case_id, func.max(EVENTS.c.seq).label("seq")).where(EVENTS.c.case_id.in_(first))
    ends = last.group_by(EVENTS.c.case_id).subquery()
    wanted = or_(*(and_(EVENTS.c.case_id == case_id, EVENTS.c.seq >= seq) for case_id, seq in first.items()))
    query = (
        select(EVENTS.c.case_id, EVENTS.c.seq, EVENTS.c.hash)
        .join(ends, ends.c.case_id == EVENTS.c.case_id)
        .where(or_(wanted, EVENTS.c.seq == ends.c.seq))
    )
    for row in connection.execute(query):
        found[row.case_id][row.seq] = row.hash
    return found


def _sorted_out(flush: Flush, known: dict[int, str]) -> tuple[list[Fact], list[Fact]]:
    """The facts that are new, and those that contradict what is stored."""
    check_chain(flush)
    last = max(known, default=0)
    if flush.facts and flush.facts[0].seq > last + 1:
        raise Gap(flush.case_id, last, flush.facts[0].seq)
    fresh: list[Fact] = []
    forks: list[Fact] = []
    end = known.get(last, GENESIS)
    for fact in flush.facts:
        if fact.seq <= last:
            if known.get(fact.seq) != fact.hash:
                forks.append(fact)
        elif fact.prev_hash != end:
            # It goes on from a fork, so it is one itself.
            forks.append(fact)
        else:
            fresh.append(fact)
            end = fact.hash
    if flush.row and not forks and flush.row.seq > max(last, fresh[-1].seq if fresh else 0):
        raise BrokenChain(f"the row of {flush.case_id} reflects fact {flush.row.seq}, which was not handed in")
    return fresh, forks


def check_chain(flush: Flush) -> None:
    """Refuse facts that are not of this case, out of order, or whose hash does not hold."""
    for fact in flush.facts:
        if fact.case_id != flush.case_id:
            raise BrokenChain(f"a fact of {fact.case_id} was handed in as one of {flush.case_id}")
        if fact.seq < 1 or seal(fact) != fact.hash:
            raise BrokenChain(f"fact {fact.seq} of {fact.case_id} does not match its own hash")
    for one, next_one in pairwise(flush.facts):
        if next_one.seq != one.seq + 1 or next_one.prev_hash != one.hash:
            raise BrokenChain(f"fact {next_one.seq} of {flush.case_id} does not follow fact {one.seq}")
    if flush.facts and (flush.facts[0].seq == 1) != (flush.facts[0].prev_hash == GENESIS):
        raise BrokenChain(f"only fact 1 of {flush.case_id} has no fact before it")
    if flush.row and flush.row.id != flush.case_id:
        raise BrokenChain(f"the row of {flush.row.id} was handed in as that of {flush.case_id}")
    if flush.row and flush.facts and flush.row.seq < flush.facts[-1].seq:
        raise BrokenChain(f"the row of {flush.case_id} reflects fact {flush.row.seq}, not the last one handed in")


def as_row(fact: Fact, recorded_at: datetime) -> dict[str, Any]:
    """The columns of a fact."""
    return {
        "case_id": fact.case_id,
        "seq": fact.seq,
        "type": fact.type,
        "step": fact.step,
        "at": fact.at,
        "actor": fact.actor,
        "channel": fact.channel,
        "visibility": fact.visibility.value,
        "data": fact.data,
        "prev_hash": fact.prev_hash,
        "hash": fact.hash,
        "recorded_at": recorded_at,
    }


def linked_by(row: dict[str, Any]) -> ArticleLink:
    """The article that a fact names belongs to its case."""
    how = "resolved" if row["type"] in ("resolved", "offer_taken") else "linked"
    return ArticleLink(row["data"]["article"], row["case_id"], how, row["actor"], row["at"])


def as_fact(row: Row[Any]) -> Fact:
    """The fact of a stored row, as it was handed in."""
    return Fact.model_construct(
        case_id=row.case_id,
        seq=row.seq,
        type=row.type,
        step=row.step,
        at=row.at,
        actor=row.actor,
        channel=row.channel,
        visibility=Visibility(row.visibility),
        data=row.data,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
