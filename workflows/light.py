"""Runs that keep no more of their start than they need.

A run's start reaches Python as one protobuf message, and whoever holds a part of it holds all of its memory. The SDK
holds two parts for as long as the run is in the cache, the headers and the result of an earlier run, both empty as a
rule: of an input of 10 KiB they kept 57. Here both are copied, and the message is free to go.
"""

from dataclasses import replace
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.worker import (
    ExecuteWorkflowInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
)


class LightRunner(UnsandboxedWorkflowRunner):
    """Without the SDK's sandbox; what keeps workflows deterministic instead: docs/decisions/0009-no-sandbox.md."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """One run."""
        earlier = Payloads()
        earlier.CopyFrom(det.last_completion_result)
        around: list[type[WorkflowInboundInterceptor]] = [_Lighter, *det.interceptor_classes]
        return super().create_instance(replace(det, last_completion_result=earlier, interceptor_classes=around))


class _Lighter(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        input.headers = dict(input.headers)
        return await super().execute_workflow(input)
