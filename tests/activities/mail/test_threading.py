"""A conversation by mail stays one thread in a mail program, over answers with quoted text."""

import mailbox
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from activities.mail.compose import OutboundMail, compose
from activities.mail.transport import MaildirTransport
from tests.activities.mail.desk import AT, TOKEN, received


def _question() -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Ada <ada@example.org>", "help@example.com", "Screen"
    message["Date"], message["Message-ID"] = format_datetime(AT), "<ada-1@example.org>"
    message.set_content("My screen is dark.")
    return message.as_bytes()


def _answer_of_a_person(to: bytes, message_id: str, words: str) -> bytes:
    got = mailbox.MaildirMessage(to)
    chain = " ".join([*(got["References"] or "").split(), got["Message-ID"]])
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Ada <ada@example.org>", got["Reply-To"], got["Subject"]
    message["Date"], message["Message-ID"] = format_datetime(AT + timedelta(hours=1)), message_id
    message["In-Reply-To"], message["References"] = got["Message-ID"], chain
    message.set_content(
        f"{words}\n\nOn Sun, 22 Nov 2026, Service desk <help@example.com> wrote:\n> Hello Ada,\n> news\n"
    )
    return message.as_bytes()


def _desk_mail(number: int, asked: bytes, earlier: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    message = received(asked)
    mail = OutboundMail(
        message_id=f"<desk-{number}@example.com>",
        case_id="INC-7k2m9x4q",
        at=AT + timedelta(minutes=number),
        sender="help@example.com",
        to=message.sender,
        subject="Screen",
        text="Hello Ada,\n\nnews",
        reply_to=f"help+{TOKEN}@example.com",
        in_reply_to=message.message_id,
        references=(*earlier, message.message_id or ""),
        automatic="auto-replied",
    )
    return compose(mail), (*mail.references, mail.message_id)


async def test_every_mail_of_a_conversation_hangs_on_the_one_before(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "thread")
    asked, chain = _question(), ()
    transport.send(
        asked, envelope_from="ada@example.org", recipients=["help@example.com"], message_id="<ada-1@example.org>"
    )

    for number in (1, 2, 3):
        sent, chain = _desk_mail(number, asked, chain[:-1] if chain and chain[-1].startswith("<ada") else chain)
        transport.send(sent, envelope_from="", recipients=["ada@example.org"], message_id=chain[-1])
        asked = _answer_of_a_person(sent, f"<ada-{number + 1}@example.org>", f"answer {number}")
        answer = received(asked)
        transport.send(
            asked, envelope_from="ada@example.org", recipients=["x@example.com"], message_id=answer.external_id
        )
        assert answer.text == f"answer {number}"
        assert answer.reply_token == TOKEN
        assert answer.references[0] == f"<desk-{number}@example.com>"
        assert "<ada-1@example.org>" in answer.references

    mails = {found["Message-ID"]: found for found in mailbox.Maildir(tmp_path / "thread", create=False)}
    parents = {name: found["In-Reply-To"] for name, found in mails.items()}
    assert parents == {
        "<ada-1@example.org>": None,
        "<desk-1@example.com>": "<ada-1@example.org>",
        "<ada-2@example.org>": "<desk-1@example.com>",
        "<desk-2@example.com>": "<ada-2@example.org>",
        "<ada-3@example.org>": "<desk-2@example.com>",
        "<desk-3@example.com>": "<ada-3@example.org>",
        "<ada-4@example.org>": "<desk-3@example.com>",
    }
    assert {found["Subject"] for found in mails.values()} == {"Screen", "Re: [INC-7k2m9x4q] Screen"}
    assert mails["<desk-3@example.com>"]["References"].split()[0] == "<ada-1@example.org>"
