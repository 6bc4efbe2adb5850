"""The pages about measures are written from the catalogue, one for each."""

import importlib.util
from pathlib import Path

import pytest

from measurement.metrics.catalogue import METRICS

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def pages() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("measure_pages", DOCS / "measure_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[Path, str] = module.pages()
    return found


def test_every_page_is_current(pages: dict[Path, str]) -> None:
    there = {path: path.read_text() for path in (DOCS / "measures").glob("*.md")}

    assert there == pages, "run `python docs/generate.py`"


def test_every_metric_has_a_page_and_a_line_in_the_index(pages: dict[Path, str]) -> None:
    index = pages[DOCS / "measures" / "index.md"]

    assert {path.stem for path in pages} == {*METRICS, "index"}
    assert [key for key in METRICS if f"({key}.md)" not in index] == []
