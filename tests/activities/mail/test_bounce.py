"""Mails that came back say whom they did not reach."""

from datetime import timedelta

import pytest

from activities.mail.bounce import bounces

_REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: help@example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=XX

--XX
Content-Type: text/plain

I am sorry.
--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; Ada@Example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: Recipient
    address rejected

--XX
Content-Type: message/rfc822

From: help@example.com
Message-ID: <ours-1@example.com>
Subject: x

Hello
--XX--
"""


def test_a_bounce_names_recipient_reason_and_our_mail() -> None:
    (bounce,) = bounces(_REPORT.format(action="failed", status="5.1.1").encode())

    assert bounce.recipient == "ada@example.org"
    assert bounce.permanent
    assert bounce.status == "5.1.1"
    assert bounce.detail == "smtp; 550 5.1.1 <ada@example.org>: Recipient address rejected"
    assert bounce.message_id == "<ours-1@example.com>"
    assert bounce.quiet == timedelta(days=7)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("failed", "5.2.2")])
def test_a_delay_or_a_full_mailbox_is_not_for_good(action: str, status: str) -> None:
    (bounce,) = bounces(_REPORT.format(action=action, status=status).encode())

    assert not bounce.permanent
    assert bounce.quiet == timedelta(hours=1)


def test_a_delivered_report_and_a_persons_mail_are_no_bounce() -> None:
    assert bounces(_REPORT.format(action="delivered", status="2.0.0").encode()) == ()
    assert (
        bounces(b"From: ada@example.org\nSubject: x\n\nFinal-Recipient: rfc822; b@example.org\nAction: failed\n") == ()
    )
