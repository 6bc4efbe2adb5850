"""Whether the receiving server itself vouches for the sender (RFC 8601)."""

import re

from activities.mail.headers import Sender
from activities.mail.mime import Tree

_MAX_HEADER = 8_000
_RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z0-9-]+\.[a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)


def verified(tree: Tree, sender: Sender, trusted_authserv_id: str | None) -> bool:
    """True for a pass of DMARC, or of SPF or DKIM for the sender's own domain, said by the trusted server.

    Only the topmost Authentication-Results counts: a server puts its own above all that came with the mail.
    """
    headers = tree.all("Authentication-Results")
    if not trusted_authserv_id or not headers or not sender.plain:
        return False
    server, *results = [piece.strip() for piece in _without_comments(headers[0][:_MAX_HEADER]).split(";")]
    if not server or server.split()[0].lower() != trusted_authserv_id.lower():
        return False
    domain = sender.address.rpartition("@")[2]
    return any(_vouches(result, domain) for result in results)


def _vouches(result: str, domain: str) -> bool:
    found = _RESULT.match(result)
    if not found or found.group(2).lower() != "pass":
        return False
    properties = {name.lower(): value.strip('"').lower() for name, value in _PROPERTY.findall(result)}
    method = found.group(1).lower()
    if method == "dmarc":
        return properties.get("header.from") == domain
    named = {"spf": "smtp.mailfrom", "dkim": "header.d"}.get(method, "")
    signed = properties.get(named, "").rpartition("@")[2]
    # The sender's domain or one above it; never one below, which somebody else may hold.
    return "." in signed and (domain == signed or domain.endswith("." + signed))


def _without_comments(value: str) -> str:
    """Comments and quoted strings may hold a forged result; comments go, quoted `;` no longer part results."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for letter in value:
        if escaped:
            escaped = False
            letter = " "
        elif letter == "\\" and (quoted or depth):
            escaped = True
            continue
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth and not quoted:
            depth -= 1
            letter = " "
        if not depth:
            kept.append(" " if quoted and letter in ";=" else letter)
    return "".join(kept)
