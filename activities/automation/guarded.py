"""Around every run: what it may be given, whether it may run now, one effect per key, a time limit, no secret out."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError
from temporalio import activity

from activities.automation.code import Code, Failed, HalfDone, Report, Run
from activities.automation.post import Post
from activities.automation.reach import Reach
from activities.automation.secrets import Safe
from definitions.automations import AutomationDefinition
from definitions.base import Value, canonical
from definitions.runs import AutomationCall, AutomationResult
from records.automations import AutomationRun, Automations, Outcome
from records.values import Clock

CHECK_S = 30
"""How long it may look whether what it did holds."""
MOST_TEXT = 2_000
"""Characters of a finding: it stands in the case's history."""
MOST_DATA = 8_000
"""Bytes of a report's data, for the same reason."""
HELD = {True: "Looked afterwards: it holds.", False: "Looked afterwards: it does not hold. Next: finish it by hand."}

log = logging.getLogger("jidoka.automation")


@dataclass(frozen=True)
class Tools:
    """What all automations of a worker share."""

    book: Automations
    clock: Clock
    reach: Reach
    post: Post
    safe: Callable[[], Safe]
    """A new one for each run."""


class Guarded:
    """One automation as the worker runs it. It never raises for a failed run: a person takes over by what it says."""

    def __init__(
        self, definition: AutomationDefinition, code: Code, tools: Tools, inputs: Mapping[str, JsonValue] | None = None
    ) -> None:
        self._definition, self._code, self._tools = definition, code, tools
        # Where it runs says where its servers are; what a case brings along never overrides either.
        self._fixed = {**definition.inputs, **(inputs or {})}

    async def __call__(self, call: AutomationCall) -> AutomationResult:
        """One attempt. Raises only when records cannot be used, or when it is cancelled: then it is tried again."""
        safe = self._tools.safe()
        try:
            given = self._given(call.inputs)
        except Failed as bad:
            return _result("failed", _said(bad, safe))
        if call.mode == "dry_run":
            return await self._dry_run(given, self._run("dry run", call, safe))
        if (missing := self._unasked(call)) is not None:
            return _result("refused", missing)
        key, case_id = self._key(call), call.case_id or None
        begun = await asyncio.to_thread(self._tools.book.begin, self._definition, key, case_id)
        if begun.run is None:
            return _result("refused", f"{begun.reason}. Next: do it by hand.")
        if begun.how == "over":
            return _as_before(begun.run)
        run = self._run(key, call, safe)
        outcome, text, data = await self._carried_out(call, given, run, again=begun.how == "again")
        over = await asyncio.to_thread(self._tools.book.end, self._definition, key, outcome, text, data)
        return _as_before(over)

    def _given(self, inputs: Mapping[str, JsonValue]) -> Value:
        if both := sorted(self._fixed.keys() & inputs.keys()):
            raise Failed(f"{', '.join(both)} of {self._definition.key} is fixed", "Leave it out.")
        try:
            return self._code.takes.model_validate({**self._fixed, **inputs})
        except ValidationError as bad:
            # Names and rules only: a value may be a secret that somebody typed where a reference belongs.
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in bad.errors(include_input=False))
            raise Failed(
                f"what {self._definition.key} was given does not fit ({wrong})",
                f"See `jidoka automation show {self._definition.key}`.",
            ) from None

    def _unasked(self, call: AutomationCall) -> str | None:
        if self._definition.consent and call.consent_by is None:
            return f"{self._definition.key} needs the consent of the person it is about. Next: ask them."
        if self._definition.needs_approval and call.approved_by is None:
            return f"{self._definition.key} needs an approval. Next: ask {self._definition.owner}."
        return None

    def _key(self, call: AutomationCall) -> str:
        """One for each effect on a case; what only looks may look again whenever it is asked to."""
        parts = [call.case_id or "-", self._definition.key, call.step or "-", call.mode]
        if not self._code.has_effect and activity.in_activity():
            info = activity.info()
            parts += [info.workflow_run_id or "-", info.activity_id]
        return "/".join(parts)

    def _run(self, key: str, call: AutomationCall, safe: Safe) -> Run:
        tools = self._tools
        # What undoes a run derives the secrets of the run.
        key = key.removesuffix("/undo") + "/run" if call.mode == "undo" else key
        return Run(key, call.case_id or None, tools.clock, tools.reach, safe, tools.post)

    async def _dry_run(self, given: Value, run: Run) -> AutomationResult:
        try:
            async with asyncio.timeout(self._definition.timeout_s):
                report = await self._code.automation.dry_run(given, run)
        except Failed as failed:
            return _result("failed", _said(failed, run.safe))
        except TimeoutError:
            return _result("failed", self._too_slow())
        return _result("nothing", run.safe.redacted(report.text))

    async def _carried_out(
        self, call: AutomationCall, given: Value, run: Run, *, again: bool
    ) -> tuple[Outcome, str, dict[str, JsonValue]]:
        work = self._code.automation
        in_doubt: Outcome = "unknown" if self._code.has_effect else "failed"
        try:
            async with asyncio.timeout(self._definition.timeout_s):
                report: Report | None = None
                if call.mode == "undo":
                    report = await work.undo(given, run)
                elif again and self._code.has_effect:
                    try:
                        report = await work.happened(given, run)
                    except Failed as unclear:
                        return "unknown", _said(unclear, run.safe), {}
                report = report or await work.run(given, run)
        except Failed as failed:
            return (in_doubt if isinstance(failed, HalfDone) else "failed"), _said(failed, run.safe), {}
        except TimeoutError:
            return in_doubt, self._too_slow(), {}
        except Exception as error:  # a bug or a surprise of the library: the person who takes over must hear of it
            what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            said = f"{self._definition.key} broke off ({run.safe.redacted(what)[:300]}). Next: do it by hand"
            return (
                in_doubt,
                f"{said}; look first whether it had an effect." if self._code.has_effect else f"{said}.",
                {},
            )
        said, data = run.safe.redacted(report.text)[:MOST_TEXT], _clean(report, run.safe)
        held = await self._held(given, run) if call.mode == "run" else None
        if held is None:
            return "done", said, data
        return "done", f"{said} {HELD[held]}", data | {"verified": held}

    async def _held(self, given: Value, run: Run) -> bool | None:
        """Whether what was done has its effect; what cannot be looked at does not count as done."""
        try:
            async with asyncio.timeout(CHECK_S):
                return await self._code.automation.holds(given, run)
        except (Failed, TimeoutError):
            return False
        except Exception:  # a bug of the look: what was done stays done, a person looks
            log.exception("%s could not look whether it holds", self._definition.key)
            return False

    def _too_slow(self) -> str:
        said = f"{self._definition.key} was not done in {self._definition.timeout_s} s. Next: do it by hand"
        return f"{said}; look first whether it had an effect." if self._code.has_effect else f"{said}."


def _said(failed: Failed, safe: Safe) -> str:
    return safe.redacted(f"{failed.verdict}: {failed.message}. Next: {failed.hint}")[:MOST_TEXT]


def _clean(report: Report, safe: Safe) -> dict[str, JsonValue]:
    """The report as data without secrets, whatever its author put into it."""
    plain = {name: _hidden(value, safe) for name, value in report.model_dump(mode="json").items()}
    return plain if len(canonical(plain)) <= MOST_DATA else {"left_out": f"more than {MOST_DATA} bytes"}


def _hidden(value: JsonValue, safe: Safe) -> JsonValue:
    if isinstance(value, str):
        return safe.redacted(value)
    if isinstance(value, list):
        return [_hidden(item, safe) for item in value]
    if isinstance(value, dict):
        return {name: _hidden(item, safe) for name, item in value.items()}
    return value


def _result(outcome: str, finding: str) -> AutomationResult:
    return AutomationResult(outcome=outcome, finding=finding[:MOST_TEXT])


def _as_before(run: AutomationRun) -> AutomationResult:
    return AutomationResult(outcome=run.state, finding=run.finding or "", data=run.data or {})
