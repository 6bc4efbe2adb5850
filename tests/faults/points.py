"""Where a worker can be killed: each point kills it with SIGKILL, once for each message or batch of facts."""

import hashlib
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from activities.mail.transport import MaildirTransport, Sent
from records.store import Store
from records.values import Flush

POINTS = (
    "before the claim",
    "after the claim, which says sending, before the effect",
    "within the effect: the file is written and has no name yet",
    "after the effect, before it is marked as sent",
    "after it is marked as sent, before the activity completes",
    "after the claim, and again after the second attempt says sending",
    "before what became of it is written to the event log",
    "after what became of it is written to the event log",
)

AUTOMATION_POINTS = (
    "after an automation is let in, before its effect",
    "after the effect of an automation, before it is remembered",
    "after the effect of an automation is remembered, before the activity completes",
)


class Killer:
    """Kills its own process at a point; a mark on disk says that it was done, so that the next process lives on."""

    def __init__(self, point: str, marks: Path) -> None:
        self.point, self._marks = point, marks
        marks.mkdir(exist_ok=True)

    def here(self, number: int, what: str) -> None:
        """The worker has come to this point with this message."""
        name = POINTS[number]
        if self.point != name:
            return
        self.once(f"{name}/{what}")

    def automation(self, number: int, key: str) -> None:
        """The worker has come to this point with this run of an automation."""
        if self.point == AUTOMATION_POINTS[number]:
            self.once(f"{self.point}/{key}")

    def once(self, what: str) -> None:
        """Die of this, unless an earlier process did."""
        mark = self._marks / hashlib.sha256(what.encode()).hexdigest()[:24]
        try:
            with mark.open("x") as file:
                file.write(what)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


class WatchedMaildir(MaildirTransport):
    """The real one; every completed delivery is written down, so that a second one cannot hide behind its name."""

    def __init__(self, directory: Path, log: Path, killer: Killer) -> None:
        super().__init__(directory)
        self._log, self._killer = log, killer

    def send(self, message: bytes, *, envelope_from: str, recipients: Sequence[str], message_id: str) -> Sent:
        sent = super().send(message, envelope_from=envelope_from, recipients=recipients, message_id=message_id)
        with self._log.open("a") as log:
            log.write(f"{message_id}\n")
            log.flush()
            os.fsync(log.fileno())
        self._killer.here(3, message_id)
        return sent


def arm(store: Store, killer: Killer) -> None:
    """Put the points around the ledger, the file system and the event log of this process."""
    _before(store.briefings, "begin", lambda claim, **_: killer.here(0, claim.key))
    _after(store.briefings, "begin", lambda claim, **_: (killer.here(1, claim.key), killer.here(5, claim.key)))
    _before_naming(killer)
    _after(store.outbox, "sent", lambda key, *_: killer.here(4, key))
    _after(store.outbox, "sending", lambda key: killer.here(5, f"again {key}"))
    _before(store.events, "flush_each", lambda flushes: _facts(killer, 6, flushes))
    _after(store.events, "flush_each", lambda flushes: _facts(killer, 7, flushes))
    _after(store.automations, "begin", lambda _, key, *__: killer.automation(0, key))
    _before(store.automations, "end", lambda _, key, *__: killer.automation(1, key))
    _after(store.automations, "end", lambda _, key, *__: killer.automation(2, key))


def _facts(killer: Killer, number: int, flushes: Sequence[Flush]) -> None:
    for flush in flushes:
        for fact in flush.facts:
            if fact.type in ("paged", "told"):
                killer.here(number, str(fact.data.get("page") or fact.data.get("template")))


def _before(object: Any, name: str, then: Callable[..., Any]) -> None:
    real = getattr(object, name)

    def patched(*args: Any, **more: Any) -> Any:
        then(*args, **more)
        return real(*args, **more)

    setattr(object, name, patched)


def _after(object: Any, name: str, then: Callable[..., Any]) -> None:
    real = getattr(object, name)

    def patched(*args: Any, **more: Any) -> Any:
        done = real(*args, **more)
        then(*args, **more)
        return done

    setattr(object, name, patched)


def _before_naming(killer: Killer) -> None:
    real = Path.rename

    def patched(self: Path, target: Any) -> Path:
        if self.parent.name == "tmp":
            killer.here(2, Path(target).name)
        return real(self, target)

    Path.rename = patched  # type: ignore[method-assign, assignment]
