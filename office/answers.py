"""What the words of a mail say: yes, no, or by themselves that it is solved. In doubt nothing: a person reads them."""

import re

SOLVED = re.compile(
    r"\b(it|this|that|all|everything|no\.? ?\d|article( \d)?)( has| have|'s| is)? ?(now )?(works?|working|worked|solved"
    r"|fixed|helped|did (it|the trick)|good)\b"
    r"|^\W*(works|working|solved|fixed|gelöst|erledigt|behoben|funktioniert|résolu|réglé|resuelto|solucionado)\b"
    r"|\b(das|es|dies|hat|jetzt|nun)\b.{0,20}\b(gelöst|geholfen|erledigt|behoben|funktioniert|geklappt|geht jetzt)\b"
    r"|\bgeht (jetzt |nun )?wieder\b"
    r"|\b(c['’]est|ça|cela|problème)\b.{0,20}\b(résolu|réglé|marche|fonctionne|aidé)\b"
    r"|\b(eso|esto|ya|problema|me)\b.{0,20}\b(resuelto|solucionado|funciona|resolvió|solucionó|ayud(ó|ado))"
    r"|^\W*no (more )?(problems?|issues?|trouble)\b",
    re.IGNORECASE,
)
"""That it works, said so that it needs no question before it."""
YES = re.compile(r"^\W*(yes|yep|ja|oui|s[ií])\b", re.IGNORECASE)
THANKS = re.compile(
    r"^\W*(many )?(thanks?|thank you|danke|merci|gracias)"
    r"( (you|a lot|so much|very much|vielmals|schön|sehr|beaucoup))*\W*$",
    re.IGNORECASE,
)
NO = re.compile(
    r"^\W*(no|nein|non|nope)\b(?!\W*(more|thanks|thank you|danke|problem|issue|trouble|worries|\.? ?\d))"
    r"|\bstill (not|no|doesn'?t|does not|fails?|broken|down|drops?)\b|^\W*still\b"
    r"|\b(does not|doesn['’]?t|did not|didn['’]?t) (work|help|solve|fix)|\bnot (yet )?(solved|working|fixed)\b"
    r"|\bnicht geholfen\b",
    re.IGNORECASE,
)
UNSURE = re.compile(
    r"\?|\b(not|nicht|kein|aber|but|except|only|nur|pas|still|however|will|later|tomorrow|morgen|until|bis|away)\b|n['’]t\b",
    re.IGNORECASE,
)
"""A yes with such a word in its line is left for a person to read."""
HEDGED = re.compile(
    r"\b(would|could|should|if|once|when|unless|hope|please|almost|nearly|partly|nobody|never|how|before|yesterday|other"
    r"|wenn|falls|bitte|fast|nie|gestern|si|quand|cuando)\b",
    re.IGNORECASE,
)
"""Where nobody has asked, such a word is enough to leave it for a person."""


def answer_in(text: str) -> bool | None:
    """What the first line says to "is it solved?": yes, no, or neither; in doubt neither."""
    first = _first(text)
    if "?" not in first and NO.search(first):
        return False
    if UNSURE.search(first):
        return None
    return True if YES.search(first) or SOLVED.search(first) or THANKS.match(first) else None


def solved_in(text: str) -> bool:
    """Whether the first line says that it is solved, whatever was asked: a mere yes or thanks does not."""
    first = _first(text)
    return bool(SOLVED.search(first)) and not any(doubt.search(first) for doubt in (NO, UNSURE, HEDGED))


def _first(text: str) -> str:
    return text.strip().partition("\n")[0]
