"""A library of datasets, and a way to bring a file into it."""

from pathlib import Path
from typing import Any

import pytest

from measurement.log.dataset import Imported
from measurement.log.library import Library
from measurement.log.mapping import Mapping
from tests.measurement.log.imports import NOW, PLAIN, Import


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "datasets")


@pytest.fixture
def bring(library: Library, tmp_path: Path) -> Import:
    """Imports bytes or text as a file into `d`."""

    def run(content: str | bytes, mapping: Mapping = PLAIN, name: str = "file.csv", **more: Any) -> Imported:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return library.import_(path, more.pop("dataset", "d"), mapping, now=NOW, **more)

    return run
