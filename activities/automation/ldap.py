"""A directory over LDAP, always encrypted: sign in, find one entry, set a password (RFC 4511, RFC 3062)."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import sansldap
from pydantic import Field, field_validator
from sansldap.asn1 import ASN1Tag, ASN1Writer, TagClass

from activities.automation.code import Failed
from activities.automation.reach import Reach
from definitions.base import Value

PASSWORD_MODIFY = "1.3.6.1.4.1.4203.1.11.1"
START_TLS = sansldap.ExtendedOperations.LDAP_START_TLS.value
ANSWER_S = 15.0
CHUNK = 64 * 1024
MOST_ANSWER = 1024 * 1024
_USER, _NEW = (ASN1Tag(TagClass.CONTEXT_SPECIFIC, number, False) for number in (0, 2))

Response = TypeVar("Response", bound=sansldap.LDAPMessage)


class DirectoryServer(Value):
    """Where the directory is: `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]`, which begins TLS before anything else."""

    url: Annotated[str, Field(pattern=r"^ldaps?://[^/?#@\s]+/?$")]
    ca_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _has_a_host(cls, url: str) -> str:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0:
            raise ValueError("write ldaps://HOST or ldaps://HOST:PORT")
        return url


class Refusal(Failed):
    """The directory said no."""

    def __init__(self, what: str, code: sansldap.LDAPResultCode) -> None:
        super().__init__(f"the directory refused to {what} ({code.name.lower()})", "Ask whoever runs the directory.")
        self.wrong_password = code is sansldap.LDAPResultCode.INVALID_CREDENTIALS


class Entry(Value):
    """One entry: its name and the attributes that were asked for, by lower-case name."""

    dn: str
    attributes: dict[str, tuple[str, ...]]


class Directory:
    """One connection. Made by `connected`; not for several tasks at once."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._session = sansldap.LDAPClient()
        self._waiting: list[sansldap.LDAPMessage] = []
        self._read = 0

    async def sign_in(self, dn: str, password: str) -> None:
        """Bind. Raises Refusal, and never signs in without a password, which servers take for anonymous."""
        if not dn or not password:
            raise Failed("signing in needs a name and a password", "Give both.")
        self._session.bind_simple(dn, password)
        answer = await self._answer(sansldap.BindResponse)
        _accepted(answer.result, "let us in")

    async def find(self, base: str, attribute: str, value: str, wanted: tuple[str, ...]) -> list[Entry]:
        """The entries below `base` whose attribute is exactly this; at most two, as one is what is looked for."""
        self._session.search_request(
            base, filter=sansldap.FilterEquality(attribute, value.encode()), attributes=[*wanted], size_limit=2
        )
        found: list[Entry] = []
        while True:
            answer = await self._answer(sansldap.LDAPMessage)
            if isinstance(answer, sansldap.SearchResultEntry):
                named = {a.name.lower(): tuple(v.decode(errors="replace") for v in a.values) for a in answer.attributes}
                found.append(Entry(dn=answer.object_name, attributes=named))
            elif isinstance(answer, sansldap.SearchResultDone):
                if answer.result.result_code is not sansldap.LDAPResultCode.SIZE_LIMIT_EXCEEDED:
                    _accepted(answer.result, f"search below {base}")
                return found

    async def set_password(self, dn: str, password: str) -> None:
        """The directory hashes it and applies its own rules. Raises Refusal."""
        value = ASN1Writer()
        with value.push_sequence() as asked:
            asked.write_octet_string(dn.encode(), _USER)
            asked.write_octet_string(password.encode(), _NEW)
        self._session.extended_request(PASSWORD_MODIFY, bytes(value.get_data()))
        answer = await self._answer(sansldap.ExtendedResponse)
        _accepted(answer.result, "set the password")

    async def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Begin TLS, before a word that matters."""
        self._session.extended_request(START_TLS)
        answer = await self._answer(sansldap.ExtendedResponse)
        _accepted(answer.result, "begin TLS")
        await self._writer.start_tls(context, server_hostname=host)

    async def _answer(self, kind: type[Response]) -> Response:
        """The next message; the session gives out one at a time, as nothing is asked before it is answered."""
        self._writer.write(self._session.data_to_send())
        await self._writer.drain()
        while not self._waiting:
            data = await self._reader.read(CHUNK)
            self._read += len(data)
            if not data or self._read > MOST_ANSWER:
                raise Failed("the directory broke the connection off", "Look at its log.")
            self._waiting += self._session.receive(data)
        message = self._waiting.pop(0)
        if not isinstance(message, kind):
            raise Failed(f"the directory answered with {type(message).__name__}", "Look at its log.")
        return message


@asynccontextmanager
async def connected(server: DirectoryServer, reach: Reach) -> AsyncIterator[Directory]:
    """An encrypted connection to a judged address. Raises Failed, in words for people, when there is none."""
    parts = urlsplit(server.url)
    host, secure = parts.hostname or "", parts.scheme == "ldaps"
    port = parts.port or (636 if secure else 389)
    address = await reach.address(host, port)
    context = ssl.create_default_context(cafile=server.ca_file)
    writer = None
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(
                address, port, ssl=context if secure else None, server_hostname=host if secure else None
            )
            directory = Directory(reader, writer)
            if not secure:
                await directory.encrypt(context, host)
            yield directory
    except (OSError, TimeoutError) as error:
        why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else type(error).__name__
        raise Failed(f"the directory {host}:{port} cannot be used just now ({why})", "See whether it is up.") from None
    except sansldap.LDAPError as error:
        raise Failed(f"the directory {host}:{port} speaks no LDAP ({type(error).__name__})", "Check the URL.") from None
    finally:
        if writer is not None:
            writer.transport.abort()


def _accepted(result: sansldap.LDAPResult, what: str) -> None:
    # Its own diagnostic text is left out: some servers repeat what they were given.
    if result.result_code is not sansldap.LDAPResultCode.SUCCESS:
        raise Refusal(what, result.result_code)
