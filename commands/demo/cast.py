"""Who and what a demo day is made of, all of it following from one number."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Dice:
    """Choices by name: the same seed and name always fall the same way, whatever was asked before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, name: str) -> float:
        """From 0 up to 1."""
        drawn = hashlib.blake2b(f"{self._seed}/{name}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn) / 2**64

    def pick(self, name: str, among: Sequence[T]) -> T:
        """One of them."""
        return among[int(self.share(name) * len(among))]

    def shuffled(self, name: str, items: Sequence[T]) -> list[T]:
        """All of them in another order."""
        return [item for _, _, item in sorted((self.share(f"{name}/{i}"), i, item) for i, item in enumerate(items))]


class Requester(NamedTuple):
    """Somebody who needs help."""

    name: str
    address: str


class Trouble(NamedTuple):
    """What is wrong, in the words of the person it troubles, and of those who solve it."""

    service: str
    subject: str
    text: str
    question: str
    answer: str
    solution: str


_FIRST = "Anna Bruno Carla Diego Elif Farid Greta Hana Ivan Julia Karim Linh Mona Nils Oskar Priya Quentin Rosa"
_LAST = "Abel Bauer Costa Duman Evans Fiala Gomez Huber Ito Jansen Klein Lopez Meyer Novak Ortiz Popov Quist"

TROUBLES = (
    Trouble(
        "vpn",
        "VPN drops every ten minutes",
        "Since this morning the tunnel closes every ten minutes and I have to sign in again.",
        "Does it also happen on another network, for example your phone's hotspot?",
        "Yes, on the hotspot too. Always after ten minutes.",
        "Your profile had an old time limit. It is replaced; please connect once more.",
    ),
    Trouble(
        "vpn",
        "VPN client asks for a certificate I do not have",
        "The VPN client says that my certificate is missing. I have a new laptop since Monday.",
        "Which name does the laptop carry on the sticker below?",
        "It says EX-LT-2291.",
        "The certificate for EX-LT-2291 is issued and on its way to your laptop.",
    ),
    Trouble(
        "email",
        "Mailbox is full and nothing arrives",
        "Outlook says that my mailbox is full. Customers get their mail back.",
        "May we move what is older than two years to the archive?",
        "Yes please, everything before 2024.",
        "The archive holds what is older, and your mailbox has 60 % room.",
    ),
    Trouble(
        "email",
        "Shared calendar shows no rooms",
        "In Outlook the shared calendar of the third floor is empty, the rooms are gone.",
        "Do your colleagues see the rooms?",
        "No, nobody on our floor does.",
        "The calendar lost its link to the room list. It is back.",
    ),
    Trouble(
        "erp",
        "Invoice cannot be posted",
        "The ERP refuses an invoice with 'period closed'. It must go out today.",
        "Which invoice number is it?",
        "It is 4711-26.",
        "The period was closed a day early. It is open again, and your invoice is posted.",
    ),
    Trouble(
        "erp",
        "No access to cost centre 3300",
        "I took over cost centre 3300 and the ERP does not show it to me.",
        "Who gave it to you? We need their yes.",
        "Petra Klein did; she is in copy of the letter I have.",
        "You see cost centre 3300 after signing in once more.",
    ),
    Trouble(
        "network",
        "Wi-Fi in room 3.12 is very slow",
        "The WLAN in 3.12 is so slow that calls break off. Cable works.",
        "Since when, and how many people sit there?",
        "Since the move, about twelve people.",
        "The access point had fallen back to an old channel. It is fast again.",
    ),
    Trouble(
        "network",
        "No internet at desk 214",
        "The network socket at desk 214 is dead, no internet at all.",
        "Does the lamp at the socket blink?",
        "No lamp at all.",
        "The port was switched off after the move. It is on.",
    ),
    Trouble(
        "workplace",
        "Printer on floor 2 prints stripes",
        "The printer next to the kitchen prints black stripes over every page.",
        "Does the copy function show the stripes too?",
        "Yes, copies as well.",
        "The drum is replaced and the test page is clean.",
    ),
    Trouble(
        "workplace",
        "Laptop battery lasts an hour",
        "My laptop battery lasts an hour at most since last week.",
        "When can you spare the laptop for half an hour?",
        "Tomorrow after lunch.",
        "The battery is replaced; it holds a day again.",
    ),
    Trouble(
        "identity",
        "Password reset mail does not arrive",
        "I cannot sign in, and the password reset mail never comes.",
        "Which address do you expect it at?",
        "My work address, the one I write from.",
        "Your recovery address was an old one. It is corrected; please try once more.",
    ),
    Trouble(
        "identity",
        "Locked out after three tries",
        "I typed my password wrong three times and the account is locked. I have a customer at ten.",
        "Do you still have the second factor with you?",
        "Yes, the phone is here.",
        "The account is unlocked.",
    ),
)


def requesters(dice: Dice) -> list[Requester]:
    """Everybody, in the order in which they need help.

    A person is answered at most twice in five minutes, so a busy day needs many people.
    """
    names = [f"{first} {last}" for last in _LAST.split() for first in _FIRST.split()]
    return [Requester(name, f"{name.lower().replace(' ', '.')}@example.org") for name in dice.shuffled("people", names)]
