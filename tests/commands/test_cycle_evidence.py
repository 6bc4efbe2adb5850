"""What `jidoka cycle evidence` and `cycle triage` say."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import click
import pytest

from commands import cycle_evidence
from commands.cycle_evidence_text import blind_text, page, triaged
from definitions.base import Level
from definitions.facts import TextRef
from definitions.people import Actor, Door, Role
from measurement.cycles.analysis import analysed
from office.retriage import Blind
from tests.commands.conftest import Command
from tests.measurement.cycles.test_analysis import chartered, generated

KEY = "DMC-0000aaaa"
BLIND = {
    "cycle": KEY, "case_id": "INC-00000001", "number": 1, "of": 30, "answered": 4, "service": "vpn", "category": None,
    "channel": "phone", "opened_at": "2026-11-22T10:00:00Z", "title": "No\x1b[2J tunnel", "text": "Since nine.\nHelp!",
}  # fmt: skip


def test_each_line_of_the_evidence_stands_with_its_reference_and_its_size() -> None:
    found = analysed(generated(), chartered())

    said = page(found, KEY, {}, ["a.svg"])

    assert "driver:team=back  typically " in said
    assert "times that of the others (" in said
    assert "waste:waiting" in said
    assert f"case:{found.read[0].case_id}" in said
    assert "Note: priority and team are those at the end" in said
    assert "Written: a.svg." in said
    assert all(len(line) <= 160 for line in said.splitlines())


def test_the_pictures_of_the_evidence_are_written_where_it_is_said(tmp_path: Any) -> None:
    files = cycle_evidence._pictures(analysed(generated(), chartered()), KEY, tmp_path / "out")

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [str(tmp_path / "out" / name) for name in names] == sorted(files)
    assert {f"{KEY}-value-stream.svg", f"{KEY}-time-lost.svg"} <= set(names)


def test_a_case_to_triage_is_shown_without_what_it_was_given_and_without_control_characters() -> None:
    said = blind_text(BLIND)

    assert said.splitlines()[0] == "INC-00000001  No [2J tunnel"
    assert "4 of 30 are answered" in said
    assert said.endswith("Since nine.\nHelp!")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"next": BLIND, "left": 26}, "--case INC-00000001 --impact LEVEL"),
        ({"next": None, "left": 26}, "The other 26 are cases that you worked on"),
        (
            {"next": None, "left": 0, "agreement": {"kappa": 0.71, "low": 0.5, "high": 0.9, "words": "substantial"}},
            "kappa 0.71 (substantial), 95 % interval 0.50 to 0.90",
        ),
        (
            {"next": None, "left": 0, "agreement": {"kappa": None, "low": None, "high": None, "words": "not defined"}},
            "kappa not defined",
        ),
    ],
)
def test_whoever_triages_reads_what_comes_next(answer: dict[str, Any], said: str) -> None:
    assert said in triaged({"cycle": KEY, "of": 30} | answer)


class Sample:
    """Two cases, and what was answered."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, Level, Level]] = []
        self.retriage = self

    def next(self, key: str, actor: object) -> Blind | None:
        left = [case for case in ("INC-00000001", "INC-00000002") if case not in {each[0] for each in self.answers}]
        return Blind.model_validate(BLIND | {"case_id": left[0]}) if left else None

    def answer(self, key: str, case: str, impact: Level, urgency: Level, actor: object) -> None:
        self.answers.append((case, impact, urgency))


def test_on_a_terminal_cases_are_asked_one_by_one_until_an_empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["H", "gibberish", "med", ""])
    monkeypatch.setattr(click, "prompt", lambda *asked, **how: next(typed))
    desk: Any = Sample()

    cycle_evidence._ask(desk, desk, KEY)

    assert desk.answers == [("INC-00000001", Level.HIGH, Level.MEDIUM)]
    assert list(typed) == [], "an empty line is asked no second question"


def test_half_an_answer_is_refused_before_anything_is_read(command: Command) -> None:
    answer = command("cycle", "triage", KEY, "--case", "INC-00000001", "--impact", "low")

    assert answer.status == 2
    assert "--case, --impact and --urgency" in answer.err


@pytest.mark.parametrize(("role", "seen"), [(Role.ANALYST, True), (Role.OPERATOR, False)])
def test_titles_of_cases_are_for_those_who_may_see_the_cases(
    role: Role, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor(person="olga", roles=(role,), teams=(), door=Door.CLI, verified=True)
    words = TextRef(id="t-1", digest="d" * 64)
    cases = SimpleNamespace(titles=lambda named: dict.fromkeys(named, words))
    texts = SimpleNamespace(get_many=lambda ids: dict.fromkeys(ids, "No tunnel"))
    desk = SimpleNamespace(store=SimpleNamespace(cases=cases, texts=texts))
    monkeypatch.setattr(cycle_evidence, "at_the_desk", lambda app: nullcontext((desk, actor)))

    titles = cycle_evidence._titles(None, analysed(generated(), chartered()))  # type: ignore[arg-type]

    assert (set(titles.values()) == {"No tunnel"}) is seen
    assert bool(titles) is seen
