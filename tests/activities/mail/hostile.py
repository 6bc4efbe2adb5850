"""Mails that break mail programs: made by hand, and good ones damaged at random (seeded)."""

import base64
import random
from collections.abc import Iterator

GOOD = (
    b"Return-Path: <ada@example.org>\r\nFrom: =?utf-8?q?Ada_L=C3=B6w?= <ada@example.org>\r\n"
    b"To: Desk <help@example.com>\r\nSubject: =?utf-8?b?VlBOIGbDpGxsdCBhdXM=?=\r\nMessage-ID: <good-1@example.org>\r\n"
    b"In-Reply-To: <a@example.com>\r\nReferences: <b@example.com>\r\n <a@example.com>\r\nMIME-Version: 1.0\r\n"
    b'Date: Sun, 22 Nov 2026 10:00:00 +0100\r\nContent-Type: multipart/mixed; boundary="outer"\r\n\r\n'
    b"--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    b"--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Mein VPN f=C3=A4llt aus.\r\n\r\nAm 22.11.2026 um 09:00 schrieb Desk <help@example.com>:\r\n> Hallo\r\n"
    b"--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>Mein VPN <b>f\xc3\xa4llt</b> aus.</p>\r\n--inner--\r\n"
    b"--outer\r\nContent-Type: image/png; name=shot.png\r\nContent-Disposition: attachment; filename=shot.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(bytes(range(256))) + b"\r\n--outer--\r\n"
)
_HEAD = b"From: ada@example.org\r\nTo: help@example.com\r\nSubject: hello\r\nMessage-ID: <h@example.org>\r\n"


def by_hand() -> Iterator[tuple[str, bytes]]:
    """`(name, mail)` of each known trap."""
    yield from _headers()
    yield from _structures()
    yield from _bodies()
    yield from _big()


