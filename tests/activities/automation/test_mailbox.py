import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from imapclient import IMAPClient
from pydantic import JsonValue

from tests.activities.automation.bench import Bench
from tests.activities.mail.dovecot import BINARY, PASSWORD, Dovecot
from tests.web.programs import free_port

pytestmark = pytest.mark.story
BOX = "probe@example.test"


class Relay:
    """Takes mail by SMTP and brings it to the mailbox by LMTP, or loses it."""

    def __init__(self, dovecot: Dovecot) -> None:
        self._dovecot, self.loses = dovecot, False

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        if not self.loses:
            with smtplib.LMTP("127.0.0.1", self._dovecot.lmtp_port, timeout=20) as lmtp:
                lmtp.sendmail(envelope.mail_from or "", envelope.rcpt_tos, envelope.content or b"")
        return "250 OK"


@pytest.fixture(scope="module")
def dovecot(certificate: Path) -> Iterator[Dovecot]:
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail("dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd")
        pytest.skip("dovecot is not installed (dovecot-imapd dovecot-lmtpd)")
    server = Dovecot(certificate=certificate)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def relay(dovecot: Dovecot) -> Iterator[tuple[Relay, int]]:
    handler, port = Relay(dovecot), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def way(bench: Bench, dovecot: Dovecot, relay: tuple[Relay, int], certificate: Path) -> dict[str, JsonValue]:
    bench.kept["mailbox"] = PASSWORD
    relay[0].loses = False
    return {
        "smtp": {"host": "127.0.0.1", "port": relay[1], "security": "none"},
        "imap": {
            "host": "localhost", "port": dovecot.imap_port, "security": "starttls", "ca_file": str(certificate),
            "user": BOX, "password": "secrets:mailbox",
        },
        "sender": "probe@example.test", "recipient": BOX, "within_s": 20,
    }  # fmt: skip


async def test_mail_that_arrives_is_timed_and_leaves_nothing_in_the_mailbox(
    bench: Bench, dovecot: Dovecot, way: dict[str, JsonValue]
) -> None:
    dovecot.deliver(BOX, b"Subject: Not a probe\n\nLeave me alone.\n")

    result = await bench.run("mailbox-test", way)

    assert (result.outcome, result.data["good"]) == ("done", True), result.finding
    assert "A mail went through in" in result.finding
    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as imap:
        imap.login(BOX, PASSWORD)
        imap.select_folder("INBOX")
        assert len(imap.search()) == 1, "the other mail is still there, the probe is not"


async def test_mail_that_is_taken_and_lost_is_trouble(
    bench: Bench, way: dict[str, JsonValue], relay: tuple[Relay, int]
) -> None:
    relay[0].loses = True

    result = await bench.run("mailbox-test", {**way, "within_s": 1})

    assert (result.outcome, result.data["good"]) == ("done", False)
    assert "did not arrive in 1 s. Checked: a mail by 127.0.0.1 to probe@example.test" in result.finding


async def test_servers_that_are_down_or_refuse_are_named_and_no_password_is(
    bench: Bench, way: dict[str, JsonValue]
) -> None:
    smtp, imap = way["smtp"], way["imap"]
    assert isinstance(smtp, dict)
    assert isinstance(imap, dict)
    bench.kept["wrong"] = "not-the-password"

    no_smtp = await bench.run("mailbox-test", {**way, "smtp": {**smtp, "port": free_port()}})
    refused = await bench.run("mailbox-test", {**way, "imap": {**imap, "password": "secrets:wrong"}})

    assert "127.0.0.1 does not take the mail (ConnectionRefusedError)" in no_smtp.finding
    assert "localhost does not let the mailbox be read" in refused.finding
    assert "not-the-password" not in refused.model_dump_json()


async def test_a_password_is_not_sent_in_clear_to_another_machine(bench: Bench, way: dict[str, JsonValue]) -> None:
    imap = way["imap"]
    assert isinstance(imap, dict)

    result = await bench.run(
        "mailbox-test",
        {**way, "imap": {**imap, "host": "mail.example.test", "security": "none"}},
        allow=frozenset({"127.0.0.1", "mail.example.test"}),
    )

    assert result.data.get("good") is not True
    assert result.outcome == "failed" or "mail.example.test has no address" in result.finding
