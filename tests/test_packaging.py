"""The wheel holds what the program needs, and nothing of the workshop."""

import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.test_imports import ROOT, STEP

NEEDED_DATA = {".j2", ".mako"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]))
    with zipfile.ZipFile(built) as opened:
        return opened


def names(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_its_roots_and_no_others(wheel: zipfile.ZipFile) -> None:
    roots = {Path(name).parts[0].removesuffix(".py") for name in names(wheel)}

    assert roots == {*STEP}


def test_the_wheel_holds_every_module_and_template_of_the_tree(wheel: zipfile.ZipFile) -> None:
    tree = {
        str(path.relative_to(ROOT))
        for part in STEP
        for path in ([ROOT / f"{part}.py"] if (ROOT / f"{part}.py").exists() else (ROOT / part).rglob("*"))
        if path.suffix in {".py", *NEEDED_DATA}
    }

    assert tree - names(wheel) == set()


def test_the_wheel_makes_one_command_and_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    read = {name.partition(".dist-info/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}
    scripts = ConfigParser()
    with zipfile.ZipFile(str(wheel.filename)) as opened:
        scripts.read_string(opened.read(read["entry_points.txt"]).decode())

    assert dict(scripts["console_scripts"]) == {"jidoka": "cli:entrypoint"}
    assert "licenses/LICENSE" in read
