import pytest

from office.decisions import Verdict, decision_in

YES, NO = Verdict(True), Verdict(False)


@pytest.mark.parametrize(
    "words",
    [
        *("approve", "Approved.", "yes", "YES!", "ok", "Okay, thanks", "I approve", "ja", "Ja, danke", "genehmigt"),
        *("Oui", "d'accord", "sí", "aprobado", "  approve  \n\nBest wishes\nChloé"),
    ],
)
def test_a_plain_yes_alone_on_its_line_approves(words: str) -> None:
    assert decision_in(words) == YES


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("reject: too expensive", "too expensive"),
        ("Rejected - he leaves in March", "he leaves in March"),
        ("no: not before the audit", "not before the audit"),
        ("Nein, das geht nicht", "das geht nicht"),
        ("reject\nThe budget is used up.\nAsk in January.", "The budget is used up.\nAsk in January."),
        ("reject: no budget\nAsk in January.", "no budget\nAsk in January."),
        ("Reject", ""),
        ("no", ""),
        ("No.", ""),
    ],
)
def test_a_no_carries_its_reason(words: str, why: str) -> None:
    assert decision_in(words) == Verdict(False, why)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "yes, but only until March",
            "yes if it is cheap",
            "Approve the other one",
            "approved?",
            "no idea what this is",
        ),
        *(
            "What does it cost?",
            "I will approve it tomorrow",
            "not yet",
            "nothing to add",
            "Yes and no",
            "okay I will look",
        ),
        *("I have approved nothing", "Who is this?\napprove", "ja aber", "no problem at all for me to wait"),
    ],
)
def test_what_is_no_plain_answer_decides_nothing(words: str) -> None:
    assert decision_in(words) is None
