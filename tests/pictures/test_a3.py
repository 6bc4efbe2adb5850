"""The A3 is one page, made of the journal alone, harmless and the same every time."""

import re
import shutil
import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from definitions.cycle import acts
from definitions.cycle.evidence import Evidence, Measured, Neighbours, Point
from definitions.cycle.report import A3, a3, folded
from definitions.cycle.state import ControlPlan
from pictures.a3 import markdown, page
from pictures.a3_charts import course_plot, looks_plot
from pictures.a3_sections import gist
from tests.definitions.cycle.lives import ALL, BASELINE, CHARTER, MONDAY, SERIES, Life, verdict, words

NASTY = "<script>alert(1)</script> | [x](y) *b* \x00"
NAMES = {"dana": "Dana Reyes", "ravi": "Ravi Shah", "kim": "Kim Lee", "rita": "Rita Moss"}
KEYS = ("title", "problem", "experience", "over", "cause", "ground", "try", "lesson")
TEXTS = {key: f"The words of {key}" for key in KEYS}
SINCE = tuple(
    Point(at=MONDAY + timedelta(weeks=5 + week), value=63_000.0 + 2_000 * (week % 3), n=20) for week in range(9)
)
CHROMIUM = shutil.which("chromium")


def lived(causes: int = 2, refusals: int = 1) -> Life:
    """A cycle with everything on its page."""
    life = Life()
    held = ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-7k2m",), of_team=("KZN-1", "KZN-2"))})
    for _ in range(refusals):
        life.do(acts.AskGate(by="ravi"))
        life.do(acts.Evidenced(evidence=held))
    life.do(acts.OverrideGate(by="dana", text=words("over")))
    for number in range(causes):
        life.do(acts.AddHypothesis(by="kim", text=words("cause"), parent=f"h{number}" if 0 < number < 6 else None))
        for _ in range(3):
            ground = {"by": "kim", "kind": "cases", "reference": "INC-4h2k9 " * 15, "text": words("ground")}
            life.do(acts.AddGround.model_validate({**ground, "hypothesis": f"h{number + 1}"}))
    for _ in range(causes):
        life.do(acts.Propose(by="kim", text=words("try"), change="8f3a12bc90de", cause="h1"))
    for _ in range(3):
        life.now += timedelta(days=5)
        life.do(acts.AskGate(by="ravi"))
        life.do(acts.Evidenced(evidence=ALL))
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict(), course=SINCE)))
    life.do(acts.Decide(by="dana", accept=True))
    life.do(acts.PlanControl(by="ravi", control=ControlPlan()))
    life.do(acts.Learn(by="kim", text=words("lesson")))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=Evidence()))
    return life


def report(life: Life, texts: dict[str, str] | None = None) -> A3:
    return a3(life.facts, TEXTS if texts is None else texts, NAMES, "Europe/Berlin")


def test_the_same_facts_give_the_same_bytes_and_another_fact_another_page() -> None:
    life = lived()
    before = page(report(life)), markdown(report(life))

    again = page(report(life)), markdown(report(life))
    life.do(acts.SignalSeen(at=life.now, rule="beyond the limit", value=0.4))

    assert again == before
    assert page(report(life)) != before[0]
    assert report(life).chain == life.facts[-1].hash
    assert folded(life.facts) == life.state


def test_the_page_says_what_was_decided_on_what_evidence_and_against_what() -> None:
    said = markdown(report(lived()))

    for words_ in (
        "Time to resolve 25 h (Kaplan-Meier median, elapsed clock), n 480",
        "kappa 0.72 (substantial)",
        "Verdict: it helps. New time / old time: 0.7, 95% from 0.55 to 0.9; n: standard 120, variant 123.",
        "claims an effect where there is none in 5.0% of trials",
        "Actual: 7.5 h a case, 7,827 h a year (1,044 cases), at least 2.5 h; verified",
        "Define, 2026-03-23: overridden (Dana Reyes)",
        "Gone past because: The words of over",
        "DMC-7k2m works on the same metric and scope",
        "Accepted as the standard by Dana Reyes",
    ):
        assert words_ in said


def test_a_series_without_a_second_arm_says_its_rebound() -> None:
    life = Life("kaizen")
    life.do(acts.Evidenced(evidence=Evidence(trial=ALL.trial, interrupted=SERIES)))
    life.do(acts.Decide(by="dana", accept=True))

    said = markdown(report(life))

    assert "without any action 30.0% were to be expected" in said
    assert "No baseline is frozen yet." in said


