"""Lines of the page of a case, the same in each of its blocks."""

import textwrap
from typing import Any

import click

from commands.output import cell, fancy

WIDTH = 98
LABEL = 12


def paint(text: str, **style: Any) -> str:
    """Coloured where a person looks at it."""
    return click.style(text, **style) if fancy() else text


def headed(title: str, lines: list[str]) -> list[str]:
    """A block under its title; nothing where there are no lines."""
    return [paint(title, bold=True), *lines] if lines else []


def row(name: str, said: str) -> list[str]:
    """A label and what is said, going on below itself where it is long."""
    label = f"  {name:<{LABEL}}"
    return textwrap.wrap(cell(said), WIDTH, initial_indent=label, subsequent_indent=" " * len(label))
