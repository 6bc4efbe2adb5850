"""A page is printed by what this machine has, and where it has nothing that is said."""

import shutil
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pictures import pdf
from pictures.pdf import CannotPrint, printed

PAGE = "<!doctype html><style>@page { size: A3 landscape }</style><p>One page</p>"


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser to print with")
def test_a_browser_prints_the_page_in_its_own_size() -> None:
    made = printed(PAGE)

    assert made.startswith(b"%PDF-")
    assert b"[0 0 1191" in made.partition(b"/MediaBox")[2][:40], "A3 is 1191 points wide"


def test_without_a_browser_weasyprint_prints_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def html(*, string: str) -> Any:
        return SimpleNamespace(write_pdf=lambda: b"%PDF- " + string.encode())

    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "weasyprint", SimpleNamespace(HTML=html))

    assert printed(PAGE) == b"%PDF- " + PAGE.encode()


def test_where_nothing_prints_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(CannotPrint, match="neither chromium"):
        printed(PAGE)


def test_a_browser_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/false")

    with pytest.raises(CannotPrint, match="/bin/false failed"):
        printed(PAGE)
