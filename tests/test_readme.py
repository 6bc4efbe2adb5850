"""What the documents show exists: commands with their options, make targets, files, pictures."""

import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

import cli
from tests import documents
from tests.documents import PAGES, ROOT

BY_NAME = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def parsed(args: Sequence[str]) -> None:
    """Read the arguments as the command would, without doing it. Raises UsageError."""
    context = cli.root.make_context("jidoka", list(args))
    command: click.Command = cli.root
    while isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, context = found, found.make_context(found.name, rest, parent=context)


def known(words: Sequence[str]) -> bool:
    """Whether the noun and its verb exist; what follows the verb is not looked at."""
    command: click.Command | None = cli.root
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            return True
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return True


@BY_NAME
def test_every_command_in_a_block_is_one_that_jidoka_takes(page: Path) -> None:
    for args in documents.calls(page):
        try:
            parsed(args)
        except click.UsageError as wrong:
            pytest.fail(f"`jidoka {' '.join(args)}`: {wrong.format_message()}")


@BY_NAME
def test_every_command_the_prose_names_exists(page: Path) -> None:
    # `jidoka quarantine ls|show|retry` names three.
    named = [words[:2] for words in documents.spoken_of(page)]
    single = [[*words[:-1], verb] for words in named if words for verb in words[-1].split("|")]

    assert [words for words in single if not known(words)] == []


@BY_NAME
def test_every_make_target_exists(page: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(documents.targets(page)) - made == set()


@BY_NAME
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [str(link) for link in documents.links(page) if not link.exists()] == []


@BY_NAME
def test_every_path_the_prose_names_is_there(page: Path) -> None:
    assert [str(path) for path in documents.paths(page) if not path.exists()] == []


def test_the_two_commands_stand_in_the_readme() -> None:
    lines = set(documents.shell_lines(PAGES[0]))

    assert {"make up", "make test"} <= lines


def test_every_page_is_reached_from_the_index() -> None:
    linked = {link.resolve() for link in documents.links(ROOT / "docs" / "index.md")}
    pages = {page.resolve() for page in (ROOT / "docs").glob("*.md")} - {(ROOT / "docs" / "index.md").resolve()}

    assert pages - linked == set()


def test_the_check_sees_a_command_that_is_none() -> None:
    with pytest.raises(click.UsageError):
        parsed(["incident", "dance", "INC-1"])
    with pytest.raises(click.UsageError):
        parsed(["incident", "pause", "INC-1", "--reason", "boredom"])
    assert not known(["kaizen", "dance"])


def test_pictures_load_nothing_from_elsewhere() -> None:
    for picture in (ROOT / "docs" / "pictures").glob("*.svg"):
        fetched = re.findall(r"(?:url\(|href=\")\s*['\"]?(https?:[^)'\"]+)", picture.read_text())
        assert fetched == [], picture.name


def test_the_example_in_examples_fits_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    status = cli.main(["definitions", "check", "--path", "examples.our_desk:organisation"])

    assert status == 0, capsys.readouterr().out
