"""A mailbox is read while the stack runs: each mail becomes a case, and SIGTERM ends the reader cleanly."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.activities.mail.dovecot import BINARY, PASSWORD, Dovecot
from tests.stack.conftest import eventually
from tests.stories.conftest import JIDOKA, Stack
from tests.stories.letters import first, reply

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A mail server of our own."""
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail("dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd")
        pytest.skip("dovecot is not installed (dovecot-imapd dovecot-lmtpd)")
    server = Dovecot()
    server.start()
    yield server
    server.remove()


def test_mail_in_a_mailbox_becomes_cases_until_the_reader_is_told_to_stop(stack: Stack, dovecot: Dovecot) -> None:
    url = f"imap://help:{PASSWORD}@127.0.0.1:{dovecot.imap_port}?security=none"
    reader = subprocess.Popen(
        [str(JIDOKA), "intake", "run"],
        stderr=subprocess.PIPE,
        text=True,
        env=stack.environment(JIDOKA_MAIL_IMAP_URL=url),
    )
    mailbox = ("incident", "ls", "--requester", "yuki@example.org")

    try:
        dovecot.deliver("help", first("box-1", sender="yuki@example.org", subject="VPN by mailbox"))
        rows = eventually(lambda: stack.ask(*mailbox), "the case of the mail in the mailbox")
        answer = stack.mail(rows[0]["id"], 0)
        dovecot.deliver("help", reply(answer, "box-2", "It got worse.", sender="yuki@example.org"))
        heard = eventually(
            lambda: [m for m in stack.case(rows[0]["id"])["messages"] if m["kind"] == "heard"], "the answer on the case"
        )
    finally:
        reader.send_signal(signal.SIGTERM)
        _, said = reader.communicate(timeout=60)

    assert [row["title"] for row in rows] == ["VPN by mailbox"]
    assert [m["text"] for m in heard] == ["It got worse."]
    assert reader.returncode == 0
    assert PASSWORD not in said
    assert "Traceback" not in said
