"""Where automations may connect to: a host is looked up once, judged, and reached at that very address."""

import asyncio
import ipaddress

from activities.automation.code import Failed
from activities.webhook import Resolve, inside, system_resolve

LOOKUP_S = 10.0


class Forbidden(Failed):
    """The host lies inside and nobody has said that automations may reach it."""


class NoAddress(Failed):
    """The name leads nowhere: for a diagnosis that is a finding."""


class Reach:
    """The open internet, and the hosts inside that are named in `allow` (names or addresses)."""

    def __init__(self, allow: frozenset[str] = frozenset(), resolve: Resolve = system_resolve) -> None:
        self._allow, self._resolve = allow, resolve

    async def address(self, host: str, port: int) -> str:
        """The one address to connect to: a second look-up cannot lead elsewhere. Raises Forbidden, NoAddress."""
        if not host.isascii() or not host.isprintable() or any(c in host for c in " @/\\%?#"):
            raise Forbidden(f"{host!r} is not a host name", "Write the name as it stands in DNS.")
        try:
            found = await asyncio.wait_for(self._resolve(host, port), LOOKUP_S)
        except TimeoutError:
            raise NoAddress(f"no name server says within {LOOKUP_S:g} s where {host} is", "Check DNS.") from None
        except (OSError, UnicodeError):
            raise NoAddress(f"{host} has no address", "Check the name in DNS.") from None
        if not found:
            raise NoAddress(f"{host} has no address", "Check the name in DNS.")
        if host.casefold() not in self._allow:
            for address in found:
                self.judge(address, host)
        return found[0]

    def judge(self, address: str, host: str | None = None) -> None:
        """Raise Forbidden for an address inside that is not allowed."""
        if str(ipaddress.ip_address(address.partition("%")[0])) in self._allow:
            return
        if reason := inside(address):
            raise Forbidden(
                f"{host or address} leads to {reason}, where automations may not connect",
                f"If they may, add {host or address} to the setting automation_allow_hosts.",
            )
