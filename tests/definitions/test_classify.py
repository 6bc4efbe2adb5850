"""A message is classified only when its words stand out for one service."""

import pytest

from definitions.classify import Classification, classify
from definitions.example import organisation


def _classified(subject: str, text: str = "") -> Classification:
    return classify(subject, text, organisation.services)


@pytest.mark.parametrize(
    ("subject", "text", "service"),
    [
        ("VPN does not connect", "Since this morning.", "vpn"),
        ("Re: VPN-Verbindung bricht ab", "", "vpn"),
        ("Help", "The VPN tunnel drops every ten minutes.", "vpn"),
        ("Mailbox full", "I cannot send anything.", "email"),
        ("Printer on floor 3", "It prints empty pages.", "workplace"),
        ("Locked out", "My account is locked and the password reset link has expired.", "identity"),
        ("SAP: invoice cannot be posted", "", "erp"),
        ("Wi-Fi in room 12", "No wifi at all, the switch is dark.", "network"),
    ],
)
def test_words_that_stand_out_for_one_service_decide(subject: str, text: str, service: str) -> None:
    found = _classified(subject, text)

    assert found.service == service, found.why


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Help", "It does not work."),
        ("", ""),
        ("VPN and Outlook", "Both are down."),
        ("Question", "As I wrote from my laptop."),
    ],
)
def test_a_message_that_could_be_about_anything_is_left_to_triage(subject: str, text: str) -> None:
    found = _classified(subject, text)

    assert found.service is None
    assert found.why


def test_a_keyword_inside_another_word_does_not_count() -> None:
    found = _classified("Sapphire delivery and vpnless access")

    assert found == Classification(service=None, why="no keyword of any service occurs", score=0.0)


def test_case_width_and_punctuation_do_not_matter() -> None:
    found = _classified("ＶＰＮ!!! broken")

    assert found.service == "vpn"


def test_repeating_a_word_adds_no_confidence() -> None:
    once = _classified("Help", "vpn")
    often = _classified("Help", "vpn " * 50)

    assert (once.service, once.score) == (often.service, often.score)
