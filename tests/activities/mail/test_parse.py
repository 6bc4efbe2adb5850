"""What the desk understands of a mail."""

import hashlib

import pytest

from activities.mail.mime import Unreadable
from tests.activities.mail.desk import TOKEN, Blobs, received
from tests.activities.mail.hostile import GOOD, by_hand

HOSTILE = dict(by_hand())


def _mail(headers: str = "", body: str = "My screen is dark.") -> str:
    return f"From: Ada <Ada@Example.org>\nTo: help@example.com\nSubject: Screen\n{headers}\n{body}\n"


def test_a_good_mail_gives_sender_words_files_and_threads() -> None:
    blobs = Blobs()

    message = received(GOOD, blobs=blobs)

    assert (message.sender, message.sender_name) == ("ada@example.org", "Ada Löw")
    assert message.subject == "VPN fällt aus"
    assert message.text == "Mein VPN fällt aus."
    assert "> Hallo" in message.full_text
    assert message.references == ("<a@example.com>", "<b@example.com>")
    assert message.external_id == message.message_id == "<good-1@example.org>"
    assert [(file.name, file.media_type, file.size) for file in message.attachments] == [("shot.png", "image/png", 256)]
    assert blobs.kept[message.attachments[0].blob] == bytes(range(256))


def test_the_original_is_always_kept() -> None:
    blobs = Blobs()

    message = received(GOOD, blobs=blobs)

    assert message.raw == hashlib.sha256(GOOD).hexdigest()
    assert blobs.kept[message.raw] == GOOD


def test_without_a_message_id_the_same_words_of_the_same_person_have_the_same_name() -> None:
    first = received(_mail("Received: by a.example\n"))
    again = received(_mail("Received: by b.example\n").replace("\n", "\r\n"))
    other_words = received(_mail(body="My screen is dark again."))
    other_person = received(_mail().replace("Ada@", "bob@"))

    assert first.external_id == again.external_id
    assert len({first.external_id, other_words.external_id, other_person.external_id}) == 3
    assert first.message_id is None


@pytest.mark.parametrize("header", [f"Cc: help+{TOKEN}@example.com", f"Delivered-To: HELP+{TOKEN.upper()}@example.com"])
def test_the_reply_token_is_read_from_our_own_address_in_any_case(header: str) -> None:
    message = received(_mail(header + "\n"))

    assert message.reply_token == TOKEN


def test_the_reply_token_is_read_from_the_subject() -> None:
    message = received(_mail().replace("Subject: Screen", f"Subject: Re: Screen [#{TOKEN}]"))

    assert message.reply_token == TOKEN


def test_a_tag_of_somebody_elses_address_is_no_token() -> None:
    message = received(_mail(f"Cc: help+{TOKEN}@example.net, sam+{TOKEN}@example.com\n"))

    assert message.reply_token is None


def test_headers_of_our_own_naming_mean_nothing_from_outside() -> None:
    plain = received(_mail())
    forged = received(_mail("X-Jidoka-Case: INC-1\nX-Jidoka-Verified: yes\nX-Jidoka-Token: " + TOKEN + "\n"))

    assert forged.model_copy(update={"raw": plain.raw}) == plain


def test_an_encoded_line_break_in_a_subject_becomes_a_blank() -> None:
    message = received(HOSTILE["CRLF in an encoded subject"])

    assert message.subject == "hi Bcc: v@z"


def test_an_address_inside_an_encoded_name_is_not_the_sender() -> None:
    message = received(HOSTILE["CRLF in an encoded name"])

    assert message.sender == "ada@example.org"


def test_html_alone_is_read_without_what_is_hidden_or_would_run() -> None:
    message = received(HOSTILE["HTML that loads and runs"])

    assert message.text == "seen"


def test_the_plain_text_is_preferred_to_html() -> None:
    message = received(GOOD.replace(b"<b>f", b"<b>something else f"))

    assert "something else" not in message.full_text


@pytest.mark.parametrize("quote", ['<div class="gmail_quote">old</div>', '<blockquote type="cite">old</blockquote>'])
def test_what_a_mail_program_marks_as_quoted_is_not_the_persons_words(quote: str) -> None:
    message = received(_mail("Content-Type: text/html\n", f"<div>It works now.</div>{quote}"))

    assert message.text == "It works now."
    assert "old" in message.full_text


def test_all_after_outlooks_separator_is_quoted() -> None:
    page = '<p>Still dark.</p><div id="divRplyFwdMsg"><b>From:</b> Desk</div><div>old</div><p>older</p>'

    message = received(_mail("Content-Type: text/html\n", page))

    assert message.text == "Still dark."


def test_a_forwarded_mail_is_what_it_is_about_and_kept_whole() -> None:
    body = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.net>\nSubject: x\n\nThe lift is stuck."
    )

    message = received(_mail(body=body).replace("Subject: Screen", "Subject: Fwd: Lift"))

    assert "The lift is stuck." in message.text


def test_a_mail_inside_a_mail_is_a_file() -> None:
    blobs = Blobs()

    message = received(HOSTILE["an attached mail"], blobs=blobs)

    assert message.text == "hello"
    assert [file.name for file in message.attachments] == ["message.eml"]
    assert b"Subject: inner" in blobs.kept[message.attachments[0].blob]


def test_an_invitation_and_winmail_are_files() -> None:
    invitation = received(HOSTILE["an invitation"])
    winmail = received(HOSTILE["winmail.dat"])

    assert [file.name for file in invitation.attachments] == ["invitation.ics"]
    assert [(file.name, file.media_type) for file in winmail.attachments] == [("winmail.dat", "application/ms-tnef")]


def test_a_file_that_is_too_large_is_named_and_stays_in_the_original() -> None:
    blobs = Blobs()

    message = received(HOSTILE["a file of 50 MB"], blobs=blobs)

    assert message.text == "See the file."
    assert message.attachments[0].blob == ""
    assert "original" in message.attachments[0].note
    assert set(blobs.kept) == {message.raw}


def test_a_file_name_never_holds_a_path_or_turns_around() -> None:
    path = received(HOSTILE["a path as file name"]).attachments[0]
    turned = received(HOSTILE["a file name that turns around"]).attachments[0]

    assert path.name == "_.._.._etc_passwd"
    assert turned.name == "evilgnp.exe"


@pytest.mark.parametrize("name", ["nothing", "blanks", "a picture", "a web page", "prose", "2000 nested multiparts"])
def test_what_is_no_mail_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        received(HOSTILE[name])

    assert refused.value.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("an unknown charset", "café"),
        ("a charset that is no text", "hello"),
        ("an unknown transfer encoding", "hello"),
        ("bare carriage returns", "hello\nthere"),
    ],
)
def test_a_wrong_charset_or_encoding_still_gives_the_words(name: str, words: str) -> None:
    message = received(HOSTILE[name])

    assert message.text == words


def test_what_was_left_out_is_said() -> None:
    message = received(HOSTILE["300 files"])

    assert len(message.attachments) == 50
    assert "(only the first 50 files were taken; the original is kept whole.)" in message.full_text
    assert "(only the first 200 parts were read; the original is kept whole.)" in message.full_text
