"""Mails as people and their programs write them."""

from email.message import EmailMessage

FIRST = """\
Return-Path: <{sender}>
Received: from mail.example.org (mail.example.org [192.0.2.10]) by mx.example.com; Sun, 22 Nov 2026 05:00:00 +0000
From: Rita Sommer <{sender}>
To: Help <help@example.com>
Subject: {subject}
Date: Sun, 22 Nov 2026 05:59:00 +0100
Message-ID: <{name}@mail.example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed

Hello,

since the update this morning my VPN tunnel drops every ten minutes.

Rita
--\x20
Rita Sommer, Sales
"""


def first(name: str, *, sender: str = "rita@example.org", subject: str = "VPN drops every ten minutes") -> bytes:
    """The first mail of somebody with a problem."""
    return FIRST.format(name=name, sender=sender, subject=subject).encode()


def reply(to: EmailMessage, name: str, words: str, *, sender: str = "rita@example.org") -> bytes:
    """An answer in the manner of Thunderbird: own words above, everything quoted below."""
    body = to.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    return (
        f"Return-Path: <{sender}>\nFrom: Rita Sommer <{sender}>\nTo: {to['Reply-To']}\nSubject: {to['Subject']}\n"
        f"Message-ID: <{name}@mail.example.org>\nIn-Reply-To: {to['Message-ID']}\n"
        f"References: {to['References'] or ''} {to['Message-ID']}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        f"Am 22.11.26 um 06:01 schrieb Example Ltd:\n{quoted}\n"
    ).encode()


def out_of_office(to: EmailMessage, name: str, *, sender: str = "rita@example.org") -> bytes:
    """What a vacation responder sends back."""
    return (
        f"Return-Path: <>\nFrom: Rita Sommer <{sender}>\nTo: {to['Reply-To']}\n"
        f"Subject: Automatic reply: {to['Subject']}\nMessage-ID: <{name}@mail.example.org>\n"
        f"In-Reply-To: {to['Message-ID']}\nReferences: {to['Message-ID']}\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nI am on holiday until Monday.\n"
    ).encode()


def bounce(of: EmailMessage, name: str, *, recipient: str) -> bytes:
    """A delivery report: the address is none."""
    return (
        f"Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@mx.example.org>\nTo: help@example.com\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{name}@mx.example.org>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {of['Message-ID']}\nSubject: {of['Subject']}\n\n--b--\n"
    ).encode()
