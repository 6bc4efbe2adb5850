"""What the tests of automations run them with."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import JsonValue

from activities.automation.building import code_of, known_code
from activities.automation.guarded import Guarded, Tools
from activities.automation.reach import Reach
from activities.automation.secrets import Safe
from definitions.automations import AutomationDefinition
from definitions.runs import AutomationCall, AutomationResult
from records.store import Store
from settings import system_clock

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
SEED = "the seed of this installation"


class Letters:
    """Keeps what was handed over; the same key once."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, str]] = {}

    async def hand_over(self, to: str, subject: str, words: str, key: str) -> None:
        self.sent.setdefault(key, (to, words))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **span: float) -> None:
        self.now += timedelta(**span)


class Bench:
    """A store, and automations run as the worker runs them."""

    def __init__(self, store: Store, kept: Mapping[str, str]) -> None:
        self.store, self.letters, self.kept = store, Letters(), {**kept}

    def guarded(
        self,
        does: str,
        *,
        allow: frozenset[str] = LOOPBACK,
        inputs: Mapping[str, JsonValue] | None = None,
        **more: object,
    ) -> Guarded:
        known = known_code()
        definition = AutomationDefinition.model_validate(
            {"key": does, "title": does, "does": does, "owner": "network", "risk": known[does].risk} | more
        )
        return Guarded(definition, code_of(definition, known), self.tools(allow), inputs)

    def tools(self, allow: frozenset[str] = LOOPBACK) -> Tools:
        """As the worker has them, but for the post."""
        return Tools(
            book=self.store.automations,
            clock=system_clock,
            reach=Reach(allow),
            post=self.letters,
            safe=lambda: Safe(self.kept, SEED),
        )

    async def run(self, does: str, given: Mapping[str, JsonValue], /, **more: object) -> AutomationResult:
        """Once, for a case of its own."""
        case_id = f"INC-{len(self.store.automations.runs()) + 1}"
        guarded = self.guarded(does, **more)  # type: ignore[arg-type]
        return await guarded(AutomationCall(automation=does, case_id=case_id, inputs={**given}))


def opened(folder: Path, template: Path, clock: Clock) -> Store:
    """A store on a copy of an empty database."""
    shutil.copy(template, folder / "jidoka.db")
    return Store(f"sqlite:///{folder / 'jidoka.db'}", folder / "blobs", clock)
