"""A private dovecot on loopback: a real IMAP server to read from, with LMTP to deliver into it."""

import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSWORD = "swordfish"
_START_S = 20.0

_CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap lmtp
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
mail_location = maildir:{dir}/mail/%u
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = {mail_user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


class Dovecot:
    """Started and stopped by its own process; what was delivered survives a restart."""

    def __init__(self, *, capability: str = "", certificate: Path | None = None) -> None:
        self._dir = Path(tempfile.mkdtemp(prefix="jidoka-dovecot-"))
        self._dir.chmod(0o755)
        self.imap_port, self.lmtp_port = _free_port(), _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        me = pwd.getpwuid(os.getuid())
        # Mail may not belong to root, so root lends it to somebody without rights.
        owner = pwd.getpwnam("nobody") if me.pw_uid == 0 else me
        mail = self._dir / "mail"
        mail.mkdir()
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        internal, login = ("dovecot", "dovenull") if me.pw_uid == 0 else (me.pw_name, me.pw_name)
        secure = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{certificate}"
        config = _CONFIG.format(
            tls=secure if certificate else "ssl = no",
            dir=self._dir,
            internal=internal,
            login=login,
            group=_group(pwd.getpwnam(internal).pw_gid),
            capability=capability,
            password=PASSWORD,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            mail_user=owner.pw_name,
            imap_port=self.imap_port,
            lmtp_port=self.lmtp_port,
        )
        self._config = self._dir / "dovecot.conf"
        self._config.write_text("\n".join(line for line in config.splitlines() if line != "imap_capability = "))

    def start(self) -> None:
        """Returns when both ports answer."""
        assert BINARY
        with (self._dir / "log").open("ab") as log:
            self._process = subprocess.Popen([BINARY, "-F", "-c", str(self._config)], stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        for port, greeting in ((self.imap_port, b"* OK"), (self.lmtp_port, b"220")):
            while not _greets(port, greeting):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"dovecot does not start: {self.log()}")

    def stop(self) -> None:
        """Ends it, sessions included."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(_START_S)
        self._process = None

    def remove(self) -> None:
        """Ends it and leaves nothing."""
        self.stop()
        shutil.rmtree(self._dir)

    def deliver(self, user: str, *messages: bytes) -> None:
        """As a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=20) as lmtp:
            for message in messages:
                lmtp.sendmail("sender@example.org", [user], message)

    def log(self) -> str:
        """What it complained about."""
        log = self._dir / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else "no log"


def _greets(port: int, greeting: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(200).startswith(greeting)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
