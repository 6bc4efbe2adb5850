"""The pages about charts are written from the catalogue, one for each."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from commands.spc import KINDS
from measurement.charts.arl import arl
from measurement.charts.catalogue import CHARTS

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("chart_pages", DOCS / "chart_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_current(writer: ModuleType) -> None:
    there = {path: path.read_text() for path in (DOCS / "charts").glob("*.md")}

    assert there == writer.pages(), "run `python docs/generate.py`"


def test_every_chart_has_a_page_a_line_in_the_index_and_a_function_with_words(writer: ModuleType) -> None:
    index = writer.index()

    assert {path.stem for path in writer.pages()} == {*CHARTS, "index"}
    assert [key for key in CHARTS if f"({key}.md)" not in index] == []
    assert [key for key, kind in CHARTS.items() if not writer.function(kind).__doc__] == []


def test_the_catalogue_knows_every_chart_of_the_command() -> None:
    assert {key for key, kind in CHARTS.items() if kind.spc} == {*KINDS}


def test_the_promises_of_the_defaults_are_those_on_the_page() -> None:
    promised = {key: arl(kind.spec).points for key, kind in CHARTS.items() if kind.spec is not None}

    assert promised["pp"] == pytest.approx(370.4, abs=0.1)
    assert promised["xmr"] == pytest.approx(152.7, abs=0.1)
    assert promised["ewma"] == pytest.approx(370.4, abs=0.1)
    assert promised["cusum"] == pytest.approx(370.4, abs=0.1)
