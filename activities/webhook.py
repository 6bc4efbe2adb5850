"""Pages over HTTP: a signed webhook to an address that people configure, kept away from everything inside."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

import httpx

from activities.delivery import GaveUp
from activities.signature import signed_headers
from definitions.base import canonical, rfc3339

TIMEOUT_S = 10.0
MAX_BODY = 256 * 1024
MAX_ANSWER = 64 * 1024
TEMPORARY = frozenset({408, 409, 425, 429})
"""Besides 5xx: asking again later may help."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to IP addresses as text."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")
COMPATIBLE = ipaddress.ip_network("::/96")
RESERVED = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "64:ff9b:1::/48", "100::/64", "2001::/23"),
        *("2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fec0::/10"),
    )
)
"""Not reachable from outside, or never a host; spelled out because Python versions differ in what they call global."""


class WebhookError(Exception):
    """A page did not get through; `hint` is the next step."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WebhookRefused(WebhookError):
    """Trying again gives the same: the address is forbidden, or the receiver said a clear no."""


class WebhookUnavailable(WebhookError):
    """Trying again later may help."""


@dataclass(frozen=True)
class Delivered:
    """The receiver took it."""

    message_id: str
    status: int


async def system_resolve(host: str, port: int) -> list[str]:
    """What the machine's resolver says, numbers in all their spellings included."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def inside(text: str) -> str | None:
    """Why this address must not be reached from here; None for one on the open internet."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is None and (address in NAT64 or (address in COMPATIBLE and int(address) > 1)):
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            reason = inside(str(hidden))
            return f"{reason}, written as IPv6" if reason else None
    for said, yes in (
        ("this machine", address.is_loopback or address.is_unspecified),
        ("link-local (cloud metadata)", address.is_link_local),
        ("multicast", address.is_multicast),
        ("a private network", address.is_private),
        ("reserved", address.is_reserved or any(address in net for net in RESERVED if net.version == address.version)),
    ):
        if yes:
            return said
    return None


def checked_url(url: str, allow: frozenset[str]) -> SplitResult:
    """The parts of a URL that may be configured as a receiver; raises WebhookRefused. Ask when saving, too."""
    if any(ord(c) <= 32 or ord(c) == 127 for c in url) or "\\" in url:
        _refuse("the address of the webhook holds spaces, control characters or a backslash")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as bad:
        _refuse(f"the address of the webhook cannot be read ({bad})")
    if parts.scheme not in ("http", "https") or not host:
        _refuse("the address of the webhook must begin with https:// and name a host")
    if not host.isascii():
        _refuse("the host of the webhook must be written in ASCII (xn--...)")
    if parts.username is not None or parts.password is not None:
        _refuse("the address of the webhook carries a user name or password")
    if parts.scheme == "http" and host not in allow:
        _refuse(f"{host} is not reached by plain http")
    return parts


def _refuse(message: str) -> NoReturn:
    raise WebhookRefused(message, "Correct the address, or add its host to webhook_allow_hosts if it may be reached.")


class WebhookSender:
    """Sends signed messages to one URL. `allow` names hosts that may lie inside; redirects are never followed."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        allow: frozenset[str] = frozenset(),
        resolve: Resolve = system_resolve,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._parts = checked_url(url, allow)
        self._secret = secret
        self._clock = clock
        self._allow = allow
        self._resolve = resolve
        self._timeout_s = timeout_s

    async def send(self, message_id: str, body: bytes) -> Delivered:
        """Post `body` (JSON) once. The same id may arrive twice; receivers tell by `webhook-id`."""
        if len(body) > MAX_BODY:
            raise WebhookRefused(
                f"the page has {len(body)} bytes, more than {MAX_BODY}", "Shorten the template of the page."
            )
        host = self._parts.hostname or ""
        try:
            async with asyncio.timeout(self._timeout_s):
                address = await self._pinned(host)
                return await self._post(host, address, message_id, body)
        except TimeoutError:
            raise WebhookUnavailable(f"{host} gave no answer in {self._timeout_s:g} s", "It is tried again.") from None
        except httpx.TransportError as bad:
            raise WebhookUnavailable(f"{host} cannot be reached ({type(bad).__name__})", "It is tried again.") from bad

    async def _pinned(self, host: str) -> str:
        """The one address to connect to: looked up once, so that a second answer cannot lead elsewhere."""
        port = self._parts.port or (443 if self._parts.scheme == "https" else 80)
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as bad:
            raise WebhookUnavailable(f"{host} has no address ({bad})", "Check the name; it is tried again.") from bad
        if not addresses:
            raise WebhookUnavailable(f"{host} has no address", "Check the name; it is tried again.")
        if host not in self._allow:
            for address in addresses:
                if reason := inside(address):
                    _refuse(f"{host} leads to {reason}")
        return addresses[0]

    async def _post(self, host: str, address: str, message_id: str, body: bytes) -> Delivered:
        port = f":{self._parts.port}" if self._parts.port else ""
        literal = f"[{address}]" if ":" in address else address
        path = self._parts.path or "/"
        query = f"?{self._parts.query}" if self._parts.query else ""
        headers = {
            **signed_headers(self._secret, message_id, self._clock(), body),
            "Host": (f"[{host}]" if ":" in host else host) + port,
            "Content-Type": "application/json",
            "User-Agent": "jidoka",
        }
        # No proxy from the environment: it would look the name up again, out of reach of the check.
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._timeout_s) as client,
            client.stream(
                "POST",
                f"{self._parts.scheme}://{literal}{port}{path}{query}",
                content=body,
                headers=headers,
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            read = 0
            async for chunk in answer.aiter_raw():
                read += len(chunk)
                if read > MAX_ANSWER:
                    break
            return _judged(host, message_id, answer.status_code)


class PageHook:
    """Pages through one sender, in the envelope of Standard Webhooks."""

    def __init__(self, sender: WebhookSender, clock: Callable[[], datetime]) -> None:
        self._sender, self._clock = sender, clock

    async def page(self, message_id: str, event: dict[str, object]) -> str:
        """Deliver, and say what the receiver answered. Raises GaveUp for good, WebhookUnavailable to try again."""
        body = canonical({"type": "page", "timestamp": rfc3339(self._clock()), "data": event})
        try:
            delivered = await self._sender.send(message_id.strip("<>"), body)
        except WebhookRefused as no:
            raise GaveUp(f"{no.message}. {no.hint}") from no
        return f"HTTP {delivered.status}"


def _judged(host: str, message_id: str, status: int) -> Delivered:
    if 200 <= status < 300:
        return Delivered(message_id, status)
    if status >= 500 or status in TEMPORARY:
        raise WebhookUnavailable(f"{host} answered {status}", "It is tried again.")
    if 300 <= status < 400:
        raise WebhookRefused(f"{host} answered {status}, a redirect", "Configure the address it leads to.")
    raise WebhookRefused(f"{host} answered {status}", "Ask whoever runs the receiver what it expects.")
