"""What the headers of a mail say about who sent it, to whom, in answer to what."""

import re
from collections.abc import Iterable
from email.headerregistry import Address
from email.policy import default

from activities.mail.mime import Tree, words
from activities.mail.text import one_line, visible
from definitions.base import Value

_MAX_ADDRESS_HEADER = 8_000
_MAX_REFERENCES = 50
_MESSAGE_ID = re.compile(r"<([!-;=?-~]{1,250}@[!-;=?-~]{1,250})>")
_BARE_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}")
_ANGLE = re.compile(rf"<\s*({_BARE_ADDRESS.pattern})\s*>")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bqBQ]\?[^?]{0,8000}\?=")
_TOKEN = re.compile(r"[a-z0-9]{20,64}")
_SUBJECT_TOKEN = re.compile(r"\[#([A-Za-z0-9]{20,64})\]")
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To")


class DeskAddresses(Value):
    """The addresses mail to the desk arrives at; each also as `local+TOKEN@domain`."""

    addresses: tuple[str, ...]

    def token(self, address: str) -> str | None:
        """The token in `help+TOKEN@...`, lower case (mail systems may change the case); None for other addresses."""
        local, _, domain = address.lower().rpartition("@")
        base, plus, tag = local.partition("+")
        mine = plus and f"{base}@{domain}" in self._known and _TOKEN.fullmatch(tag)
        return tag if mine else None

    def owns(self, address: str) -> bool:
        """Whether mail to this address comes to the desk."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self._known

    @property
    def _known(self) -> set[str]:
        return {address.lower() for address in self.addresses}


class Sender(Value):
    """Who a mail says it is from."""

    address: str = ""
    name: str = ""
    plain: bool = False
    """Exactly one From with exactly one address, so that there is no doubt who is meant."""


def sender_of(tree: Tree) -> Sender:
    """The first address of the first From; `plain` is False where other mail programs may see another person."""
    headers = tree.all("From")
    found = [pair for header in headers[:5] for pair in addresses(header)]
    if not found:
        return Sender()
    address, name = found[0]
    plain = len(headers) == 1 and len(found) == 1 and headers[0].count("@") - name.count("@") == 1
    return Sender(address=address, name=name, plain=plain)


def recipients_of(tree: Tree) -> tuple[str, ...]:
    """Every address the mail was sent to, lower case, once each."""
    found = [
        address for name in _RECIPIENT_HEADERS for header in tree.all(name)[:20] for address, _ in addresses(header)
    ]
    return tuple(dict.fromkeys(found))[:200]


def addresses(header: str) -> list[tuple[str, str]]:
    """`(address in lower case, display name)` for each address; groups are opened; broken ones are searched for."""
    header = header[:_MAX_ADDRESS_HEADER]
    try:
        parsed: Iterable[Address] = default.header_factory("To", header).addresses
        found = [(one.addr_spec.lower(), one_line(words(one.display_name), 200)) for one in parsed if one.domain]
    except Exception:  # the address parser trips over broken input in many ways
        found = []
    usable = [(address, name) for address, name in found if _whole(address)]
    if usable:
        return usable
    # What looks like an address inside an encoded name is no address; what stands in brackets is most likely one.
    rest = _ENCODED_WORD.sub(" ", header)
    return [(address.lower(), "") for address in _ANGLE.findall(rest) or _BARE_ADDRESS.findall(rest)]


def message_id_of(tree: Tree) -> str | None:
    """With angle brackets, as other mails will refer to it."""
    ids = message_ids(tree.first("Message-ID"))
    return ids[0] if ids else None


def references_of(tree: Tree) -> tuple[str, ...]:
    """Message-IDs from In-Reply-To and References, newest first."""
    answered = [known for value in tree.all("In-Reply-To")[:3] for known in message_ids(value)]
    chain = [known for value in tree.all("References")[:3] for known in message_ids(value)]
    return tuple(dict.fromkeys([*answered[:_MAX_REFERENCES], *reversed(chain)]))[:_MAX_REFERENCES]


def message_ids(value: str) -> list[str]:
    """Every well-formed Message-ID in a header value."""
    return [f"<{found}>" for found in _MESSAGE_ID.findall(value)]


def reply_token(recipients: Iterable[str], subject: str, desk: DeskAddresses) -> str | None:
    """From the address, else from `[#TOKEN]` in the subject; not yet checked."""
    for recipient in recipients:
        if token := desk.token(recipient):
            return token
    found = _SUBJECT_TOKEN.search(subject)
    return found.group(1).lower() if found else None


def _whole(address: str) -> bool:
    broken = any(letter.isspace() or letter in '<>"(),;:\\' for letter in address)
    return len(address) <= 320 and not broken and address.isprintable() and visible(address) == address
