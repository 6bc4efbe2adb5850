"""A mail is handed over once, or the caller learns whether trying again helps."""

import asyncio
import mailbox
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from activities.mail.server import MailServer
from activities.mail.transport import (
    MaildirTransport,
    PermanentFailure,
    SmtpTransport,
    TemporaryFailure,
    UnknownOutcome,
)

_MAIL = (
    b"From: help@example.com\r\nTo: ada@example.org\r\nSubject: x\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n.\r\n"
)


async def _into(maildir: MaildirTransport, message_id: str = "<1@example.com>") -> str:
    sent = maildir.send(_MAIL, envelope_from="", recipients=["ada@example.org"], message_id=message_id)
    return sent.detail


async def test_a_mail_is_one_whole_file_that_a_mail_program_can_read(tmp_path: Path) -> None:
    await _into(MaildirTransport(tmp_path / "out"))

    (found,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert found["Message-ID"] == "<1@example.com>"
    assert found["Return-Path"] == "<>"
    assert found["Delivered-To"] == "ada@example.org"
    assert found.get_payload() == "Hello\n.\n"
    assert list((tmp_path / "out" / "tmp").iterdir()) == []


async def test_the_same_message_id_makes_one_file_also_after_it_was_read(tmp_path: Path) -> None:
    maildir = MaildirTransport(tmp_path)
    name = await _into(maildir)
    await _into(maildir)
    (tmp_path / "new" / name).rename(tmp_path / "cur" / f"{name}:2,S")

    await asyncio.gather(*(_into(maildir) for _ in range(5)))

    assert list((tmp_path / "new").iterdir()) == []
    assert [file.name for file in (tmp_path / "cur").iterdir()] == [f"{name}:2,S"]


async def test_the_maildir_can_be_asked_what_it_has(tmp_path: Path) -> None:
    maildir = MaildirTransport(tmp_path)
    before = maildir.has("<1@example.com>")
    await _into(maildir)

    assert before is False
    assert maildir.has("<1@example.com>") is True
    assert maildir.has("<2@example.com>") is False


async def test_what_a_killed_writer_left_behind_is_no_mail(tmp_path: Path) -> None:
    maildir = MaildirTransport(tmp_path)
    name = await _into(maildir, "<2@example.com>")
    (tmp_path / "new" / name).rename(tmp_path / "tmp" / f"{name}.{os.getpid()}")

    missing = maildir.has("<2@example.com>")
    await _into(maildir, "<2@example.com>")

    assert missing is False
    assert len(list((tmp_path / "new").iterdir())) == 1


async def test_a_maildir_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(TemporaryFailure, match="cannot write to the Maildir"):
        await _into(MaildirTransport(tmp_path / "file"))


class Server:
    """A real SMTP server that answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, list[str], bytes]] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answers.get("data", "250 kept as 17")


@pytest.fixture
def smtp() -> Iterator[tuple[Server, SmtpTransport]]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield server, _transport(controller.port)
    finally:
        controller.stop()


def _transport(port: int, security: str = "none") -> SmtpTransport:
    return SmtpTransport(MailServer.from_url(f"smtp://127.0.0.1:{port}?security={security}"), timeout=10)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _over(transport: SmtpTransport, envelope_from: str = "") -> str:
    sent = transport.send(
        _MAIL, envelope_from=envelope_from, recipients=["ada@example.org"], message_id="<1@example.com>"
    )
    return sent.detail


async def test_an_smtp_server_gets_the_mail_as_it_is(smtp: tuple[Server, SmtpTransport]) -> None:
    server, transport = smtp

    said = await _over(transport, "help@example.com")

    assert said == "250 kept as 17"
    assert server.got == [("help@example.com", ["ada@example.org"], _MAIL)]


async def test_an_automatic_mail_has_the_null_sender(smtp: tuple[Server, SmtpTransport]) -> None:
    server, transport = smtp

    await _over(transport)

    assert server.got[0][0] in ("", "<>", None)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "failure"),
    [("550 5.1.1 no such person", PermanentFailure), ("451 4.3.0 later please", TemporaryFailure)],
)
async def test_a_refusal_says_whether_trying_again_helps(
    smtp: tuple[Server, SmtpTransport], step: str, answer: str, failure: type[Exception]
) -> None:
    server, transport = smtp
    server.answers[step] = answer

    with pytest.raises(failure, match=answer.split(" ", 2)[2]):
        await _over(transport)


async def test_a_server_that_is_away_is_a_temporary_failure() -> None:
    with pytest.raises(TemporaryFailure, match="cannot reach"):
        await _over(_transport(_free_port()))


async def test_a_server_without_tls_does_not_get_the_mail_in_clear(smtp: tuple[Server, SmtpTransport]) -> None:
    server, transport = smtp
    strict = SmtpTransport(transport._server.model_copy(update={"security": "starttls"}))

    with pytest.raises(PermanentFailure, match="STARTTLS"):
        await _over(strict)

    assert server.got == []


async def test_a_mail_goes_over_starttls_only_when_the_certificate_is_trusted(certificate: Path) -> None:
    offered, trusted = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        ssl.create_default_context(cafile=certificate),
    )
    offered.load_cert_chain(certificate)
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=_free_port(), tls_context=offered)
    controller.start()
    try:
        named = MailServer.from_url(f"smtp://localhost:{controller.port}")
        await _over(SmtpTransport(named, context=trusted))
        with pytest.raises(TemporaryFailure, match="certificate verify failed"):
            await _over(SmtpTransport(named))
    finally:
        controller.stop()

    assert len(server.got) == 1


async def test_a_break_after_the_content_is_an_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_break_off_after_the_content, args=(listener,))
        thread.start()

        with pytest.raises(UnknownOutcome):
            await _over(_transport(listener.getsockname()[1]))

        thread.join(10)


async def test_smtp_cannot_be_asked_what_it_has() -> None:
    assert _transport(1).has("<1@example.com>") is None


def _break_off_after_the_content(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hello\r\n")
        for line in lines:
            if line == b".\r\n":
                return
            if line.lower().startswith(b"data"):
                connection.sendall(b"354 go on\r\n")
            elif line.lower().startswith((b"ehlo", b"mail", b"rcpt")):
                connection.sendall(b"250 OK\r\n")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtps://desk:p%40ss@mx.example.org", ("mx.example.org", 465, "tls", "desk", "p@ss", "INBOX")),
        ("smtp://mx.example.org", ("mx.example.org", 587, "starttls", None, "", "INBOX")),
        ("imap://127.0.0.1:1143/Desk%2FIn?security=none", ("127.0.0.1", 1143, "none", None, "", "Desk/In")),
    ],
)
def test_a_mail_server_is_named_by_one_url(url: str, expected: tuple[object, ...]) -> None:
    server = MailServer.from_url(url)

    assert (server.host, server.port, server.security, server.user, server.secret, server.mailbox) == expected


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://:hunter2@", "smtp://u:hunter2@x:99999", "imap://u:hunter2@x?security=no"]
)
def test_a_wrong_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        MailServer.from_url(url)

    assert "hunter2" not in str(refused.value)
