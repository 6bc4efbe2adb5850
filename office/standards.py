"""The standard of this installation: followed by everything that serves new cases, moved on by accepting a change."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from math import inf

from definitions.base import Value
from definitions.change import Change, ChangeRefused, applied, rebased
from definitions.change_between import between
from definitions.organisation import Organisation
from definitions.standards import How, Standard, accepted_for, carried_over, in_force, reversal, taken_back_by
from office.trials import Hindered, Trials
from records.errors import Conflict, RecordsError
from records.store import Store
from settings import Clock

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How long an answer of the records holds: so late a process follows what another has accepted."""
PATIENCE_S = 0.1
"""How long anybody waits for that answer. It is asked for in the middle of serving people: what was in force a moment
ago is better for them than records that hang.
"""
AWAY_S = 5.0
"""How long the records are left alone when they are away."""
TRIES = 5


class Next(Value):
    """The next standard: worked out and checked, not accepted yet."""

    number: int
    how: How
    change: Change
    was: Organisation
    becomes: Organisation
    cycle: str | None = None
    reverts: int | None = None
    hinders: tuple[Hindered, ...] = ()
    """Trials that it spoils: the experiments among them end with it, a cycle is for its lead to stop."""


class Standards:
    """Those of one installation. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        code: Organisation,
        clock: Clock,
        *,
        ticks: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_S,
    ) -> None:
        """`code` is the organisation as it is written; `ticks` counts seconds."""
        self._store, self.code, self._clock, self._ticks, self._patience = store, code, clock, ticks, patience
        self._trials = Trials(store, clock)
        self._asking = threading.Lock()
        self._known: tuple[int, Organisation] | None = None
        self._asks_at = -inf

    # -- following -----------------------------------------------------------------------------------------------

    def organisation(self) -> Organisation:
        """The standard in force, at most `EVERY_S` old.

        The first time raises ChangeRefused or RecordsError where it cannot be had. Afterwards the last good one stays,
        and the log says so: whoever is served must not wait for what somebody else has to mend.
        """
        if self._known is None:
            with self._asking:
                return (self._known or self._asked())[1]
        if self._ticks() >= self._asks_at and self._asking.acquire(blocking=False):
            answered = threading.Event()
            threading.Thread(target=self._ask, args=(answered,), daemon=True).start()
            answered.wait(self._patience)
        return self._known[1]

    def _ask(self, answered: threading.Event) -> None:
        try:
            if self._ticks() >= self._asks_at:  # nobody else has just had the answer
                self._asked()
        finally:
            self._asking.release()
            answered.set()

    def _asked(self) -> tuple[int, Organisation]:
        known, wait = self._known, EVERY_S
        try:
            latest = self._store.standards.latest()
            if known is None or latest != known[0]:
                known = (latest, in_force(self.code, self.history()))
        except RecordsError as away:
            if known is None:
                raise
            wait = AWAY_S
            log.warning("the standard %s stays in force: %s", known[1].version, away.message)
        except ChangeRefused as refused:
            if known is None:
                raise
            known = (latest, known[1])
            log.error("the standard %s stays in force: %s %s", known[1].version, refused.message, refused.hint)
        self._known, self._asks_at = known, self._ticks() + wait
        return known

    def history(self) -> tuple[Standard, ...]:
        """Every change that was accepted, in order."""
        return self._store.standards.ls()

    # -- what would be -------------------------------------------------------------------------------------------

    def proposed(self, change: Change, cycle: str | None = None, *, carry: bool = False) -> Next:
        """The standard with this change. Raises ChangeRefused where it does not fit, or would spoil an experiment.

        It is kept as `between` writes it, however it was written: so it can be carried over, and found in the code.
        The change of a cycle is carried over to what is in force by now, as it was while it was tried; any other only
        with `carry`: who accepts it has seen what it does to one version. The cycle's own experiment is over by then.
        """
        history, now = self.history(), self._clock()
        was = in_force(self.code, history)
        change = rebased(change, was, now) if carry or cycle is not None else change
        becomes = applied(was, change, now)
        if cycle is not None and becomes.people != was.people:
            raise ChangeRefused(
                "A cycle changes how work is done, never who may do what.",
                "Let an administrator accept what concerns people: `jidoka definitions accept`.",
            )
        if becomes.version == was.version:
            raise ChangeRefused("The change alters nothing.", "What it asks for is in force already.")
        for found in (
            *self._trials.hindered(change, becomes, but=cycle),
            *self._trials.undecided(history, change, but=cycle),
        ):
            raise ChangeRefused(
                f"The {found.kind} {found.key} runs, and {found.why}.",
                f"Wait for its verdict, or stop it: `jidoka {found.kind} stop {found.key} --reason ...`.",
            )
        return Next(
            number=_after(history), how=How.ACCEPTED, change=between(was, becomes, change.why),
            was=was, becomes=becomes, cycle=cycle,
        )  # fmt: skip

    def taken_back(self, number: int, why: str, cycle: str | None = None) -> Next:
        """The standard without the change of this number. Raises ChangeRefused where a later change stands on it.

        Going back must always be possible: experiments that it spoils do not hinder it, they end.
        """
        history = self.history()
        if (back := taken_back_by(history, number)) is not None:
            raise ChangeRefused(
                f"Change {number} was taken back already by change {back.number}.",
                "To have it again, accept it again.",
            )
        change = reversal(self.code, history, number, why)
        was = in_force(self.code, history)
        becomes = applied(was, change, self._clock())
        return Next(
            number=_after(history), how=How.REVERTED, change=change, was=was, becomes=becomes, cycle=cycle,
            reverts=number,
            hinders=(
                *self._trials.hindered(change, becomes), *self._trials.undecided(history, change, but=cycle),
            ),
        )  # fmt: skip

    def carried(self, why: str) -> Next:
        """All that was accepted, on definitions in the code that have moved on. Raises ChangeRefused, naming what
        does not fit any more, and where there is nothing to carry over.
        """
        history = self.history()
        try:
            in_force(self.code, history)
        except ChangeRefused:
            change = carried_over(self.code, history, why)
        else:
            raise ChangeRefused("There is nothing to carry over.", "What was accepted fits the code as it is.")
        becomes = applied(self.code, change, self._clock())
        return Next(
            number=_after(history), how=How.REBASED, change=change, was=self.code, becomes=becomes,
            hinders=self._trials.hindered(None, becomes),
        )  # fmt: skip

    # -- moving on -----------------------------------------------------------------------------------------------

    def accept(self, change: Change, by: str, cycle: str | None = None, *, carry: bool = False) -> Standard:
        """Make it the standard, for whoever was allowed to; once for each cycle. Raises as `proposed`."""

        def decide() -> Standard | Next:
            stands = accepted_for(self.history(), cycle, change) if cycle is not None else None
            return stands or self.proposed(change, cycle, carry=carry)

        return self._first(decide, by)

    def revert(self, number: int, why: str, by: str, cycle: str | None = None) -> Standard:
        """Take it back, for whoever was allowed to; once. Raises as `taken_back`."""
        return self._first(lambda: taken_back_by(self.history(), number) or self.taken_back(number, why, cycle), by)

    def rebase(self, why: str, by: str) -> Standard:
        """Carry everything over to new definitions in the code, for whoever was allowed to. Raises as `carried`."""
        return self._first(lambda: self.carried(why), by)

    def take(self, found: Next, by: str) -> Standard:
        """Accept exactly this. Raises Conflict when another was accepted meanwhile; nothing is changed then."""
        standard = self._store.standards.add(
            found.change, found.becomes.version, after=found.number - 1, by=by,
            how=found.how, reverts=found.reverts, cycle=found.cycle,
        )  # fmt: skip
        with self._asking:
            self._known, self._asks_at = (standard.number, found.becomes), self._ticks() + EVERY_S
        if found.was.people != found.becomes.people:
            self._store.directory.sync(found.becomes.people)
        for spoilt in (each for each in found.hinders if each.kind == "experiment"):
            with contextlib.suppress(Conflict):  # it has just ended by itself
                self._store.experiments.stop(spoilt.key, by, f"change {standard.number}: {spoilt.why}")
        return standard

    def _first(self, decide: Callable[[], Standard | Next], by: str) -> Standard:
        """Who comes second decides anew, on what is in force by then."""
        tries = TRIES
        while True:
            found = decide()
            if isinstance(found, Standard):
                return found
            try:
                return self.take(found, by)
            except Conflict:
                tries -= 1
                if not tries:
                    raise


def _after(history: Sequence[Standard]) -> int:
    return history[-1].number + 1 if history else 1