def damaged(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """`count` mails, each with a few random injuries."""
    chance = random.Random(seed)
    sources = [GOOD, *(mail for _, mail in _structures() if len(mail) < 5_000)]
    for number in range(count):
        mail = bytearray(chance.choice(sources))
        for _ in range(chance.randint(1, 6)):
            _injure(mail, chance)
        yield f"damaged {seed}/{number}", bytes(mail)


def _injure(mail: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(mail) + 1)
    far = min(len(mail), at + chance.randint(1, 60))
    match chance.randrange(8):
        case 0:
            mail[at:far] = b""
        case 1:
            mail[at:at] = chance.randbytes(chance.randint(1, 40))
        case 2:
            mail[at:at] = mail[at:far] * chance.randint(1, 20)
        case 3:
            del mail[max(at, 1) :]
        case 4:
            mail[at:at] = chance.choice(
                [b"\r\n\r\n", b"\n", b"\r", b"\0", b"--outer\r\n", b"--inner--\r\n", b"=?utf-8?q?"]
            )
        case 5:
            mail[at:at] = chance.choice(_SNIPPETS)
        case 6:
            mail[:] = mail.replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\r\n"]))
        case _:
            mail[at:far] = bytes(chance.randrange(256) for _ in range(far - at))


_SNIPPETS = [
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=outer\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b'; charset="punycode"',
    b"From: mallory@example.net\r\n",
    b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n",
    b"=?utf-8?b?////?=",
    b"\xff\xfe\xfd",
    "\u202egnp.exe\u200b".encode(),
]


def _headers() -> Iterator[tuple[str, bytes]]:
    rest = b"From: ada@example.org\r\nTo: help@example.com\r\n"
    body = b"\r\nMy screen is dark.\r\n"
    yield "CRLF in an encoded subject", rest + b"Subject: =?utf-8?q?hi=0d=0aBcc:_v@z?=\r\n" + body
    yield "CRLF in an encoded name", b"From: =?utf-8?q?Ada=0d=0aBcc:_v@z?= <ada@example.org>\r\nSubject: x\r\n" + body
    yield "an address that parses as another", b"From: alice@example.org]<bob@evil.test>\r\nSubject: x\r\n" + body
    yield "no Message-ID", rest + b"Subject: x\r\n" + body
    yield "an empty Message-ID", rest + b"Message-ID: <>\r\nSubject: x\r\n" + body
    yield "a Message-ID of 10,000 letters", rest + b"Message-ID: <" + b"a" * 10_000 + b"@x>\r\n" + body
    yield "two Message-IDs", rest + b"Message-ID: <a@x.example>\r\nMessage-ID: <b@x.example>\r\n" + body
    yield "forged References", rest + b"References: <victim@example.com> <x\r\n Bcc: v@z> <<>> <@> <a b@c>\r\n" + body
    yield "5,000 References", rest + b"References:" + b"\r\n <r@example.com>" * 5_000 + b"\r\n" + body
    yield "a null sender", b"Return-Path: <>\r\nFrom: MAILER-DAEMON <>\r\nSubject: Undeliverable\r\n" + body
    yield "no sender at all", b"To: help@example.com\r\nSubject: x\r\n" + body
    yield "an empty From", b"From:\r\nSubject: x\r\n" + body
    yield "several authors", b"From: a@example.org, b@example.org\r\nSender: c@example.org\r\nSubject: x\r\n" + body
    yield "two From lines", b"From: a@example.org\r\nFrom: b@example.org\r\nSubject: x\r\n" + body
    yield (
        "a group",
        b"From: Team: a@example.org, b@example.org;\r\nTo: undisclosed-recipients:;\r\nSubject: x\r\n" + body,
    )
    yield "8-bit header lines", b"From: Zo\xeb <zoe@example.org>\r\nSubject: \xc3\xa4 und \xe4\r\n" + body
    yield "an unknown charset in the subject", rest + b"Subject: =?x-none?q?hi=FF?= =?utf-8?z?aa?=\r\n" + body
    yield "broken base64 in the subject", rest + b"Subject: =?utf-8?b?A?= =?utf-8?b?====?=\r\n" + body
    yield "punycode as a charset", rest + b"Subject: =?punycode?q?" + b"a" * 60_000 + b"?=\r\n" + body
    yield "10,000 encoded words", rest + b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\r\n" + body
    yield "a subject of a megabyte", rest + b"Subject: " + b"x" * 1_000_000 + b"\r\n" + body
    yield "20,000 recipients", b"From: a@example.org\r\nTo: " + b"u@example.org, " * 20_000 + b"\r\n" + body
    yield "10,000 nested comments", b"From: a@example.org " + b"(" * 10_000 + b")" * 10_000 + b"\r\n" + body
    yield "10,000 quotes", b"From: " + b'"\\' * 10_000 + b" <a@example.org>\r\n" + body
    yield "5,000 header lines", rest + b"X-Noise: 1\r\n" * 5_000 + body
    yield "a header of 10,000 lines", rest + b"X-Noise: 1" + b"\r\n more" * 10_000 + b"\r\n" + body
    yield "invisible letters", rest + "Subject: pay\u200bpal \u202etxt.exe\u2066\r\n".encode() + body
    yield "control letters", rest + b"Subject: a\x00b\x07c\x1b[2Jd\r\n" + body
    yield "headers of our own naming", rest + b"X-Jidoka-Case: INC-00000000\r\nX-Jidoka-Verified: yes\r\n" + body
    yield (
        "a forged pass",
        rest + b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n" + body,
    )
    yield "a bad date", rest + b"Date: yesterday-ish +9999\r\nSubject: x\r\n" + body
    yield "a header without a colon", rest + b"Subject x\r\nReply-To: y@example.org\r\n" + body
    yield "an mbox line first", b"From ada@example.org Sun Nov 22 10:00:00 2026\r\n" + rest + b"Subject: x\r\n" + body
    yield "a space before the colon", b"From : ada@example.org\r\nSubject : x\r\n" + body
    yield "a formula as subject", rest + b'Subject: =HYPERLINK("http://x.example","y")\r\n' + body
    yield "an IDN sender", "From: =?utf-8?q?Z?= <z@m\u00fcnchen.example>\r\nSubject: x\r\n".encode() + body


def _structures() -> Iterator[tuple[str, bytes]]:
    plain = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    yield "no closing boundary", _HEAD + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n" + plain
    yield "no boundary named", _HEAD + b"Content-Type: multipart/mixed\r\n\r\n--X\r\n" + plain + b"--X--\r\n"
    yield "an empty boundary", _HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n' + plain + b"----\r\n"
    yield "a boundary never seen", _HEAD + b"Content-Type: multipart/mixed; boundary=Y\r\n\r\n--X\r\n" + plain
    yield (
        "a multipart in base64",
        (
            _HEAD
            + b"Content-Type: multipart/mixed; boundary=X\r\nContent-Transfer-Encoding: base64\r\n\r\n--X\r\n"
            + plain
        ),
    )
    yield (
        "the same boundary inside",
        _HEAD
        + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n"
        + (b"--X\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n" * 5 + plain + b"--X--\r\n" * 5),
    )
    for depth in (15, 40, 250, 2_000):
        yield f"{depth} nested multiparts", _HEAD + _nested(depth) + plain
    for depth in (10, 250, 3_000):
        yield f"{depth} mails in mails", _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\nhello\r\n"
    yield (
        "an attached mail",
        (
            _HEAD + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n" + plain + b"--X\r\n"
            b"Content-Type: message/rfc822\r\n\r\nFrom: c@example.org\r\nSubject: inner\r\n\r\nwords\r\n--X--\r\n"
        ),
    )
    yield "winmail.dat", _file(b"application/ms-tnef", b"winmail.dat", b"\x78\x9f\x3e\x22garbage")
    yield (
        "an invitation",
        _HEAD + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )
    yield "a path as file name", _file(b"text/plain", b"../../../etc/passwd", b"x")
    yield "a file name that turns around", _file(b"image/png", "evil\u202egnp.exe".encode(), b"x")
    yield (
        "a file name in pieces",
        (
            _HEAD + b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''%e4%zz;"
            b" filename*1=b; filename*x=c; filename*0=d\r\n\r\nx\r\n"
        ),
    )
    yield (
        "a file name in an unknown charset",
        (_HEAD + b"Content-Disposition: attachment; filename*=x-none'de'%FF%FE\r\n\r\nx\r\n"),
    )
    yield "5,000 parts", _HEAD + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n" + b"--X\r\n\r\nhi\r\n" * 5_000
    yield (
        "300 files",
        _HEAD
        + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n"
        + (b"--X\r\nContent-Disposition: attachment; filename=a\r\n\r\nhi\r\n" * 300),
    )
    yield (
        "a delivery report",
        (
            b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.net\r\nSubject: failed\r\n"
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=X\r\n\r\n--X\r\n"
            + plain
            + b"--X\r\n"
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;a@x\r\n"
        ),
    )


def _bodies() -> Iterator[tuple[str, bytes]]:
    def with_type(value: bytes, body: bytes) -> bytes:
        return _HEAD + b"Content-Type: " + value + b"\r\n\r\n" + body

    yield "an unknown charset", with_type(b"text/plain; charset=klingon", b"caf\xe9\r\n")
    yield "a charset that lies", with_type(b"text/plain; charset=us-ascii", b"caf\xc3\xa9 \xe9\r\n")
    yield "a charset that is no text", with_type(b"text/plain; charset=zip", b"hello\r\n")
    yield "a charset with a NUL", with_type(b'text/plain; charset="utf\x00-8"', b"hello\r\n")
    yield "idna as a charset", with_type(b"text/plain; charset=idna", b"a." * 100_000)
    yield "UTF-16 without a mark", with_type(b"text/plain; charset=utf-16", "hello".encode("utf-16-le") + b"\xd8")
    yield "UTF-7 script", with_type(b"text/plain; charset=utf-7", b"+ADw-script+AD4-alert(1)\r\n")
    yield "an unknown transfer encoding", _HEAD + b"Content-Transfer-Encoding: x-zip\r\n\r\nhello\r\n"
    yield "uuencode cut short", _HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nM!!\r\n"
    yield "bad quoted-printable", _HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=ZZ=\r\n=\r\n===\r\n"
    yield "an empty body", _HEAD + b"\r\n"
    yield "headers alone", _HEAD
    yield "NULs in the body", _HEAD + b"\r\na\0b\0c\r\n"
    yield "a tower of combining marks", with_type(b"text/plain; charset=utf-8", ("e" + "\u0301" * 50_000).encode())
    yield "100,000 quote marks", _HEAD + b"\r\n" + b">" * 100_000 + b"\r\n> hi\r\n"
    yield "only quotes", _HEAD + b"\r\nOn Sunday, 22 Nov 2026, Desk <help@example.com> wrote:\r\n> hi\r\n"
    yield "100,000 attributions", _HEAD + b"\r\n" + b"On 1 Jan 2026, a@b.example wrote:\r\n> x\r\nok\r\n" * 33_000
    yield "100,000 almost attributions", _HEAD + b"\r\n" + b"wrote wrote wrote " * 30_000 + b"\r\n"
    yield (
        "HTML that loads and runs",
        with_type(
            b"text/html",
            b"<html><head><script>alert(1)</script><link rel=stylesheet href=http://x.example/a.css>"
            b"</head><body onload=x()>"
            b"<img src=http://x.example/p.gif><p style='display:none'>hidden</p><p>seen</p><iframe src=file:///etc/passwd>",
        ),
    )
    yield (
        "HTML with an outside entity",
        with_type(b"text/html", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;</p>'),
    )
    yield "HTML 100,000 deep", with_type(b"text/html", b"<div>" * 100_000 + b"deep")
    yield "HTML of 3,000 nested tables", with_type(b"text/html", b"<table><tr><td>" * 3_000 + b"deep")
    yield (
        "HTML with a table of 100,000 cells",
        with_type(b"text/html", b"<table>" + (b"<tr>" + b"<td>x" * 100) * 1_000 + b"</table>"),
    )
    yield "HTML that is none", with_type(b"text/html", b"\0\xff<<<>>>&&&;#" * 1_000)
    yield "empty HTML", with_type(b"text/html", b"<html></html>")
    yield "2 MB on one line", _HEAD + b"\r\n" + b"x" * 2_000_000
    yield "bare carriage returns", _HEAD.replace(b"\r\n", b"\r") + b"\rhello\rthere\r"


def _big() -> Iterator[tuple[str, bytes]]:
    yield "a file of 50 MB", _file(b"video/mp4", b"screen.mp4", b"\xff" * (50 * 2**20))
    yield "two million empty lines", _HEAD + b"\r\n" + b"\n" * 2_000_000
    yield "two million lines in 200 nested parts", _HEAD + _nested(200) + b"\r\n" + b"x\n" * 2_000_000
    yield "nothing", b""
    yield "blanks", b" \r\n\r\n\0\0"
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    yield "a web page", b"<!doctype html><html><body>hello</body></html>"
    yield "prose", b"Dear all\r\n\r\nthis is no mail\r\n"


def _nested(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return head + b"Content-Type: text/plain\r\n"


def _file(media_type: bytes, name: bytes, content: bytes) -> bytes:
    return (
        _HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
        b"--X\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--X\r\nContent-Type: " + media_type + b"\r\n"
        b'Content-Disposition: attachment; filename="'
        + name
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(content)
        + b"\r\n--X--\r\n"
    )
