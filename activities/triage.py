"""All that is looked up for a new case, in one local activity of milliseconds."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pydantic import JsonValue

from definitions.runs import AutomationCall, AutomationResult

log = logging.getLogger("jidoka.triage")


class Seen(NamedTuple):
    """What one look found: for the rules, and in a sentence for people (empty: nothing to say)."""

    data: JsonValue
    finding: str = ""


Look = Callable[[AutomationCall], Seen | None]
"""Finds something for the case of this call, or nothing. Runs in a thread; reads only."""


class LookAround:
    """Looks one after another; one that fails takes nothing from the others. `looks`: field of `Findings` -> look."""

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = looks

    async def __call__(self, call: AutomationCall) -> AutomationResult:
        """What was found in `data`, by field of `definitions.findings.Findings`."""
        return await asyncio.to_thread(self._all, call)

    def _all(self, call: AutomationCall) -> AutomationResult:
        data: dict[str, JsonValue] = {}
        said: list[str] = []
        for name, look in self._looks.items():
            try:
                seen = look(call)
            except Exception as trouble:  # triage goes on without: a case must find its team whatever is away
                log.exception("the look for %s failed on %s", name, call.case_id)
                said.append(f"{name} could not be looked up ({type(trouble).__name__})")
                continue
            if seen is not None:
                data[name] = seen.data
                said += [seen.finding] if seen.finding else []
        return AutomationResult(outcome="done" if data else "nothing", finding="; ".join(said), data=data)
