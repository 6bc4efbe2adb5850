"""Automations: code that does a part of the support work. One entry, a registry of named ones behind it."""

from collections.abc import Awaitable, Callable, Mapping

from temporalio import activity
from temporalio.exceptions import ApplicationError

from definitions.runs import AutomationCall, AutomationResult

Automation = Callable[[AutomationCall], Awaitable[AutomationResult]]


class AutomationActivities:
    """Runs automations by key."""

    def __init__(self, registry: Callable[[], Mapping[str, Automation]]) -> None:
        """`registry` gives those of the moment by key."""
        self._registry = registry

    @activity.defn(name="automations.run")
    async def run(self, call: AutomationCall) -> AutomationResult:
        """One run. Raises, without retry, for an automation that this worker does not have."""
        registry = self._registry()
        automation = registry.get(call.automation)
        if automation is None:
            known = ", ".join(sorted(registry)) or "none"
            raise ApplicationError(
                f"this worker has no automation {call.automation!r}; it has {known}",
                type="UnknownAutomation",
                non_retryable=True,
            )
        return await automation(call)
