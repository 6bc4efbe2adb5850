"""The page of a cycle goes to those concerned: those in it, those who gave an idea for it, whom its team names."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.cycle_page import NEWS, REPORT
from definitions.base import Value, digest
from definitions.case import CaseState
from definitions.cycle.rules import cycle_of
from definitions.facts import TextRef
from definitions.feedback.state import Tone
from definitions.people import Action, Actor, Door, Object
from definitions.rights import may
from definitions.runs import Sent, TellMessage
from definitions.standards import InForce
from office.access import allow
from office.courier import Courier, unreachable
from office.cycles import Cycles
from office.ideas import Ideas
from office.identity import Identity
from records.store import Store
from records.values import CaseQuery
from settings import Clock
from workflows.letters import LettersWorkflow

A_YEAR = timedelta(days=365)
LATEST = 1_000
"""Feedback of a service that is looked through."""
MOST = 100
"""People in one sending: it is news for those concerned, no circular."""


class Reader(Value):
    """Somebody whom the page concerns."""

    person: str
    why: str
    whole: bool
    """The page itself is for whoever may see the cycle; others get its gist."""


class CyclePublishing:
    """Sends pages."""

    def __init__(
        self,
        store: Store,
        standard: InForce,
        clock: Clock,
        identity: Identity,
        courier: Courier,
        cycles: Cycles,
        ideas: Ideas,
    ) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._identity, self._courier, self._cycles, self._ideas = identity, courier, cycles, ideas

    def readers(
        self, case_id: str, actor: Actor, named: Sequence[str] = (), *, complained: bool = False
    ) -> tuple[Reader, ...]:
        """To whom it would go, each once, whoever asks left out; with `complained`, also those who did.

        Raises NotFound, NotAllowed.
        """
        state = self._cycles.state(case_id)
        _allow(actor, state)
        whys: dict[str, str] = {}
        for person, why in self._concerned(state, [self._identity.person(who) for who in named]):
            whys.setdefault(person, why)
        for person in self._complained(state) if complained else ():
            whys.setdefault(person, "complained about it")
        whys.pop(actor.person, None)
        return tuple(
            Reader(person=person, why=why, whole=self._sees(person, state)) for person, why in list(whys.items())[:MOST]
        )

    async def send(
        self,
        case_id: str,
        actor: Actor,
        readers: Sequence[Reader],
        note: TextRef | None = None,
        *,
        key: str | None = None,
    ) -> list[Sent]:
        """What became of each letter; with `key`, repeating it sends nothing more.

        Raises NotFound, NotAllowed, Unreachable.
        """
        state = await asyncio.to_thread(self._cycles.state, case_id)
        _allow(actor, state)
        messages = [
            TellMessage(
                case_id=case_id,
                template=REPORT if reader.whole else NEWS,
                to=reader.person,
                by=actor.person,
                service=state.service,
                priority=state.priority,
                at=self._clock(),
                title=state.title,
                text=note,
                team=state.team,
            )
            for reader in readers
        ]
        if not messages:
            return []
        once = digest([actor.person, key])[:16] if key else secrets.token_hex(8)
        return await self._sent(await self._courier.client(), f"letters/{case_id}/{once}", messages)

    async def _sent(self, client: Client, run_id: str, messages: list[TellMessage]) -> list[Sent]:
        try:
            handle = await client.start_workflow(
                LettersWorkflow.run,
                messages,
                id=run_id,
                task_queue=self._courier.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"{len(messages)} letters",
            )
            return await handle.result()
        except WorkflowAlreadyStartedError:
            again: list[Sent] = await client.get_workflow_handle(run_id, result_type=list[Sent]).result()
            return again
        except RPCError as error:
            raise unreachable(error) from error

    def _concerned(self, state: CaseState, named: Sequence[str]) -> Iterator[tuple[str, str]]:
        charter = cycle_of(state).charter
        yield state.assignee or charter.lead, "leads the cycle"
        if charter.sponsor:
            yield charter.sponsor, "stands for it"
        yield from ((member.person, "is in its team") for member in charter.team)
        # A team may be no more; then nobody leads it.
        yield from (
            (team.lead, f"leads the team {team.key}") for team in self._standard().teams if team.key == charter.owner
        )
        yield from ((person, "gave an idea for it") for person in self._ideas.givers(state.id))
        yield from ((person, "was named") for person in named)

    def _complained(self, state: CaseState) -> Iterator[str]:
        """Who gave a complaint of the scope by name, in the year before it began or since."""
        scope, begun = cycle_of(state).charter.scope, state.opened_at or self._clock()
        for service in scope.services:
            for row in self._store.cases.ls(CaseQuery(kind="feedback", service=service, limit=LATEST)).rows:
                told = CaseState.model_validate(row.state_json).feedback
                ours = not scope.categories or row.category in scope.categories
                complaint = told is not None and told.tone is Tone.COMPLAINT
                if ours and complaint and row.requester is not None and row.opened_at > begun - A_YEAR:
                    yield row.requester

    def _sees(self, person: str, state: CaseState) -> bool:
        reader = self._identity.actor(person, Door.CLI, verified=True)
        return may(reader, Action.SHOW, _object(state)).allowed


def _allow(actor: Actor, state: CaseState) -> None:
    """Raise NotAllowed unless the actor takes part and works here: who complained or had an idea is not for others."""
    for action in (Action.CYCLE, Action.SHOW_INTERNAL):
        allow(actor, action, _object(state))


def _object(state: CaseState) -> Object:
    return Object(kind="case", id=state.id, team=state.team, participants=cycle_of(state).charter.people)
