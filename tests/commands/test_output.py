"""Text for a terminal ends where the terminal does."""

import sys

import pytest

from commands.output import fitted, folded

LONG = "bottleneck    load not known; longest wait Group 9 (18.3 d a visit)"


def test_what_follows_a_label_goes_on_below_it() -> None:
    assert folded(LONG, 44) == ["bottleneck    load not known; longest wait", "              Group 9 (18.3 d a visit)"]


def test_prose_goes_on_at_its_own_indent() -> None:
    assert folded("  one two three", 10) == ["  one two", "  three"]


def test_no_word_is_lost_or_broken() -> None:
    line = "Next: " + "jidoka-" * 20 + " and more"

    assert " ".join(folded(line, 40)).split() == line.split()


def test_a_line_that_fits_or_has_colours_stays() -> None:
    assert folded("short", 40) == ["short"]
    assert folded("\x1b[1m" + "x " * 60, 40) == ["\x1b[1m" + "x " * 60]


def test_a_pipe_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert fitted(LONG) == LONG

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert max(len(line) for line in fitted(LONG).splitlines()) <= 40
