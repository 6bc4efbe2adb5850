"""Where a mail server is and how to talk to it, from one URL."""

from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

from definitions.base import Value

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}


class MailServer(Value):
    """Host, port, encryption and log-in of an SMTP or IMAP server."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    """starttls: refused when the server offers none; clear text only when asked for by name."""
    user: str | None = None
    password: SecretStr | None = None
    mailbox: str = "INBOX"

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """`smtp(s)://USER:PASSWORD@HOST:PORT` or `imap(s)://USER:PASSWORD@HOST:PORT/MAILBOX`.

        Without the `s`, STARTTLS is demanded; `?security=none` talks in clear text (loopback, trusted networks).
        Raises ValueError without repeating the password.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise ValueError(f"a mail server's URL begins with {', '.join(f'{name}://' for name in _PORTS)}")
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError:
            raise ValueError(f"the port of the {parts.scheme} URL is not a number from 1 to 65535") from None
        if not parts.hostname:
            raise ValueError(f"the {parts.scheme} URL names no host")
        wanted = parse_qs(parts.query).get("security", ["tls" if parts.scheme.endswith("s") else "starttls"])[-1]
        if wanted not in ("none", "starttls", "tls"):
            raise ValueError(f"security={wanted} is not known; use none, starttls or tls")
        return cls(
            host=parts.hostname,
            port=port,
            security=wanted,
            user=unquote(parts.username) if parts.username else None,
            password=SecretStr(unquote(parts.password)) if parts.password else None,
            mailbox=unquote(parts.path.strip("/")) or "INBOX",
        )

    @property
    def secret(self) -> str:
        """The password in clear, for the log-in only."""
        return self.password.get_secret_value() if self.password else ""
