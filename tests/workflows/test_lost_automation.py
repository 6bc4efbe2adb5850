"""What a run takes for the outcome of an automation that never came back."""

import pytest
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError, TimeoutType

from definitions.runs import AutomationCall
from workflows.blocks import errands


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (TimeoutError("no sign of life", type=TimeoutType.HEARTBEAT, last_heartbeat_details=[]), "unknown"),
        (ApplicationError("this worker has no such automation"), "failed"),
    ],
)
async def test_whose_end_nobody_heard_of_may_have_had_its_effect(
    cause: FailureError, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise ActivityError(
            "over", scheduled_event_id=1, started_event_id=2, identity="", activity_type="automations.run",
            activity_id="1", retry_state=None,
        ) from cause  # fmt: skip

    monkeypatch.setattr(workflow, "execute_activity_method", lost)

    result = await errands.automate(AutomationCall(automation="switch", case_id="REQ-1"), quick=False)

    assert (result.outcome, result.finding) == (outcome, str(cause))
