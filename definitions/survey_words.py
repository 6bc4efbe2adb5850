"""An answer to a survey in the words of a mail: a number or one word, in doubt neither."""

import re

from definitions.surveys import Answer

_UNITS = r"(?:\s*(?:stars?|sterne?|points?|punkte?))?"
_NUMBER = re.compile(
    rf"^\W{{0,3}}(\d{{1,2}}){_UNITS}(?:\s*(?:/|of|out of|von|sur|de)\s*(\d{{1,2}}){_UNITS})?"
    r"\s*(?:$|[.,;:!)](?!\d)|\s[-–—])",
    re.IGNORECASE,
)
_WORDS = {
    **dict.fromkeys(
        ("excellent", "perfect", "great", "super", "ausgezeichnet", "perfekt", "sehr gut", "very good"), 1.0
    ),
    **dict.fromkeys(("good", "fine", "gut", "bien", "bon", "bueno"), 0.75),
    **dict.fromkeys(("ok", "okay", "so so", "mittel", "average"), 0.5),
    **dict.fromkeys(("bad", "poor", "schlecht", "mauvais", "malo"), 0.25),
    **dict.fromkeys(("terrible", "awful", "horrible", "very bad", "sehr schlecht", "furchtbar"), 0.0),
}
"""Where a word lies between the worst and the best."""
_NUMBERS = dict(zip(("one", "two", "three", "four", "five"), range(1, 6), strict=True))
_GERMAN = dict(zip(("eins", "zwei", "drei", "vier", "fünf"), range(1, 6), strict=True))
_THANKS = re.compile(r"[\s,.!]*\b(thanks?|thank you|danke|merci|gracias)\b[\s,.!]*$", re.IGNORECASE)
MOST = 10_000


def answer_of(text: str, low: int, high: int) -> Answer:
    """What a reply says: the score of its first line where that is plainly one, and all other words."""
    lines = text.strip().split("\n")
    first = lines[0].strip()
    score, rest = _number(first, low, high)
    if score is None:
        score, rest = _word(first, low, high), ""
    if score is None:
        return Answer(text=text.strip()[:MOST] or None)
    words = "\n".join([rest, *lines[1:]]).strip()
    return Answer(score=score, text=words[:MOST] or None)


def _number(line: str, low: int, high: int) -> tuple[int | None, str]:
    """A number on its own or before a full stop; `3 people could not work` is none."""
    found = _NUMBER.match(line)
    if found is None or (found[2] and int(found[2]) != high) or not low <= int(found[1]) <= high:
        return None, line
    return int(found[1]), line[found.end() :].lstrip(" -–—")


def _word(line: str, low: int, high: int) -> int | None:
    """One word that stands alone."""
    word = _THANKS.sub("", line).strip(" .!,").casefold()
    if word in _WORDS:
        return round(low + _WORDS[word] * (high - low))
    number = _NUMBERS.get(word) or _GERMAN.get(word)
    return number if number is not None and low <= number <= high else None
