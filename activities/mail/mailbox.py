"""One session with an IMAP mailbox; blocking, used by one thread at a time."""

import selectors
import socket
import ssl
from contextlib import suppress

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

from activities.mail.server import MailServer

HANDLED_FLAG = b"JidokaHandled"
_CONNECT_S = 15.0
_READ_S = 60.0

ConnectionTrouble = (OSError, IMAPClientError)
"""What a broken or refusing server looks like; IMAPClientError includes imaplib's own errors."""


class Mailbox:
    """Logged in, with the mailbox selected; `wake` may be called from any thread."""

    def __init__(self, server: MailServer, *, context: ssl.SSLContext | None = None) -> None:
        secure = context or ssl.create_default_context()
        self._client: IMAPClient = IMAPClient(
            server.host,
            server.port,
            ssl=server.security == "tls",
            ssl_context=secure,
            timeout=SocketTimeout(_CONNECT_S, _READ_S),
        )
        self._awake, self._waker = socket.socketpair()
        try:
            if server.security == "starttls":
                self._client.starttls(secure)
            if server.user is not None:
                self._client.login(server.user, server.secret)
            selected = self._client.select_folder(server.mailbox)
        except BaseException:
            self.close()
            raise
        self.uidvalidity = int(selected[b"UIDVALIDITY"])
        self._keywords = b"\\*" in selected.get(b"PERMANENTFLAGS", ())
        self._can_idle = bool(self._client.has_capability("IDLE"))
        self._can_move = bool(self._client.has_capability("MOVE"))

    def waiting(self) -> list[int]:
        """The UIDs of mails not handled yet, oldest first."""
        criteria = ["UNKEYWORD", HANDLED_FLAG] if self._keywords else ["UNSEEN"]
        return sorted(int(uid) for uid in self._client.search(["UNDELETED", *criteria]))

    def size(self, uid: int) -> int | None:
        """Bytes of the mail; None when it is gone."""
        found = self._client.fetch([uid], ["RFC822.SIZE"]).get(uid)
        return int(found[b"RFC822.SIZE"]) if found else None

    def read(self, uid: int, limit: int | None = None) -> bytes | None:
        """The mail, or its first `limit` bytes, without marking it seen; None when it is gone."""
        part = "BODY.PEEK[]" if limit is None else f"BODY.PEEK[]<0.{limit}>"
        found = self._client.fetch([uid], [part]).get(uid)
        if not found:
            return None
        return next((bytes(value) for name, value in found.items() if name.startswith(b"BODY[]") and value), b"")

    def put_away(self, uid: int, folder: str | None) -> None:
        """Moves the mail to `folder` where the server can; else marks it handled and leaves it."""
        if folder and self._can_move:
            if not self._client.folder_exists(folder):
                self._client.create_folder(folder)
            self._client.move([uid], folder)
        else:
            self._client.add_flags([uid], [HANDLED_FLAG if self._keywords else b"\\Seen"], silent=True)

    def wait(self, idle_s: float, poll_s: float) -> None:
        """Returns when something may have changed, after `idle_s` (`poll_s` where IDLE is missing), or when woken."""
        if not self._can_idle:
            self._ready(poll_s, with_server=False)
            self._client.noop()
            return
        self._client.idle()
        try:
            self._ready(idle_s, with_server=True)
        finally:
            self._client.idle_done()

    def wake(self) -> None:
        """Ends `wait` now."""
        with suppress(OSError):
            self._waker.send(b"!")

    def close(self) -> None:
        """Never raises: the server may be gone already."""
        with suppress(*ConnectionTrouble):
            self._client.logout()
        with suppress(*ConnectionTrouble):
            self._client.shutdown()
        self._awake.close()
        self._waker.close()

    def _ready(self, seconds: float, *, with_server: bool) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._awake, selectors.EVENT_READ)
            if with_server:
                selector.register(self._client.socket(), selectors.EVENT_READ)
            selector.select(seconds)
