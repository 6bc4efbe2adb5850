"""Mails as real mail programs write them."""

from pathlib import Path

import pytest

from activities.mail.bounce import bounces
from tests.activities.mail.desk import TOKEN, received

_MAILS = Path(__file__).parents[2] / "data" / "mails"


def _raw(name: str) -> bytes:
    return (_MAILS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "new-report",
            "Hello,\n\nsince this morning my VPN drops every ten minutes. I work from home – the\n"
            "café next door has the same provider and no trouble.\n\nAda",
        ),
        ("gmail-reply", "Yes, it holds now. Thank you!"),
        ("outlook-reply-html", "Nein, leider fällt es immer noch aus.\n\nGrüße, Jonas"),
        ("outlook-reply-plain", "Nein, leider fällt es immer noch aus."),
        ("apple-mail-between", "Le portable, pas la tour.\n\nDepuis lundi."),
    ],
)
def test_the_persons_own_words_are_found(name: str, words: str) -> None:
    message = received(_raw(name))

    assert message.text == words
    assert message.automatic is None


@pytest.mark.parametrize("name", ["gmail-reply", "outlook-reply-html"])
def test_an_answer_names_token_and_mail_it_answers(name: str) -> None:
    message = received(_raw(name))

    assert message.reply_token == TOKEN
    assert message.references[0] == "<desk-1@example.com>"


@pytest.mark.parametrize("name", ["out-of-office", "bounce"])
def test_robots_are_recorded_as_such_and_threaded(name: str) -> None:
    message = received(_raw(name))

    assert message.automatic


def test_a_bounce_says_who_was_not_reached() -> None:
    (bounce,) = bounces(_raw("bounce"))

    assert (bounce.recipient, bounce.permanent, bounce.message_id) == ("gone@example.org", True, "<desk-1@example.com>")


def test_what_a_page_would_load_never_shows() -> None:
    assert "tracker" not in received(_raw("outlook-reply-html")).full_text
