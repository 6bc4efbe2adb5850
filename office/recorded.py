"""Recorded runs: the files they lie in, and what a run asked of the world, by its history and by its commands."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory

from definitions.facts import Fact

SUFFIX = ".json.gz"
FLUSH = "records.flush"


class Golden(NamedTuple):
    """A recorded run: its history, and the journal it made."""

    name: str
    history: WorkflowHistory
    facts: tuple[Fact, ...]

    def write(self, folder: Path) -> Path:
        """One small file; the same run gives the same bytes."""
        plain = {
            "workflow_id": self.history.workflow_id,
            "history": json.loads(self.history.to_json()),
            "journal": [fact.model_dump(mode="json", exclude_defaults=True) for fact in self.facts],
        }
        path = folder / f"{self.name}{SUFFIX}"
        path.write_bytes(gzip.compress(json.dumps(plain, separators=(",", ":"), sort_keys=True).encode(), 9, mtime=0))
        return path


def golden(path: Path) -> Golden:
    """Read one. Raises ValueError for a file that holds no recorded run."""
    try:
        plain = json.loads(gzip.decompress(path.read_bytes()))
        history = WorkflowHistory.from_json(plain["workflow_id"], plain["history"])
        facts = tuple(Fact.model_validate(line) for line in plain["journal"])
    except (OSError, EOFError, KeyError, TypeError) as wrong:
        raise ValueError(f"{path} holds no recorded run: {wrong!r}") from wrong
    return Golden(path.name.removesuffix(SUFFIX), history, facts)


class Part(NamedTuple):
    """One thing that a run asked of the world."""

    kind: str
    id: str
    """Given by the run itself; empty for what has only its place among its kind."""
    name: str
    content: Any


def facts_in(commands: Iterable[WorkflowCommand]) -> dict[int, Fact]:
    """The facts that a run gave to the records, by number."""
    found: dict[int, Fact] = {}
    for command in commands:
        local = command.schedule_local_activity
        if local.activity_type == FLUSH:
            facts = _plain(local.arguments[0])["facts"]
            found |= {fact.seq: fact for fact in (Fact.model_validate(each) for each in facts)}
    return found


def _plain(payload: Payload) -> Any:
    return json.loads(payload.data) if payload.metadata["encoding"] == b"json/plain" else payload.data.hex()


def _all(payloads: Iterable[Payload]) -> list[Any]:
    return [_plain(payload) for payload in payloads]


def parts_of_commands(commands: Iterable[WorkflowCommand]) -> Iterator[Part]:
    """What code asks for."""
    for command in commands:
        match command.WhichOneof("variant"):
            case "start_timer":
                span = command.start_timer.start_to_fire_timeout
                yield Part("timer", str(command.start_timer.seq), "", max(span.ToMilliseconds(), 1))
            case "schedule_activity":
                activity = command.schedule_activity
                yield Part("activity", activity.activity_id, activity.activity_type, _all(activity.arguments))
            case "signal_external_workflow_execution":
                signal = command.signal_external_workflow_execution
                yield Part(
                    "signal", "", signal.signal_name, [signal.workflow_execution.workflow_id, *_all(signal.args)]
                )
            case "update_response" if command.update_response.HasField("completed"):
                yield Part("answer", "", "", [_plain(command.update_response.completed)])
            case "upsert_workflow_search_attributes":
                fields = command.upsert_workflow_search_attributes.search_attributes.indexed_fields
                yield Part("search attributes", "", "", {name: _plain(fields[name]) for name in fields})
            case "continue_as_new_workflow_execution":
                yield Part("new run", "", "", _all(command.continue_as_new_workflow_execution.arguments))
            case "complete_workflow_execution":
                yield Part("result", "", "", [_plain(command.complete_workflow_execution.result)])
            case _:
                pass


def parts_of_history(events: Iterable[HistoryEvent]) -> Iterator[Part]:
    """What was asked for when it ran."""
    for event in events:
        match EventType.Name(event.event_type).removeprefix("EVENT_TYPE_"):
            case "TIMER_STARTED":
                timer = event.timer_started_event_attributes
                yield Part("timer", timer.timer_id, "", timer.start_to_fire_timeout.ToMilliseconds())
            case "ACTIVITY_TASK_SCHEDULED":
                activity = event.activity_task_scheduled_event_attributes
                yield Part("activity", activity.activity_id, activity.activity_type.name, _all(activity.input.payloads))
            case "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED":
                signal = event.signal_external_workflow_execution_initiated_event_attributes
                target = signal.workflow_execution.workflow_id
                yield Part("signal", "", signal.signal_name, [target, *_all(signal.input.payloads)])
            case "WORKFLOW_EXECUTION_UPDATE_COMPLETED":
                outcome = event.workflow_execution_update_completed_event_attributes.outcome
                if outcome.HasField("success"):
                    yield Part("answer", "", "", _all(outcome.success.payloads))
            case "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES":
                upsert = event.upsert_workflow_search_attributes_event_attributes
                fields = upsert.search_attributes.indexed_fields
                yield Part("search attributes", "", "", {name: _plain(fields[name]) for name in fields})
            case "WORKFLOW_EXECUTION_CONTINUED_AS_NEW":
                again = event.workflow_execution_continued_as_new_event_attributes
                yield Part("new run", "", "", _all(again.input.payloads))
            case "WORKFLOW_EXECUTION_COMPLETED":
                done = event.workflow_execution_completed_event_attributes
                yield Part("result", "", "", _all(done.result.payloads))
            case _:
                pass
