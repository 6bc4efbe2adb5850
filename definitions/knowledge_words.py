"""Words as search compares them: folded, without endings, without those that say nothing; and close misspellings.

The same for what is stored and what is asked, whatever the database, so that both find the same articles.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_APOSTROPHES = re.compile(r"['’`´]")
_STROKES = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "\u2010": "-"})
LONGEST = 40
"""What is longer is no word, but pasted data: its beginning is enough, and no database takes all of it."""
QUERY_CHARS = 2_000
"""More of a query than this is not read: people say what is wrong early."""

_EMPTY = """
a about after again all also am an and any anybody anyone are as at be because been before but by can cannot
cant could couldnt did didnt do does doesnt doing dont for from get gets getting got had has hasnt have havent
having hello help hi how i id if ill im in into is isnt it its ive just keep keeps let me much my myself need no
not now of off on once only or our out over please s should since so some somebody someone something still t
thank thanks that the their them then there these they thing this to too try trying up us use used using very
via want was wasnt way we were what when where which while who why will with without wont would you your
"""
EMPTY = frozenset(_EMPTY.split())
"""They stand in every question and lead nowhere."""

SHORTEST_TO_CORRECT = 3
SURE_OF_LETTERS = 6
"""In a word shorter than this no letter is taken for another one."""
MOST_MEANT = 2
LONG = 8
"""From this length on two slips are taken for a misspelling, below it one."""


def tokens(text: str) -> tuple[str, ...]:
    """The words in order, folded; parts joined by a hyphen come together and then each alone."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold().translate(_STROKES)
    folded = "".join(c for c in plain if not unicodedata.combining(c))
    for found in _WORD.findall(folded):
        parts = found.split("-")
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST]
        yield from (part[:LONGEST] for part in parts)


def stem(word: str) -> str:
    """The word without the commonest English endings; crude on purpose, since both sides lose the same."""
    if len(word) <= 3 or not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search("[aeiouy]", rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("tion") and len(word) >= 8:
        word = word.removesuffix("ion")
    return word.removesuffix("e") if len(word) > 4 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search("(ss|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not re.search("(ss|us|is)$", word) else word


def stems(text: str) -> tuple[str, ...]:
    """The words that count, in order."""
    return tuple(stem(token) for token in tokens(text) if token not in EMPTY)


def spellings(word: str) -> tuple[str, ...]:
    """The word, and the word with each one letter left out: two words one slip apart share one of these."""
    if len(word) < SHORTEST_TO_CORRECT:
        return (word,)
    return tuple(dict.fromkeys([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]))


def corrections(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The closest of the known words that `word` may be a slip for; two at most, where they are equally close.

    Few slips touch the first letter. In a short word another letter makes another word, so there a letter may only be
    missing, too many, or swapped with its neighbour. A word that may be a slip for many is rather one we do not know.
    """
    if len(word) < SHORTEST_TO_CORRECT or any(c.isdigit() for c in word):
        return ()
    slips = 2 if len(word) >= LONG else 1
    near = [other for other in set(known) if other[:1] == word[:1] and abs(len(other) - len(word)) <= slips]
    found = [(slip_count(word, other), other) for other in near if len(other) >= SHORTEST_TO_CORRECT]
    if len(word) < SURE_OF_LETTERS:
        found = [(n, other) for n, other in found if len(other) != len(word) or sorted(other) == sorted(word)]
    least = min((n for n, _ in found), default=slips + 1)
    closest = sorted(other for n, other in found if n == least <= slips)
    return tuple(closest) if len(closest) <= MOST_MEANT else ()


def slip_count(one: str, other: str) -> int:
    """Letters added, left out, changed, or swapped with their neighbour (optimal string alignment distance)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
