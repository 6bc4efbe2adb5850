"""Whether today's code lives a recorded run as the code that ran it did.

The SDK's Replayer compares the kinds and the order of commands, not what is in them. Here the contents are compared
too: the facts with their times and hashes, the length of each timer, what each activity, signal and new run is given,
the answers to acts, the search attributes. A recorded object must stand in the new one; new fields may come along.
"""

import functools
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client, WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from definitions.base import Value
from definitions.facts import Fact
from office.errors import NotFound
from office.recorded import Golden, Part, facts_in, parts_of_commands, parts_of_history
from office.wire import data_converter
from worker import WORKFLOWS, runner
from workflows.cases import LISTED

MOST_TROUBLES = 5
"""Per run: one change early on changes all that follows."""


async def histories(client: Client, case_ids: Sequence[str], limit: int) -> AsyncIterator[tuple[str, WorkflowHistory]]:
    """The runs that the server keeps, newest first: all of them, or those of these cases. Raises NotFound."""
    queries = [LISTED]
    if case_ids:
        queries = [f"WorkflowId = {json.dumps(case)}" for case in case_ids]
    left = limit
    for query, case in zip(queries, case_ids or ("",), strict=True):
        before = left
        async for run in client.list_workflows(query, limit=left):
            left -= 1
            handle = client.get_workflow_handle(run.id, run_id=run.run_id)
            yield f"{run.id}/{run.run_id}", await handle.fetch_history()
        if case and left == before > 0:
            raise NotFound(f"there is no run of {case!r}", "See `jidoka runs ls`.")


class Replayed(Value):
    """How today's code lived one recorded run."""

    name: str
    events: int
    facts: int
    compared: int
    """Commands whose contents were compared with the history."""
    troubles: tuple[str, ...]


@functools.cache
def _quiet() -> Runtime:
    """The SDK's core logs to stdout, where only answers belong; what it has to say comes back as a failure."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


class Replays:
    """Replays histories, one after the other."""

    def __init__(self, workflows: Sequence[type[Any]] = WORKFLOWS) -> None:
        self._watching = _Watching(runner())
        self._replayer = Replayer(
            workflows=workflows,
            data_converter=data_converter,
            workflow_runner=self._watching,
            runtime=_quiet(),
        )

    async def of(self, run: Golden, *, others: bool = False) -> Replayed:
        """Live the run again and compare; with `others`, `run.facts` may hold those of earlier and later runs too."""
        self._watching.commands.clear()
        result = await self._replayer.replay_workflow(run.history, raise_on_replay_failure=False)
        broken = result.replay_failure is not None
        troubles = [f"it takes another course: {_reason(result.replay_failure)}"] if result.replay_failure else []
        made = facts_in(self._watching.commands)
        asked = _keyed(parts_of_commands(self._watching.commands))
        given = _keyed(parts_of_history(run.history.events))
        # Where it left the course, all that would have followed is missing; saying so would say nothing.
        troubles += _facts_differ(run.facts, made, others=others or broken)
        troubles += _contents_differ({key: given[key] for key in given if key in asked or not broken}, asked)
        return Replayed(
            name=run.name,
            events=len(run.history.events),
            facts=len(made),
            compared=len(given.keys() & asked.keys()),
            troubles=tuple(troubles[:MOST_TROUBLES]),
        )


def _reason(failure: Exception) -> str:
    """The innermost message: the SDK wraps it in the text of its own structures."""
    said = re.search(r'message: "([^"]*)"', str(failure))
    return (said.group(1) if said else str(failure).partition("\n")[0])[:300]


def _facts_differ(recorded: Sequence[Fact], made: Mapping[int, Fact], *, others: bool) -> Iterator[str]:
    for fact in recorded:
        if fact.seq not in made:
            if not others:
                yield f"fact {fact.seq} ({fact.type}) is not made any more"
            continue
        new = made[fact.seq]
        if new != fact:
            names = [name for name in Fact.model_fields if getattr(new, name) != getattr(fact, name)]
            own = [name for name in names if name not in ("hash", "prev_hash")] or names
            said = "; ".join(f"{name} was {getattr(fact, name)}, is {getattr(new, name)}" for name in own)
            yield f"fact {fact.seq} ({fact.type}): {said}"
    known = {fact.seq for fact in recorded}
    if not others:
        yield from (f"fact {seq} ({made[seq].type}) is new" for seq in sorted(made.keys() - known))


def _keyed(parts: Iterable[Part]) -> dict[tuple[str, str], Part]:
    """By kind and id, or by place: the Replayer sees to it that kinds come in the same order."""
    counts: dict[str, int] = defaultdict(int)
    keyed = {}
    for part in parts:
        counts[part.kind] += 1
        keyed[part.kind, part.id or str(counts[part.kind])] = part
    return keyed


def _contents_differ(given: Mapping[tuple[str, str], Part], asked: Mapping[tuple[str, str], Part]) -> Iterator[str]:
    for (kind, place), old in given.items():
        new = asked.get((kind, place))
        called = f"{kind} {place}" + (f" ({old.name})" if old.name else "")
        if new is None:
            yield f"{called} is not asked for any more"
        elif old.name != new.name:
            yield f"{called} is {new.name} now"
        elif where := _missing(old.content, new.content, ""):
            yield f"{called}: {where}"


def _missing(old: Any, new: Any, where: str) -> str:
    """Where the new content does not say what the old one said; empty when it does."""
    if isinstance(old, dict) and isinstance(new, dict):
        return next(
            (found for name in old if (found := _missing(old[name], new.get(name), f"{where}.{name}"))),
            "",
        )
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return next((found for n, (a, b) in pairs if (found := _missing(a, b, f"{where}[{n}]"))), "")
    return "" if old == new else f"{where.lstrip('.') or 'it'} was {_short(old)}, is {_short(new)}"


def _short(content: Any) -> str:
    said = json.dumps(content, default=str)
    return said if len(said) <= 80 else said[:77] + "..."


class _Watching(WorkflowRunner):
    """Runs workflows as another runner does and keeps the commands they give."""

    def __init__(self, inner: WorkflowRunner) -> None:
        self._inner = inner
        self.commands: list[WorkflowCommand] = []

    def prepare_workflow(self, defn: Any) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._inner.create_instance(det)
        activate = instance.activate

        def watched(act: WorkflowActivation) -> WorkflowActivationCompletion:
            completion = activate(act)
            self.commands.extend(completion.successful.commands)
            return completion

        instance.activate = watched  # type: ignore[method-assign]
        return instance

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        self._inner.set_worker_level_failure_exception_types(types)
