"""The base of every case: durable acts and news, one timer, one flush at a time, and the words an author writes with.

A process is a subclass whose `process` reads like the process itself. What makes it measurable (facts, steps, clocks,
promises, messages) comes out of using `step`, `promise`, `ask`, `automate`, `beside`, `tell` and `until`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from definitions.acts import Act, Redefine
    from definitions.base import StepKind
    from definitions.case import STEPS, SYSTEM, CaseState, Promise, Question, Receipt
    from definitions.facts import Draft
    from definitions.kinds import ACTS, NEWS, decide, opening
    from definitions.rules.base import Refused, in_time
    from definitions.rules.ending import reopening
    from definitions.rules.notices import Command, Tell
    from definitions.runs import AutomationCall, AutomationResult, StartCase
    from records.values import CaseRow
    from workflows.blocks import errands, publish
    from workflows.blocks.beside import Beside
    from workflows.blocks.flush import Flushing
    from workflows.blocks.incoming import decoded
    from workflows.blocks.journal import Journal
    from workflows.blocks.meters import count_act
    from workflows.blocks.turns import Turns


class Case:
    """Subclass it, decorate `__init__` with `@workflow.init`, and write `process`."""

    def __init__(self, start: StartCase) -> None:
        state = start.state or CaseState(id=start.case_id, kind=start.definition.kind)
        self.journal = Journal(state, start.definition)
        self.seen = dict(start.seen)
        self._fresh_after = start.fresh_after
        self._flushing = Flushing(
            self.journal,
            busy=lambda: bool(self.journal.commands or self._beside.errands),
            hurry=lambda: self.state.ended or self._wants_fresh_start(),
        )
        self._turns = Turns()
        self._mail = asyncio.Lock()
        self._beside = Beside()
        self._flush: asyncio.Task[None] | None = None
        self._resting = False
        self._shown = publish.started_with(start)

    @property
    def state(self) -> CaseState:
        """What the facts so far add up to."""
        return self.journal.state

    def begin(self, start: StartCase) -> None:
        """The first facts of this run. For `__init__`, because an act may be carried out before `run` begins."""
        now = workflow.now()
        if start.opening is not None:
            first = opening(self.state.kind, start.opening, self.journal.definition)
            self.journal.write(first, now, start.opening.at)
        elif start.reopen is not None:
            self.journal.write(reopening(start.reopen), now, start.reopen.at)
        else:
            self.journal.settle(now)

    # -- what an author writes with ------------------------------------------------------------------------------

    async def process(self) -> None:
        """The process itself. It is entered again after a fresh start, so it goes by the state."""
        raise NotImplementedError

    @asynccontextmanager
    async def step(self, name: str, kind: StepKind | None = None) -> AsyncIterator[None]:
        """A named stretch of the case; its time is counted as touch or wait by its kind."""
        if (STEPS.get(name) or kind) is None:
            raise ApplicationError(f"step {name!r} has no kind: name one of {', '.join(STEPS)} or give a kind")
        outer = self.state.step
        if outer != name:
            self.write(Draft(type="step_entered", actor=SYSTEM, step=name, data={"kind": kind and kind.value}))
        yield
        if self.state.step == name and outer != name:
            self.write(Draft(type="step_left", actor=SYSTEM, step=outer))

    def promise(self, to: str, what: str, due: datetime) -> None:
        """Remember what `to` was told will happen by `due`; it will be kept or broken."""
        made = workflow.now()
        promise = Promise.model_validate(
            {"id": f"p{self.state.seq + 1}", "to": to, "what": what, "made_at": made, "due": due}
        )
        self.write(Draft(type="promised", actor=SYSTEM, data=promise.model_dump(mode="json")))

    async def ask(self, question: Question) -> str | None:
        """Ask and wait. The answer, or None when it lapsed; reminders come by themselves."""
        if not any(q.key == question.key and q.state == "open" for q in self.state.questions):
            self.write(Draft(type="asked", actor=SYSTEM, data=question.model_dump(mode="json")))
        await self.until(lambda: self._asked(question.key).state != "open")
        return self._asked(question.key).answer

    def _asked(self, key: str) -> Question:
        return next(q for q in reversed(self.state.questions) if q.key == key)

    async def automate(self, call: AutomationCall, *, quick: bool = False) -> AutomationResult:
        """Let code do a part of the work. `quick` is for a look-up of milliseconds; it costs one history event."""
        with self._flushing.held() if quick else nullcontext():
            result = await errands.automate(call, quick=quick)
        fact = {"automation": call.automation, "outcome": result.outcome, "finding": result.finding}
        self.write(Draft(type="automated", actor=SYSTEM, data=fact))
        return result

    def beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin what the process does not wait for; the run does, before it ends or starts afresh."""
        self._beside.run(work)

    def tell(self, message: Tell) -> None:
        """Send words to a person; what became of them is remembered."""
        self.journal.commands.append(message)
        self._see_to_it()

    async def worded(self, message: Tell) -> Tell:
        """The message as it goes out. For a process that has more to say by then; those after it wait for it."""
        return message

    def write(self, *drafts: Draft, at: datetime | None = None) -> None:
        """Remember facts and all that follows from them, and show it to the Temporal UI."""
        self.journal.write(drafts, workflow.now(), at)
        self._shown = publish.show(self.journal, self._shown)
        self._see_to_it()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for people, news or time to bring `condition` about. Here a long-lived case may start afresh."""
        self._resting = True
        try:
            await workflow.wait_condition(condition)
        finally:
            self._resting = False

    # -- what keeps it going -------------------------------------------------------------------------------------

    async def live(self) -> Receipt:
        """Run the process with its timer, records and errands until the end, or go on as a new run.

        An idle case has two tasks, this one and its process: thousands of cases wait at the same time.
        """
        process = asyncio.create_task(self._whole_process())
        self._see_to_it()
        while True:
            await self._pass_time(
                lambda process=process: (  # type: ignore[misc]
                    bool(self._beside.faults)
                    or (process.done() and (self._quiet() or not self.state.ended))
                    or (self._wants_fresh_start() and self._quiet())
                )
            )
            for fault in self._beside.faults:
                raise fault
            if process.done():
                process.result()  # a fault in it is a fault of the run
            if not process.done() or self.state.ended:
                break
            # Reopened while the last messages were still under way.
            process = asyncio.create_task(self._whole_process())
        # From here to the end nothing is awaited, so that no act can slip in and be lost.
        fresh = not process.done()
        process.cancel()
        if fresh:
            workflow.continue_as_new(
                StartCase(
                    case_id=self.state.id,
                    definition=self.journal.definition,
                    state=self.state,
                    seen=self.seen,
                    fresh_after=self._fresh_after,
                )
            )
        return self.journal.receipt()

    async def _whole_process(self) -> None:
        await self.process()
        if not self.state.ended:
            raise ApplicationError("the process is over, but the case has not ended: write a fact that ends it")

    def _quiet(self) -> bool:
        """Nothing under way and everything in the records."""
        busy = self.journal.commands or self._beside.errands or self.journal.unstored
        return not busy and workflow.all_handlers_finished()

    def _wants_fresh_start(self) -> bool:
        info = workflow.info()
        if not self._resting or self.state.ended:
            return False
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._fresh_after

    async def _pass_time(self, over: Callable[[], bool]) -> None:
        """Wait until `over`, with the one timer armed for the next instant at which something follows by itself."""
        while not over():
            armed = self.journal.outlook.next_at
            left = None if armed is None else max(timedelta(0), armed - workflow.now())
            try:
                await workflow.wait_condition(
                    lambda armed=armed: over() or self.journal.outlook.next_at != armed,  # type: ignore[misc]
                    timeout=left,
                    timeout_summary=self.journal.outlook.waits_for if armed else None,
                )
            except TimeoutError:
                self.write()

    def _see_to_it(self) -> None:
        """Send off the messages that facts led to, and bring the facts into the records."""
        while self.journal.commands:
            self._beside.run(self._errand(self.journal.commands.popleft()))
        if self.journal.unstored and self._flush is None:
            self._flush = self._beside.begin(self._flushing.flow(), self._flushed)

    def _flushed(self) -> None:
        self._flush = None
        self._see_to_it()  # a fact may have come between its last look and now

    async def _errand(self, command: Command) -> None:
        if isinstance(command, Tell):
            async with self._mail:  # one conversation: the second message never overtakes the first
                drafts = await errands.carry_out(await self.worded(command), self.journal)
        else:
            drafts = await errands.carry_out(command, self.journal)
        self.write(*drafts)

    # -- what comes in -------------------------------------------------------------------------------------------

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Receipt:
        """Carry out an act of a person; the same update id is carried out once, even across runs."""
        act = decoded(ACTS, name, args)
        await self._turns.for_act()
        info = workflow.current_update_info()
        if info is not None and info.id in self.seen:
            return self.journal.receipt()
        drafts = self._decide(name, act)  # again: what came with it may have changed the answer
        if isinstance(act, Redefine):
            self.journal.definition = act.definition
        self.write(*drafts, at=getattr(act, "at", None))
        if info is not None:
            self.seen[info.id] = self.state.seq
        count_act(self.state.kind, name, "done")
        return self.journal.receipt()

    @act.validator
    def _fits(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse before anything is written."""
        act = decoded(ACTS, name, args)
        info = workflow.current_update_info()
        if info is None or info.id not in self.seen:
            self._decide(name, act)

    def _decide(self, name: str, act: Act) -> tuple[Draft, ...]:
        now = workflow.now()
        try:
            in_time(act, self.state, now)
            return decide(act, self.state, self.journal.definition, now)
        except Refused as refusal:
            count_act(self.state.kind, name, "refused")
            raise ApplicationError(str(refusal), type="Refused", non_retryable=True) from None

    @workflow.signal(dynamic=True)
    async def hear(self, name: str, args: Sequence[RawValue]) -> None:
        """Take in news; it cannot be refused, what does not fit is remembered as such."""
        await self._turns.for_news()
        if name not in NEWS:
            self.write(Draft(type="not_understood", actor=SYSTEM, data={"signal": name[:100]}))
            return
        try:
            news = decoded(NEWS, name, args)
            self.write(*decide(news, self.state, self.journal.definition, workflow.now()))
        except (Refused, ApplicationError) as refusal:
            self.write(Draft(type="ignored", actor=SYSTEM, data={"news": name, "reason": str(refusal)[:300]}))

    @workflow.query
    def journal_lines(self) -> list[str]:
        """Every fact of this run as JSON; what `log rebuild` reads."""
        return self.journal.lines

    @workflow.query
    def row(self) -> CaseRow | None:
        """The case row as this run last wrote it, or would write it now; None before its first fact."""
        if not self.journal.unstored:
            return self.journal.stored_row
        return self.journal.row(workflow.now())

    @workflow.query
    def view(self, now: datetime) -> dict[str, Any]:
        """The state, the ledgers and the facts not yet in the records, at `now` (a run's own time stands still)."""
        return publish.view(self.journal, max(now, workflow.now()))
