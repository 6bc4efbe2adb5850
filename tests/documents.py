"""What the documents say: their commands, links and paths."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name != "cli.md"))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_VARIABLE = re.compile(r"^[A-Z_]+=\S*$")
_PATH = re.compile(
    r"(definitions|workflows|activities|records|web|commands|stack|docs|tests|benchmarks|examples|deploy)/[\w./-]*"
)
_MADE_LATER = {"benchmarks/results.md"}
"""Written by a command that the page tells of."""
_OPERATORS = {"|", "<", ">", "&&", ";", "||"}


def shell_blocks(page: Path) -> list[str]:
    """Its blocks marked `sh`."""
    return [block for kind, block in _BLOCK.findall(page.read_text()) if kind == "sh"]


def shell_lines(page: Path) -> Iterator[str]:
    """The lines of its shell blocks and of what is indented as code, without remarks."""
    lines = [line for block in shell_blocks(page) for line in block.splitlines()]
    for line in [*lines, *_INDENTED.findall(_BLOCK.sub("", page.read_text()))]:
        if said := line.partition("  #")[0].strip():
            yield said


def calls(page: Path) -> Iterator[list[str]]:
    """The arguments of every `jidoka` in its shell blocks."""
    for line in shell_lines(page):
        words = _words(line)
        while words and _VARIABLE.match(words[0]):
            words.pop(0)
        if words and words[0] == "jidoka":
            yield words[1:]


def _words(line: str) -> list[str]:
    """Up to the first pipe or redirection."""
    words = shlex.split(line)
    return words[: next((i for i, word in enumerate(words) if word in _OPERATORS), len(words))]


def spoken_of(page: Path) -> Iterator[list[str]]:
    """Every `jidoka NOUN VERB` that the prose names, without what stands in brackets or after the verb."""
    prose = _BLOCK.sub("", page.read_text())
    for span in _SPAN.findall(prose):
        words = span.split()
        if words[:1] == ["jidoka"] and words[1:2] != ["="]:
            yield words[1:]


def targets(page: Path) -> Iterator[str]:
    """Every `make TARGET` in shell blocks and prose."""
    for text in (*shell_lines(page), *_SPAN.findall(page.read_text())):
        words = text.split()
        if words[:1] == ["make"] and len(words) > 1:
            yield words[1]


def links(page: Path) -> Iterator[Path]:
    """Every link to a file of the project."""
    for link in _LINK.findall(_BLOCK.sub("", page.read_text())):
        if "://" not in link and not link.startswith("#"):
            yield page.parent / link.partition("#")[0]


def paths(page: Path) -> Iterator[Path]:
    """Every folder or file of the project that prose names between backticks."""
    for span in _SPAN.findall(_BLOCK.sub("", page.read_text())):
        if _PATH.fullmatch(span) and span not in _MADE_LATER:
            yield ROOT / span
