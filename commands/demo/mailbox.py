"""A requester's mail program: writes to the desk, finds the desk's answers in the Maildir, replies to them."""

import email
import email.policy
import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from commands.demo.cast import Requester


def written(
    who: Requester, desk: str, subject: str, text: str, *, message_id: str, at: datetime, vacation: bool = False
) -> EmailMessage:
    """A mail as people's programs write it."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = f"{who.name} <{who.address}>"
    mail["To"] = desk
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    if vacation:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(f"{text}\n\n-- \n{who.name}\n")
    return mail


def reply(
    who: Requester, to: EmailMessage, text: str, *, message_id: str, at: datetime, vacation: bool = False
) -> EmailMessage:
    """An answer below which the whole mail is quoted, sent to where that mail asks for answers."""
    subject = str(to["Subject"])
    subject = f"Automatic reply: {subject}" if vacation else subject
    body = to.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in str(body.get_content()).splitlines()) if body else ""
    sender = str(to["From"])
    whole = text if vacation else f"{text}\n\nOn {to['Date']}, {parseaddr(sender)[0]} wrote:\n{quoted}"
    mail = written(who, str(to["Reply-To"] or sender), subject, whole, message_id=message_id, at=at, vacation=vacation)
    mail["In-Reply-To"] = str(to["Message-ID"])
    mail["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
    return mail


def found(maildir: Path, message_id: str) -> EmailMessage | None:
    """The mail with this id, read or unread."""
    name = f"{hashlib.sha256(message_id.encode()).hexdigest()[:40]}.jidoka"
    for path in (maildir / "new" / name, *(maildir / "cur").glob(f"{name}*")):
        if path.exists():
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            return mail
    return None
