"""What counts as "it is solved", in several languages, and what a person has to read."""

import pytest

from office.answers import answer_in, solved_in


@pytest.mark.parametrize(
    "words",
    [
        *("this solved it", "This solved it, thanks!", "Solved", "solved.", "SOLVED!", "That fixed it", "it works now"),
        *("It works again", "Great, it's fixed", "Article 2 solved it", "no. 2 did it"),
        *("All good: it is working", "Thanks, that helped", "No more problems", "It works.\nBest, Rita"),
        *("Das hat geholfen", "Gelöst, danke", "Hat funktioniert!", "Geht wieder", "es geht wieder", "Erledigt"),
        *("Problème résolu", "Ça marche, merci", "C'est réglé", "Problema resuelto", "Ya funciona", "Me ayudó"),
    ],
)  # fmt: skip
def test_a_word_that_it_works_is_enough(words: str) -> None:
    assert solved_in(words)
    assert answer_in(words) is True


@pytest.mark.parametrize(
    "words",
    [
        *("yes", "Yes please", "Ja", "thanks", "Thank you!", "ok", "I will try this tomorrow", "Does this solve it?"),
        *("It did not help", "That didn't solve it", "still broken", "It works on the phone but not on the laptop"),
        *("I hope this solved it", "It would be solved if you called me", "Please call me", "Das hat nicht geholfen"),
        *("It worked yesterday", "When will it be fixed", "No", "nobody has it working", "How is it solved", ""),
        *("It was solved before and came back", "Bitte macht dass es geht wieder", "Ça ne marche pas"),
    ],
)
def test_what_is_no_such_word_is_left_for_a_person(words: str) -> None:
    assert not solved_in(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("It did not help", False),
        ("Das hat nicht geholfen", False),
        ("No, still broken", False),
        ("Yes, please close it", True),
    ],
)
def test_a_no_is_heard_as_one(words: str, said: bool) -> None:
    assert answer_in(words) is said
