"""Real servers on loopback, each ended by its own process: slapd, sshd, dnsmasq, and the TLS server of openssl."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.web.programs import free_port, program, running

START_S = 20.0
SBIN = ("/usr/sbin", "/usr/local/sbin")


def sbin(name: str, package: str) -> str:
    """As `program`, and where daemons lie."""
    found = shutil.which(name, path=os.pathsep.join(SBIN))
    return found or program(name, package)


def answers(port: int) -> bool:
    """Whether somebody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def up(process: "subprocess.Popen[bytes]", ready: Callable[[], bool], log: Path) -> None:
    """Wait until it answers; what it said, when it does not."""
    deadline = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"it does not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


@contextmanager
def tls_server(folder: Path, certificate: Path) -> Iterator[int]:
    """`openssl s_server`, which answers GET with a page about the connection; gives the port."""
    openssl, port = program("openssl", "openssl"), free_port()
    log = folder / f"tls-{port}.log"
    with running(openssl, "s_server", "-quiet", "-www", "-accept", f"127.0.0.1:{port}", "-cert", str(certificate),
                 "-key", str(certificate), log=log) as process:  # fmt: skip
        up(process, lambda: answers(port), log)
        yield port


@contextmanager
def name_server(folder: Path) -> Iterator[int]:
    """dnsmasq with a zone of its own, and nothing behind it; gives the port."""
    dnsmasq, port = sbin("dnsmasq", "dnsmasq-base"), free_port()
    log = folder / "dnsmasq.log"
    zone = (
        "--local=/example.test/",
        "--host-record=vpn.example.test,192.0.2.10",
        "--host-record=vpn.example.test,192.0.2.11",
        "--mx-host=example.test,mail.example.test,10",
        "--txt-record=example.test,v=spf1 -all",
    )
    with running(dnsmasq, "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--no-resolv", "--no-hosts",
                 "--log-facility=-", f"--user={getpass.getuser()}", "--listen-address=127.0.0.1", "--bind-interfaces",
                 f"--port={port}", *zone, log=log) as process:  # fmt: skip
        up(process, lambda: answers(port), log)
        yield port


class Sshd:
    """An OpenSSH server with a key of its own, and one that lets this user in."""

    def __init__(self, folder: Path) -> None:
        self._binary, keygen = sbin("sshd", "openssh-server"), program("ssh-keygen", "openssh-client")
        program("ssh", "openssh-client")
        self._folder, self.port, self.user = folder, free_port(), getpass.getuser()
        for name in ("host", "client"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        self.key = folder / "client"
        self.known_hosts = folder / "known_hosts"
        public = (folder / "host.pub").read_text()
        self.known_hosts.write_text(f"127.0.0.1 {public}[127.0.0.1]:{self.port} {public}")
        (folder / "authorized").write_text((folder / "client.pub").read_text())
        config = (
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {folder / 'authorized'}\nStrictModes no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        )
        (folder / "sshd_config").write_text(config)

    @contextmanager
    def serving(self) -> Iterator["Sshd"]:
        """For the time of the block."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it insists on this one
        log = self._folder / "sshd.log"
        with running(self._binary, "-D", "-e", "-f", str(self._folder / "sshd_config"), log=log) as process:
            up(process, lambda: answers(self.port), log)
            yield self


BASE = "dc=example,dc=test"
ADMIN, SERVICE = f"cn=admin,{BASE}", f"cn=desk,{BASE}"
_SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload auditlog
pidfile {dir}/slapd.pid
argsfile {dir}/slapd.args
TLSCertificateFile {certificate}
TLSCertificateKeyFile {certificate}
database mdb
maxsize 10485760
directory {dir}/db
suffix "{base}"
rootdn "{admin}"
rootpw {password}
overlay ppolicy
ppolicy_default "cn=policy,{base}"
overlay auditlog
auditlog {dir}/audit.ldif
access to attrs=userPassword by dn.exact="{service}" write by self write by anonymous auth
access to * by dn.exact="{service}" read by self read by anonymous auth
"""
_ENTRIES = """
dn: {base}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: cn=policy,{base}
objectClass: device
objectClass: pwdPolicy
cn: policy
pwdAttribute: userPassword
pwdMustChange: TRUE

dn: {service}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: desk
userPassword: {password}

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: uid=rita,ou=people,{base}
objectClass: inetOrgPerson
uid: rita
cn: Rita Sommer
sn: Sommer
mail: rita.private@example.net
userPassword: forgotten

dn: uid=omar,ou=people,{base}
objectClass: inetOrgPerson
uid: omar
cn: Omar Farouk
sn: Farouk
userPassword: known
"""
_PERSON = """
dn: uid={uid},ou=people,{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
mail: {uid}@example.net
userPassword: forgotten
"""


class Slapd:
    """An OpenLDAP server with two people, a policy that temporary passwords must be changed, and a log of changes."""

    def __init__(self, certificate: Path, password: str, *, more: tuple[str, ...] = ()) -> None:
        """`more` are further people, each with an address."""
        self._slapd = sbin("slapd", "slapd")
        self._dir = Path(tempfile.mkdtemp(prefix="jidoka-slapd-"))
        self.tls_port, self.port = free_port(), free_port()
        (self._dir / "db").mkdir()
        names = {"dir": self._dir, "base": BASE, "admin": ADMIN, "service": SERVICE, "password": password}
        (self._dir / "slapd.conf").write_text(_SLAPD.format(certificate=certificate, **names))
        people = "".join(_PERSON.format(uid=uid, **names) for uid in more)
        (self._dir / "entries.ldif").write_text(_ENTRIES.format(**names) + people)
        load = [
            sbin("slapadd", "slapd"),
            "-q",
            "-f",
            str(self._dir / "slapd.conf"),
            "-l",
            str(self._dir / "entries.ldif"),
        ]
        subprocess.run(load, check=True, capture_output=True, timeout=30)

    @contextmanager
    def serving(self) -> Iterator["Slapd"]:
        """For the time of the block."""
        urls = f"ldaps://127.0.0.1:{self.tls_port}/ ldap://127.0.0.1:{self.port}/"
        log = self._dir / "log"
        try:
            with running(self._slapd, "-d", "256", "-f", str(self._dir / "slapd.conf"), "-h", urls, log=log) as process:
                up(process, lambda: answers(self.tls_port) and answers(self.port), log)
                yield self
        finally:
            shutil.rmtree(self._dir)

    def changes(self) -> list[str]:
        """The names of the entries changed so far, by its own log."""
        log = self._dir / "audit.ldif"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.removeprefix("dn: ").partition(",")[0] for line in lines if line.startswith("dn: ")]

    def log(self) -> str:
        """Everything it wrote, changes too."""
        return "\n".join(path.read_text(errors="replace") for path in (self._dir / "log", self._dir / "audit.ldif"))
