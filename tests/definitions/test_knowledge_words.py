"""Words and questions: slips are put right where that is safe, other words for the same count, rare words decide."""

import pytest

from definitions.knowledge import Content
from definitions.knowledge_alike import alike
from definitions.knowledge_match import confidence, question, score, weights_of
from definitions.knowledge_words import corrections, slip_count, spellings, stem, stems, tokens

KNOWN = {"password", "vpn", "printer", "certificat", "calendar", "lead", "weak", "mail", "meet"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("printers", "printer"),
            ("printed", "printing"),
            ("connection", "connected"),
            ("boxes", "box"),
            ("policies", "policy"),
        ),
        *(("stopped", "stop"), ("updating", "updates"), ("authorisation", "authorisations")),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_are_folded_and_empty_ones_left_out() -> None:
    assert tokens("Größe’s WI-FI, naïve") == ("grosses", "wifi", "wi", "fi", "naive")
    assert stems("Why can't I please the printer?") == ("printer",)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("pasword", ("password",)),
            ("vnp", ("vpn",)),
            ("prnter", ("printer",)),
            ("certifcte", ()),
            ("certifcat", ("certificat",)),
        ),
        *(("calender", ("calendar",)), ("leak", ()), ("xpn", ()), ("9", ()), ("zebra", ())),
    ],
)
def test_a_slip_is_put_right_where_one_word_is_near(typed: str, meant: tuple[str, ...]) -> None:
    assert corrections(typed, KNOWN) == meant


@pytest.mark.parametrize(("one", "other", "n"), [("ab", "ba", 1), ("abc", "abc", 0), ("abc", "", 3), ("ca", "abc", 3)])
def test_slips_are_counted(one: str, other: str, n: int) -> None:
    assert slip_count(one, other) == slip_count(other, one) == n


@pytest.mark.parametrize(("one", "other"), [("pasword", "password"), ("vnp", "vpn"), ("calender", "calendar")])
def test_two_words_one_slip_apart_share_a_spelling(one: str, other: str) -> None:
    assert {*spellings(one)} & {*spellings(other)}


def test_another_word_for_the_same_is_a_way_of_saying_it() -> None:
    asked = question("cannot log in", {"login"}, set(), (("log in", "login"), ("out of office", "log in")))

    (term,) = asked.terms
    assert term.word == "log in"
    assert dict(term.ways) == {("log",): 1.0, ("login",): 0.8}


def test_the_rarer_word_decides_and_the_whole_title_settles_a_tie() -> None:
    seen = {"vpn": 40, "certificat": 2}
    both, common, rare = {"vpn": 0.9, "certificat": 0.9}, {"vpn": 0.9}, {"certificat": 0.9}
    asked = question("vpn certificate", seen.keys(), set(), ())

    scores = [score(asked, weights, "", seen, 50) for weights in (both, rare, common, {})]

    assert scores == sorted(scores, reverse=True)
    assert scores[3] == 0.0
    assert score(asked, both, "VPN certificate", seen, 50) > score(asked, both, "VPN certificate in hotels", seen, 50)
    assert score(question("the", set(), set(), ()), both, "", seen, 50) == 0.0


def test_a_word_in_two_parts_says_more_than_in_one() -> None:
    content = Content(title="Printer", problem="printer paper", answer="paper", service="x", team="y", owner="z")

    assert weights_of(content) == {"printer": 0.91, "paper": 0.82}


def test_confidence_grows_with_the_score_and_with_the_lead() -> None:
    assert confidence([]) == 0.0
    assert 0.0 < confidence([0.4, 0.4]) < confidence([0.4, 0.1]) < confidence([0.8, 0.1]) < 1.0


def test_articles_that_say_the_same_are_found_and_others_are_not() -> None:
    def article(title: str, problem: str) -> Content:
        return Content(title=title, problem=problem, answer="Call us", service="x", team="y", owner="z")

    found = alike(
        {
            "kb-1": article("Printer does not print", "Nothing comes out of the printer"),
            "kb-2": article("The printer prints nothing", "no paper comes out"),
            "kb-3": article("Mailbox full", "I cannot send"),
        },
        0.3,
    )

    assert [(pair.one, pair.other) for pair in found] == [("kb-1", "kb-2")]
    assert alike({}, 0.5) == []
