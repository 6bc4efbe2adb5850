"""What-if over the records: which cases are played, what they began with, and under which two organisations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from definitions.organisation import Organisation
from definitions.people import Person, Role
from definitions.runs import SLICE
from measurement.log.eventlog import EventLog
from measurement.whatif.compared import METRICS, Compared, compared
from measurement.whatif.imported import Replayed, Scope, replayed
from measurement.whatif.names import Names
from measurement.whatif.tape import NotReproduced, Tape, tape_of
from measurement.whatif.under import Under
from office.errors import DeskError, NotFound
from records.store import Store
from records.values import CaseQuery, CaseRow

PAGE = 1_000
NAMED = 5


class NotAllReproduced(DeskError):
    """Some case of the scope is not what its own definition makes of it, so nothing is said of another definition."""

    code = "check_failed"


class WhatIf:
    """Plays what is recorded; changes nothing. `now` is when the recording ends."""

    def __init__(self, store: Store, organisation: Organisation, now: datetime) -> None:
        self._store, self._organisation, self._now = store, organisation, now

    def cases(self, service: str | None, since: datetime | None, until: datetime | None) -> list[CaseRow]:
        """The cases opened from `since` on and before `until`, oldest first. Raises NotFound for an unknown service."""
        known = sorted(each.key for each in self._organisation.services)
        if service is not None and service not in known:
            raise NotFound(f"there is no service {service!r}", f"Name one of {', '.join(known)}.")
        found = [
            row
            for row in self._rows(service)
            if (since is None or row.opened_at >= since) and (until is None or row.opened_at < until)
        ]
        return found[::-1]

    def _rows(self, service: str | None) -> Iterator[CaseRow]:
        after = None
        while True:
            page = self._store.cases.ls(CaseQuery(service=service, limit=PAGE, after=after))
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def tape(self, case_id: str) -> Tape:
        """Raises NotReproduced where the definition that it began with does not lead to what is recorded."""
        facts = self._store.events.of(case_id)
        start = self._store.inbox.start_of(case_id)
        if not facts or facts[0].seq != 1:
            raise NotReproduced(case_id, 1, "opened", "its first facts are not in the records")
        if start is None or start.definition is None:
            raise NotReproduced(case_id, 1, "opened", "the records do not say which definition it began with")
        return tape_of(facts, SLICE.validate_python(start.definition))

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Everybody who is known, by key; whom only the directory knows has neither manager nor department."""
        zone = self._organisation.calendars[0].zone
        contacts = {
            each.key: Person(
                key=each.key,
                name=each.name,
                addresses=(),
                roles=each.roles or (Role.REQUESTER,),
                teams=each.teams,
                zone=each.zone or zone,
            )
            for each in self._store.directory.ls()
        }
        return contacts | {person.key: person for person in self._organisation.people}

    def compared(
        self,
        changed: Organisation,
        tapes: Sequence[Tape],
        not_reproduced: Sequence[NotReproduced],
        *,
        leave_out: bool = False,
        metrics: Sequence[str] = METRICS,
        seed: int = 0,
    ) -> Compared:
        """The cases of the tapes before and after the change.

        Raises NotAllReproduced unless all cases of the scope are on tape or those that are not may be left out.
        """
        if not_reproduced and not leave_out:
            many = len(not_reproduced) + len(tapes)
            named = "; ".join(str(each) for each in not_reproduced[:NAMED])
            raise NotAllReproduced(
                f"{len(not_reproduced)} of {many} cases are not what their own definition makes of them: {named}",
                "Add --leave-out to go on without them; the answer says how many they are.",
            )
        if not tapes:
            raise NotFound("no case is in this scope that could be played", "Name another service or period.")
        return compared(
            tapes,
            Under(self._organisation, self.people),
            Under(changed, self.people),
            as_of=self._now,
            staff=[person.key for person in self.people.values() if {*person.roles} - {Role.REQUESTER}],
            metrics=metrics,
            seed=seed,
            not_reproduced=not_reproduced,
        )


def of_log(
    log: EventLog,
    names: Names,
    before: Organisation,
    after: Organisation,
    scope: Scope,
    *,
    leave_out: bool = False,
    queue: bool = False,
    seed: int = 0,
) -> Replayed:
    """The parts of the rules that an imported log says enough for.

    Raises NotAllReproduced where cases went first to another team than the rules of today say, unless these may be left
    out; NotFound where no case is in the scope.
    """
    found = replayed(log, names, before, after, scope=scope, queue=queue, seed=seed)
    if not found.cases:
        raise NotFound("no case is in this scope that could be played", "Name another service or period.")
    ways = found.routed
    if ways is not None and ways.reproduced < ways.cases and not leave_out:
        raise NotAllReproduced(
            f"{ways.cases - ways.reproduced} of {ways.cases} cases went first to another team than the rules of today "
            f"say, such as {', '.join(ways.differ)}",
            "Add --leave-out to go on without them; the answer says how many they are.",
        )
    return found