def test_the_gist_says_the_same_in_a_few_lines_and_names_nobody() -> None:
    whole, empty = gist(report(lived())), gist(report(Life()))

    assert [line.partition(":")[0] for line in whole] == [
        "The standard is watched until 2026-07-08.",
        "The problem",
        "Tried",
        "Verdict",
        "Actual",
    ]
    assert not any(name in line for line in whole for name in ("Dana", "Ravi", "Kim", "Rita"))
    assert empty == ("It is in the phase define.", "The problem: The words of problem.")


def test_after_a_signal_the_page_says_what_became_of_the_standard_and_that_it_brings_nothing() -> None:
    paused, reverted = lived(), lived()
    reverted.do(acts.PlanControl(by="ravi", control=ControlPlan(on_signal="revert")))
    for life in (paused, reverted):
        life.do(acts.SignalSeen(at=life.now, rule="beyond a limit (EWMA: too few for another)", value=0.4))
    waiting = markdown(report(paused))
    paused.do(acts.Decide(by="dana", accept=False))

    assert "The watch is paused until somebody decides." in waiting
    assert "Beyond a limit (EWMA: too few for another)." in waiting
    assert "Taken back by Dana Reyes" in markdown(report(paused))
    assert "With it the standard was taken back." in markdown(report(reverted))
    for life in (paused, reverted):
        assert "Actual: rolled back: it brings nothing." in markdown(report(life))


def test_an_empty_cycle_says_what_is_not_there_yet() -> None:
    said = markdown(report(Life()))

    for words_ in (
        "No baseline",
        "No cause",
        "Nothing is proposed",
        "No plan is made",
        "Nothing is forecast",
        "Not decided",
    ):
        assert words_ in said
    assert "Chart:" not in said


def test_a_gate_that_refused_last_says_all_that_is_missing_and_what_to_do() -> None:
    life = Life(charter=CHARTER.model_copy(update={"sponsor": None, "goal": None}))
    nothing = Measured(metric="time_to_resolve", unit="s", n=0, value=None, reason="no case")
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=Evidence(measured=nothing, neighbours=Neighbours())))

    said = markdown(report(life))

    for words_ in (
        "It has no sponsor. Name who decides",
        "No goal is set. Say which value",
        "time\\_to\\_resolve has no value for service vpn: no case. Widen the scope",
    ):
        assert words_ in said


def test_words_of_people_are_no_markup_and_erased_ones_say_so() -> None:
    life = lived()
    nasty, erased = report(life, dict.fromkeys(KEYS, NASTY)), report(life, {})

    assert "<script>" not in page(nasty)
    assert "\x00" not in page(nasty)
    assert "\\<script\\>" in markdown(nasty)
    assert "(erased)" in page(erased)


def test_the_page_loads_nothing_and_its_charts_have_words() -> None:
    whole = page(report(lived()))

    assert "default-src 'none'" in whole
    assert not re.search(r"(src|href)=", whole)
    assert whole.count('role="img"') == 2
    assert 'aria-label="33 weeks from 17.5 h to 27.2 h; baseline 25 h, goal 16.7 h"' in whole


def test_charts_are_well_formed_and_stay_in_their_frame() -> None:
    course = course_plot(BASELINE.course, SINCE, level=BASELINE.value, goal=60_000.0, unit="s", zone="Europe/Berlin")
    looks = looks_plot(verdict().looks)
    flat = course_plot(BASELINE.course[:1], (), level=0.0, goal=None, unit="share", zone="UTC")

    for plot in (course, looks, flat):
        assert plot is not None
        drawing = ElementTree.fromstring(plot.svg)
        assert drawing.get("viewBox") == "0 0 540.0 190.0"
        assert all(0 <= mark.x <= 540 and 0 <= mark.y <= 190 for mark in (*plot.points, *plot.up))
        assert 2 <= len(plot.up) <= 6
        words_at = [level.word_y for level in plot.levels]
        assert all(later - earlier >= 12 for earlier, later in pairwise(words_at))
    assert course_plot((), (), level=1.0, goal=None, unit="s", zone="UTC") is None
    assert looks_plot(()) is None


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium to print with")
@pytest.mark.parametrize(("causes", "refusals", "times"), [(2, 1, 1), (2, 2, 2), (4, 2, 1), (12, 8, 40)])
def test_it_prints_on_one_landscape_page_however_much_was_said(
    causes: int, refusals: int, times: int, tmp_path: Path
) -> None:
    texts = {key: f"{text} and what there is to say about it. " * times for key, text in TEXTS.items()}
    (tmp_path / "a3.html").write_text(page(report(lived(causes, refusals), texts)))
    pdf = tmp_path / "a3.pdf"

    subprocess.run(
        [
            *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
            *(f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={pdf}", f"file://{tmp_path / 'a3.html'}"),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )

    printed = pdf.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [round(float(side) / 72 * 25.4) for side in box] == [420, 297]
