"""Promises of the IMAP intake, kept against a real dovecot."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from activities.mail.imap import ImapIntake, ImapSettings
from activities.mail.mailbox import Mailbox
from activities.mail.server import MailServer
from tests.activities.mail.dovecot import BINARY, PASSWORD, Dovecot

pytestmark = pytest.mark.story

_PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail("dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd")
        pytest.skip("dovecot is not installed (dovecot-imapd dovecot-lmtpd)")
    server = Dovecot()
    try:
        server.start()
        yield server
    finally:
        server.remove()


class Desk:
    """Remembers what was handed over; `fails` says for which mails it raises."""

    def __init__(self, fails: Callable[[bytes], bool] = lambda raw: False) -> None:
        self.handled: list[tuple[str, int, int]] = []
        self.given_up: list[tuple[str, str]] = []
        self.tried = 0
        self._fails = fails
        self._moved = asyncio.Condition()

    async def handle(self, raw: bytes, uid: int, uidvalidity: int) -> None:
        self.tried += 1
        if self._fails(raw):
            raise ValueError("cannot be handled")
        await self._note(self.handled, (_subject(raw), uid, uidvalidity))

    async def give_up(self, raw: bytes, uid: int, uidvalidity: int, reason: str) -> None:
        await self._note(self.given_up, (_subject(raw), reason))

    async def until(self, reached: Callable[[], bool]) -> None:
        async with self._moved:
            await asyncio.wait_for(self._moved.wait_for(reached), _PATIENCE_S)

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _, _ in self.handled]

    async def _note(self, where: list[Any], what: object) -> None:
        async with self._moved:
            where.append(what)
            self._moved.notify_all()


def _subject(raw: bytes) -> str:
    return next(line for line in raw.decode().splitlines() if line.startswith("Subject: "))[9:]


def _mail(subject: str) -> bytes:
    return f"From: ada@example.org\r\nTo: help@example.com\r\nSubject: {subject}\r\n\r\nHello\r\n".encode()


def _settings(dovecot: Dovecot, user: str, **wanted: Any) -> ImapSettings:
    url = f"imap://{user}:{PASSWORD}@127.0.0.1:{dovecot.imap_port}?security=none"
    return ImapSettings(server=MailServer.from_url(url), **{"backoff_s": (0.1, 0.2), **wanted})


@asynccontextmanager
async def _running(settings: ImapSettings, desk: Desk) -> AsyncIterator[ImapIntake]:
    intake = ImapIntake(settings, desk.handle, desk.give_up)
    task = asyncio.create_task(intake.run())
    try:
        yield intake
    finally:
        intake.stop()
        await asyncio.wait_for(task, _PATIENCE_S)


def _folder(dovecot: Dovecot, user: str, folder: str) -> list[int]:
    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as client:
        client.login(user, PASSWORD)
        if not client.folder_exists(folder):
            return []
        client.select_folder(folder, readonly=True)
        return list(client.search())


async def _until_folder(dovecot: Dovecot, user: str, folder: str, count: int) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while len(found := await asyncio.to_thread(_folder, dovecot, user, folder)) != count:
        assert asyncio.get_running_loop().time() < deadline, f"{folder} has {len(found)} mails, not {count}"


async def test_mails_that_came_while_nobody_read_are_handled_in_order(dovecot: Dovecot) -> None:
    desk = Desk()
    await asyncio.to_thread(dovecot.deliver, "away", *[_mail(f"mail {n}") for n in range(5)])

    async with _running(_settings(dovecot, "away"), desk):
        await desk.until(lambda: len(desk.handled) == 5)

    assert desk.subjects == [f"mail {n}" for n in range(5)]
    await _until_folder(dovecot, "away", "Handled", 5)
    await _until_folder(dovecot, "away", "INBOX", 0)


async def test_a_mail_that_arrives_while_listening_is_seen_by_idle(dovecot: Dovecot) -> None:
    desk = Desk()
    await asyncio.to_thread(dovecot.deliver, "idle", _mail("first"))

    # A fresh look only every ten minutes: the second mail can come by IDLE alone.
    async with _running(_settings(dovecot, "idle", idle_s=600), desk):
        await desk.until(lambda: len(desk.handled) == 1)
        await _until_folder(dovecot, "idle", "Handled", 1)
        started = asyncio.get_running_loop().time()
        await asyncio.to_thread(dovecot.deliver, "idle", _mail("second"))
        await desk.until(lambda: len(desk.handled) == 2)
        took = asyncio.get_running_loop().time() - started

    print(f"delivery to handled by IDLE: {took:.2f} s")
    assert desk.subjects == ["first", "second"]
    assert took < 5


async def test_one_bad_mail_waits_and_the_next_good_one_is_handled(dovecot: Dovecot) -> None:
    desk = Desk(fails=lambda raw: b"Subject: poison" in raw)
    await asyncio.to_thread(dovecot.deliver, "poison", _mail("poison"), _mail("good"))

    async with _running(_settings(dovecot, "poison", attempts=3), desk):
        await desk.until(lambda: bool(desk.given_up))
        await _until_folder(dovecot, "poison", "Quarantine", 1)

    assert desk.subjects == ["good"]
    assert desk.given_up == [("poison", "failed 3 times, last with ValueError")]
    assert desk.tried == 4
    await _until_folder(dovecot, "poison", "INBOX", 0)


async def test_a_restart_of_the_server_loses_and_repeats_nothing(dovecot: Dovecot) -> None:
    desk = Desk()
    await asyncio.to_thread(dovecot.deliver, "restart", *[_mail(f"before {n}") for n in range(3)])

    async with _running(_settings(dovecot, "restart"), desk):
        await desk.until(lambda: len(desk.handled) == 3)
        await _until_folder(dovecot, "restart", "Handled", 3)
        await asyncio.to_thread(dovecot.stop)
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.deliver, "restart", *[_mail(f"after {n}") for n in range(3)])
        await desk.until(lambda: len(desk.handled) >= 6)
        await _until_folder(dovecot, "restart", "Handled", 6)

    assert desk.subjects == [f"before {n}" for n in range(3)] + [f"after {n}" for n in range(3)]
    assert len({(uidvalidity, uid) for _, uid, uidvalidity in desk.handled}) == 6


async def test_a_mail_not_put_away_comes_again_under_the_same_key(dovecot: Dovecot) -> None:
    first, second = Desk(), Desk()
    await asyncio.to_thread(dovecot.deliver, "again", _mail("twice"))
    crashed = ImapIntake(_settings(dovecot, "again"), first.handle, first.give_up)
    mailbox = await asyncio.to_thread(Mailbox, _settings(dovecot, "again").server)
    (uid,) = await asyncio.to_thread(mailbox.waiting)
    raw = await asyncio.to_thread(mailbox.read, uid)
    await asyncio.to_thread(mailbox.close)
    assert raw is not None
    # What a crash between handling and moving leaves behind.
    await first.handle(raw, uid, mailbox.uidvalidity)

    async with _running(_settings(dovecot, "again"), second) as intake:
        await second.until(lambda: len(second.handled) == 1)

    assert second.handled == first.handled
    assert intake.key == crashed.key


async def test_without_a_folder_handled_mails_stay_where_they_are_and_are_not_read_again(dovecot: Dovecot) -> None:
    desk = Desk()
    await asyncio.to_thread(dovecot.deliver, "stay", _mail("one"))
    settings = _settings(dovecot, "stay", handled_folder=None)

    for subject in ("two", "three"):
        async with _running(settings, desk):
            await asyncio.to_thread(dovecot.deliver, "stay", _mail(subject))
            await desk.until(lambda wanted=subject: wanted in desk.subjects)  # type: ignore[misc]

    assert desk.subjects == ["one", "two", "three"]
    assert len(_folder(dovecot, "stay", "INBOX")) == 3


async def test_a_server_without_idle_is_asked_again_and_again() -> None:
    if BINARY is None:
        pytest.skip("dovecot is not installed (dovecot-imapd dovecot-lmtpd)")
    desk = Desk()
    plain = Dovecot(capability="IMAP4rev1 UIDPLUS")
    try:
        plain.start()
        async with _running(_settings(plain, "poll", poll_s=0.2), desk):
            for number in range(2):
                await asyncio.to_thread(plain.deliver, "poll", _mail(f"mail {number}"))
                await desk.until(lambda wanted=number: len(desk.handled) == wanted + 1)  # type: ignore[misc]
    finally:
        plain.remove()

    assert desk.subjects == ["mail 0", "mail 1"]


async def test_a_server_is_read_over_tls_only_when_its_certificate_is_trusted(certificate: Path) -> None:
    if BINARY is None:
        pytest.skip("dovecot is not installed (dovecot-imapd dovecot-lmtpd)")
    secure = Dovecot(certificate=certificate)
    desk, trusted = Desk(), ssl.create_default_context(cafile=str(certificate))
    try:
        secure.start()
        server = MailServer.from_url(f"imap://tls:{PASSWORD}@localhost:{secure.imap_port}")
        await asyncio.to_thread(secure.deliver, "tls", _mail("over TLS"))
        intake = ImapIntake(ImapSettings(server=server), desk.handle, desk.give_up, context=trusted)
        task = asyncio.create_task(intake.run())
        await desk.until(lambda: len(desk.handled) == 1)
        intake.stop()
        await asyncio.wait_for(task, _PATIENCE_S)

        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(Mailbox, server)
    finally:
        secure.remove()

    assert desk.subjects == ["over TLS"]


async def test_a_wrong_password_is_tried_again_with_pauses_and_stops_at_once(dovecot: Dovecot) -> None:
    desk = Desk()
    server = MailServer.from_url(f"imap://wrong:nonsense@127.0.0.1:{dovecot.imap_port}?security=none")
    intake = ImapIntake(ImapSettings(server=server, backoff_s=(600,)), desk.handle, desk.give_up)
    task = asyncio.create_task(intake.run())
    await asyncio.sleep(0)

    intake.stop()
    await asyncio.wait_for(task, _PATIENCE_S)

    assert desk.handled == []
