"""What a person wrote, without the mail it answers and without the signature.

One pass over the lines, so that a hostile mail costs no more than a long one; libraries for this search whole texts
with backtracking expressions. When in doubt the words stay: a quote too many is better than a word too few.
"""

import re

_WROTE = (
    "wrote|writes|schrieb|schreef|a écrit|écrit|escribió|ha scritto|scrisse|escreveu|skrev|kirjoitti|napisał|napsal"
    "|napsala|написала?|пишет|пише|yazdı|írta|έγραψε|a scris|написав|さんは書きました|のメール|写道|寫道|작성"
)
_ATTRIBUTION_END = re.compile(rf"(?:{_WROTE})[^\w]*.{{0,120}}[::]\s*$", re.IGNORECASE)
_EVIDENCE = re.compile(r"@|\d{1,4}[./年-]\s?\d{1,2}|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b")
_STRONG = re.compile(r"@|\b(?:19|20)\d\d\b")
_ORIGINAL = re.compile(
    r"^[\s>]*[-_*]{2,}+\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|message d'origine|message original|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding"
    r"|wiadomość oryginalna|původní zpráva|исходное сообщение|alkuperäinen viesti|原始邮件|元のメッセージ)"
    r"\s*[-_*]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:forwarded message|begin forwarded message|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten|message transféré|début du message|mensaje reenviado|messaggio inoltrato"
    r"|doorgestuurd bericht|vidarebefordrat|wiadomość przekazana)\b",
    re.IGNORECASE,
)
_FROM = r"from|von|de|da|van|från|fra|od|lähettäjä|от|gönderen|feladó|发件人|寄件者|差出人|보낸\s?사람"
_OTHER = (
    r"sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|assunto|inviato|data|a"
    r"|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|odesláno|komu|předmět"
    r"|lähetetty|vastaanottaja|aihe|отправлено|кому|тема|копия|发送时间|收件人|抄送|主题|送信日時|宛先|件名"
)
_HEADER_FROM = re.compile(rf"^\s*\*?(?:{_FROM})\s*[::]\s*\*?\s*\S", re.IGNORECASE)
_HEADER_OTHER = re.compile(rf"^\s*\*?(?:{_OTHER})\s*[::]\s*\*?", re.IGNORECASE)
_DEVICE_NOTES = (
    *("sent from my ", "sent from (?:outlook|mail|yahoo|proton)", "get outlook for "),
    *(
        "gesendet von ",
        "von meinem .{1,40} gesendet",
        "diese nachricht wurde von meinem",
        "envoyé (?:de|depuis) (?:mon|ma)",
    ),
    *("enviado (?:desde|do) m", "inviato da(?:l mio)? ", "verzonden vanaf mijn", "skickat från min", "sendt fra min"),
    *("wysłane z ", "отправлено (?:с|из) "),
)
_SENT_FROM = re.compile(rf"^\s*(?:{'|'.join(_DEVICE_NOTES)})", re.IGNORECASE)
_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
_MAX_LINES = 20_000


def own_words(text: str, *, forwarded: bool = False) -> str:
    """The person's own lines of `text`; all of it when nothing else would remain.

    `forwarded`: the mail hands somebody else's mail on, which is then what it is about.
    """
    if forwarded:
        return text.strip()
    lines = text.split("\n")[:_MAX_LINES]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FORWARDED.match(line):
            kept += lines[at:]
            break
        if _ORIGINAL.match(line) or _header_block(lines, at):
            break
        if line == "-- " or line == "--":
            at = _after_signature(lines, at)
            continue
        length = _attribution(lines, at)
        if length and _quote_follows(lines, at + length):
            at += length
            continue
        if length and _STRONG.search(" ".join(lines[at : at + length])):
            break
        if not line.lstrip().startswith((">", ">")):
            kept.append(line)
        at += 1
    return _tidy(kept) or text.strip()


def _attribution(lines: list[str], at: int) -> int:
    """How many lines an attribution (`On Monday, Sam wrote:`) takes from here; 0 when there is none."""
    if not lines[at].strip() or len(lines[at]) > 300:
        return 0
    for length in (1, 2, 3):
        if at + length > len(lines):
            return 0
        last = lines[at + length - 1].strip()
        if not last or last.startswith(">"):
            return 0
        joined = " ".join(line.strip() for line in lines[at : at + length])
        if len(joined) <= 400 and _ATTRIBUTION_END.search(joined[-260:]):
            # A wrapped one begins like one; else a plain sentence above it would go with it.
            return length if length == 1 or _EVIDENCE.search(lines[at]) or lines[at][:3] in ("On ", "Am ", "Le ") else 0
    return 0


def _quote_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return following.lstrip().startswith(">")


def _header_block(lines: list[str], at: int) -> bool:
    """Outlook's way: a block of `From:`, `Sent:`, `To:`, `Subject:`, maybe under a rule."""
    start = at
    if _RULE.match(lines[at]):
        start = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
    if not _HEADER_FROM.match(lines[start]):
        return False
    others = sum(1 for line in lines[start + 1 : start + 7] if _HEADER_OTHER.match(line))
    return others >= 2


def _after_signature(lines: list[str], at: int) -> int:
    """A signature ends with the mail, or where a quote begins."""
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if line.startswith(">") or _ORIGINAL.match(line) or _attribution(lines, number) or _header_block(lines, number):
            return number
    return len(lines)


def _tidy(lines: list[str]) -> str:
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1]) or _SENT_FROM.match(lines[-1])):
        lines.pop()
    tidy = [line for at, line in enumerate(lines) if line.strip() or (at and lines[at - 1].strip())]
    return "\n".join(tidy).strip()
