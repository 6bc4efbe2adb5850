"""Mail that arrives in an IMAP mailbox: seen at once by IDLE, handled once, never lost, never stuck."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from activities.mail.mailbox import ConnectionTrouble, Mailbox
from activities.mail.mime import MAX_RAW
from activities.mail.server import MailServer
from definitions.base import Value

Handle = Callable[[bytes, int, int], Awaitable[None]]
"""Takes the mail, its UID and the mailbox's UIDVALIDITY; returns when the mail is safe with us."""
GiveUp = Callable[[bytes, int, int, str], Awaitable[None]]
"""Takes the same and the reason; returns when the mail is in quarantine."""
T = TypeVar("T")

_log = logging.getLogger(__name__)


class ImapSettings(Value):
    """One mailbox and how patient we are with it."""

    server: MailServer
    handled_folder: str | None = "Handled"
    """Where handled mails go; None leaves them, marked."""
    quarantine_folder: str | None = "Quarantine"
    attempts: int = 5
    """So often is a mail tried before it is given up, so that one bad mail cannot come back for ever."""
    idle_s: float = 30.0
    """A fresh look at the mailbox at least this often: a notice may get lost between looking and listening."""
    poll_s: float = 10.0
    backoff_s: tuple[float, ...] = (0.5, 1, 2, 5, 10, 30, 60)
    """Waits before connecting again, and before trying a failed mail again."""


class ImapIntake:
    """Hands every mail of the mailbox to `handle`; `run` goes on until `stop`.

    A mail is put away only after `handle` returned, so a crash in between hands it over twice: `handle` must know
    `(mailbox, uidvalidity, uid)` again. When `handle` raises, the mail waits and those behind it go on.
    """

    def __init__(
        self,
        settings: ImapSettings,
        handle: Handle,
        give_up: GiveUp,
        *,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._handle, self._give_up, self._context = settings, handle, give_up, context
        self._stopping = asyncio.Event()
        self._mailbox: Mailbox | None = None
        self._failures: dict[tuple[int, int], tuple[int, float]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")

    @property
    def key(self) -> str:
        """Names the mailbox, for the inbox row: `imap:user@host/INBOX`."""
        server = self._settings.server
        return f"imap:{server.user or ''}@{server.host}:{server.port}/{server.mailbox}"

    async def run(self) -> None:
        """Connects, reads, listens; comes back after every break of the connection."""
        breaks = 0
        try:
            while not self._stopping.is_set():
                try:
                    await self._session()
                    breaks = 0
                except ConnectionTrouble as wrong:
                    # A session that worked starts the count anew.
                    breaks = 1 if self._mailbox else breaks + 1
                    _log.warning("%s: %s; trying again", self.key, wrong)
                    await self._close()
                    await self._pause(self._backoff(breaks))
        finally:
            await self._close()
            self._thread.shutdown(wait=False)

    def stop(self) -> None:
        """The mail in hand is finished first."""
        self._stopping.set()
        if self._mailbox:
            self._mailbox.wake()

    async def _session(self) -> None:
        server = self._settings.server
        self._mailbox = mailbox = await self._off_loop(lambda: Mailbox(server, context=self._context))
        while not self._stopping.is_set():
            retry_in = await self._sweep(mailbox)
            if self._stopping.is_set():
                break
            wait = self._settings.idle_s if retry_in is None else min(retry_in, self._settings.idle_s)
            poll = min(wait, self._settings.poll_s)
            await self._off_loop(lambda idle_s=wait, poll_s=poll: mailbox.wait(idle_s, poll_s))  # type: ignore[misc]
        await self._close()

    async def _sweep(self, mailbox: Mailbox) -> float | None:
        """Everything that waits and is due; gives the seconds until the next failed mail is due."""
        present = await self._off_loop(mailbox.waiting)
        here = {(mailbox.uidvalidity, uid) for uid in present}
        self._failures = {known: failed for known, failed in self._failures.items() if known in here}
        for uid in present:
            if self._stopping.is_set():
                return None
            if self._failures.get((mailbox.uidvalidity, uid), (0, 0.0))[1] <= self._monotonic():
                await self._one(mailbox, uid)
        due = [at for _, at in self._failures.values()]
        return max(0.05, min(due) - self._monotonic()) if due else None

    async def _one(self, mailbox: Mailbox, uid: int) -> None:
        size = await self._off_loop(lambda: mailbox.size(uid))
        if size is None:
            return
        whole = size <= MAX_RAW
        raw = await self._off_loop(lambda: mailbox.read(uid, None if whole else 100_000))
        if raw is None:
            return
        failed, _ = self._failures.get((mailbox.uidvalidity, uid), (0, 0.0))
        try:
            if whole:
                await self._handle(raw, uid, mailbox.uidvalidity)
                folder = self._settings.handled_folder
            else:
                await self._give_up(raw, uid, mailbox.uidvalidity, f"{size} bytes are too many; the mail stays there")
                folder = self._settings.quarantine_folder
        except Exception as wrong:  # whatever it is, the mails behind this one go on
            folder = await self._failed(raw, uid, mailbox.uidvalidity, failed + 1, wrong)
            if folder is None:
                return
        await self._off_loop(lambda: mailbox.put_away(uid, folder))
        self._failures.pop((mailbox.uidvalidity, uid), None)

    async def _failed(self, raw: bytes, uid: int, uidvalidity: int, times: int, wrong: Exception) -> str | None:
        """The quarantine folder when the mail was given up; None when it waits for another try."""
        _log.warning("%s: mail %d failed (%d): %s", self.key, uid, times, type(wrong).__name__)
        self._failures[(uidvalidity, uid)] = (times, self._monotonic() + self._backoff(times))
        if times < self._settings.attempts:
            return None
        try:
            await self._give_up(raw, uid, uidvalidity, f"failed {times} times, last with {type(wrong).__name__}")
        except Exception as worse:  # records may be away: then the mail simply keeps waiting
            _log.warning("%s: mail %d cannot be quarantined: %s", self.key, uid, type(worse).__name__)
            return None
        return self._settings.quarantine_folder or ""

    async def _off_loop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _close(self) -> None:
        mailbox, self._mailbox = self._mailbox, None
        if mailbox:
            await self._off_loop(mailbox.close)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _backoff(self, times: int) -> float:
        return self._settings.backoff_s[min(times, len(self._settings.backoff_s)) - 1]

    @staticmethod
    def _monotonic() -> float:
        return asyncio.get_running_loop().time()
