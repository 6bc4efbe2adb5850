"""What holds for any bytes at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.mail.compose import subject_line
from activities.mail.encoded import mailbox, unstructured
from activities.mail.headers import addresses, message_ids
from activities.mail.html import text_of
from activities.mail.mime import Unreadable, decoded, words
from activities.mail.reply import own_words
from activities.mail.text import one_line, visible
from tests.activities.mail.desk import clean, received

_PIECES = st.sampled_from(
    [
        "=?utf-8?q?a=0d=0aBcc:_x?=",
        "=?x?b?////?=",
        "<a@b.example>",
        "a@b.example",
        ",",
        ";",
        ":",
        '"',
        "(",
        ")",
        "\\",
        "\r\n ",
        "\0",
    ]
    + ["\u202e", "é", "<", ">", "@", "group:", "\udcff", "=?utf-8?q?", "?="]
)
_VALUE = st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=12).map("".join)
_HEADER_LINES = st.lists(
    st.tuples(
        st.sampled_from(
            ["From", "To", "Subject", "Message-ID", "References", "Content-Type", "Content-Disposition", "Date"]
        )
        | st.text(max_size=10),
        _VALUE,
    ),
    max_size=8,
)
_FEW = settings(max_examples=100, deadline=None)


@_FEW
@given(lines=_HEADER_LINES, body=st.binary(max_size=300) | _VALUE.map(lambda text: text.encode("utf-8", "replace")))
def test_any_headers_and_body_are_read_or_refused(lines: list[tuple[str, str]], body: bytes) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in lines).encode("utf-8", "surrogateescape")

    try:
        message = received(head + b"\r\n" + body)
    except Unreadable as refused:
        _has_reason(refused)
        return

    assert clean(message.subject)
    assert message.sender.isprintable()
    assert not message.verified
    message.model_dump_json().encode()


@_FEW
@given(raw=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        assert received(raw).raw
    except Unreadable as refused:
        _has_reason(refused)


@_FEW
@given(value=_VALUE)
def test_any_header_value_gives_clean_addresses(value: str) -> None:
    found = addresses(value)

    assert all("@" in address and address.isprintable() and " " not in address for address, _ in found)
    assert all(clean(name) for _, name in found)
    assert all(known.isascii() for known in message_ids(value))
    assert isinstance(words(value), str)


@_FEW
@given(value=_VALUE)
def test_any_words_go_out_as_whole_ascii_lines(value: str) -> None:
    for line in (
        mailbox("ada@example.org", value),
        unstructured(value),
        unstructured(subject_line(value, case_id="INC-1", reply=True)),
    ):
        assert line.isascii()
        assert "\r" not in line.replace("\r\n ", "")
        assert "\n" not in line.replace("\r\n ", "")
        assert max(map(len, line.split("\r\n"))) < 500


@_FEW
@given(text=_VALUE, limit=st.integers(min_value=1, max_value=50))
def test_visible_text_is_short_enough_stable_and_can_be_stored(text: str, limit: int) -> None:
    shown = visible(text, limit)

    assert len(shown) <= limit
    assert visible(shown, limit) == shown
    assert "\0" not in shown
    shown.encode()
    assert clean(one_line(text, limit))


@_FEW
@given(text=st.text(max_size=400))
def test_own_words_are_always_lines_of_the_text(text: str) -> None:
    kept = own_words(text)

    assert {line.strip() for line in kept.split("\n")} <= {line.strip() for line in text.split("\n")} | {text.strip()}
    assert bool(kept) == bool(text.strip())


@_FEW
@given(page=_VALUE, quotes=st.booleans())
def test_any_page_gives_text(page: str, quotes: bool) -> None:
    assert isinstance(text_of(page, with_quotes=quotes), str)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "klingon", "zip", "idna", "", "utf-16", "x\0y", "undefined"])
def test_any_bytes_in_any_charset_give_text(charset: str) -> None:
    assert decoded(bytes(range(256)), charset)


def _has_reason(refused: Unreadable) -> None:
    assert len(refused.reason) > 10
