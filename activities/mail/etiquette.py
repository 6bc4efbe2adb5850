"""When a mail is answered and when it is left alone (RFC 3834): loops end here."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from activities.mail.headers import DeskAddresses
from definitions.base import Value
from definitions.intake import InboundMessage

_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|bounces?|listserv|majordomo|nobody|autoreply"
    r"|auto-reply|noresponse|no-response|root|daemon|.+-(?:request|bounces|owner)|owner-.+|bounces?[+=-].+)"
    r"(?:\+.*)?@",
    re.IGNORECASE,
)
_AWAY_PHRASES = (
    *("automatic reply", "auto[ -]?(?:reply|response)", "vacation(?: reply| message| response)?"),
    "out of (?:the )?office(?: auto(?:matic)?[ -]?reply| reply| message)?",
    *("abwesenheits(?:notiz|meldung)", "automatische antwort", "abwesend"),
    *("réponse automatique", "absence du bureau", "message d'absence"),
    *("respuesta automática", "fuera de la oficina", "risposta automatica", "fuori (?:sede|ufficio)"),
    *("automatisch antwoord", "afwezig(?:heidsbericht)?", "autosvar", "automatiskt svar", "frånvaro"),
    *("automatyczna odpowiedź", "resposta automática", "ausência", "автоответ", "automaattinen vastaus"),
    *("自動応答", "自动回复", "不在通知"),
)
_BOUNCED = "undeliverable:|delivery status notification|mail delivery failed|returned mail:|failure notice"
# Whole or with a colon: a person may well write about the out-of-office answer that does not work.
_AWAY = re.compile(rf"^\s*(?:re:\s*)?(?:(?:{'|'.join(_AWAY_PHRASES)})\s*(?:[::]|$)|{_BOUNCED})", re.IGNORECASE)
_SUPPRESSED = {"all", "oof", "autoreply"}


class Cap(Value):
    """At most `most` mails of a kind to one case or person within `window_s` seconds."""

    kind: Literal["answer", "notice"]
    """answer: sent by itself because a mail came in; notice: because the case moved."""
    scope: Literal["case", "recipient"]
    window_s: int
    most: int

    @property
    def name(self) -> str:
        """The key of its count."""
        return f"{self.kind}:{self.scope}:{self.window_s}"


CAPS = (
    Cap(kind="answer", scope="recipient", window_s=300, most=2),
    Cap(kind="answer", scope="recipient", window_s=3_600, most=6),
    Cap(kind="answer", scope="recipient", window_s=86_400, most=20),
    Cap(kind="answer", scope="case", window_s=3_600, most=6),
    Cap(kind="answer", scope="case", window_s=86_400, most=20),
    Cap(kind="notice", scope="recipient", window_s=600, most=20),
    Cap(kind="notice", scope="recipient", window_s=86_400, most=200),
    Cap(kind="notice", scope="case", window_s=3_600, most=60),
)


class Answer(Value):
    """Whether a mail may be sent, and why not."""

    allowed: bool
    reason: str = ""


def automatic(
    headers: Sequence[tuple[str, str]], *, sender: str, subject: str, desk: DeskAddresses, media_type: str = ""
) -> str | None:
    """Why a mail is no person's own words, or None; `headers` as they stand in the mail, names in any case."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip().lower())
    if media_type == "multipart/report":
        return "a delivery report"
    if any(not path.strip("<> ") for path in values.get("return-path", [])[:1]):
        return "the null sender"
    if not sender:
        return "no sender"
    if reason := _declared(values):
        return reason
    if desk.owns(sender):
        return "our own address"
    if _ROBOTS.match(sender):
        return f"sent from a robot's address ({sender.partition('@')[0][:40]}@)"
    if found := _AWAY.match(subject[:300]):
        return f"the subject of an automatic answer ({found.group().strip(' :-–')[:40]})"
    return None


def may_answer(message: InboundMessage, counts: Mapping[str, int], *, caps: Sequence[Cap] = CAPS) -> Answer:
    """Whether a mail may be answered by itself; `counts` has the mails already sent, by `Cap.name`."""
    if message.automatic:
        return Answer(allowed=False, reason=f"not answered: {message.automatic}")
    if not message.sender:
        return Answer(allowed=False, reason="not answered: no sender")
    return within_caps("answer", counts, caps=caps)


def within_caps(kind: Literal["answer", "notice"], counts: Mapping[str, int], *, caps: Sequence[Cap] = CAPS) -> Answer:
    """Whether one more mail of this kind stays under every cap; a missing count is an error (KeyError)."""
    for cap in caps:
        if cap.kind == kind and counts[cap.name] >= cap.most:
            return Answer(
                allowed=False,
                reason=f"held back: {counts[cap.name]} mails to this {cap.scope} in {cap.window_s // 60} minutes "
                f"(at most {cap.most})",
            )
    return Answer(allowed=True)


def _declared(values: Mapping[str, Sequence[str]]) -> str | None:
    """What a well-behaved program says about its mail."""
    submitted = next(iter(values.get("auto-submitted", [])), "no").split(";")[0].strip()
    if submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    precedence = next(iter(values.get("precedence", [])), "")
    if precedence in ("bulk", "list", "junk", "auto_reply"):
        return f"Precedence: {precedence}"
    for name in ("list-id", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply"):
        if name in values:
            return f"it carries {name.title()}"
    suppressed = {word.strip() for value in values.get("x-auto-response-suppress", []) for word in value.split(",")}
    if suppressed & _SUPPRESSED:
        return "X-Auto-Response-Suppress"
    if "report-type=" in next(iter(values.get("content-type", [])), ""):
        return "a delivery report"
    return None
