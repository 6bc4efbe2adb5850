"""An article as a Markdown file: front matter, the title, the parts. Reading what was written gives the same bytes."""

import json
import re
from datetime import date
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError

from definitions.base import Key, Value
from definitions.knowledge import HEADINGS, ArticleState, Content

FIELDS = ("key", "state", "audience", "service", "category", "team", "owner", "author", "review", "expires")
_OF_CONTENT = ("audience", "service", "category", "team", "owner", "expires")
_PLAIN = re.compile(r"[\w@.-]+")


class ArticleFile(Value):
    """What one file says of an article."""

    key: Key
    state: ArticleState
    author: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    review: date | None = None
    content: Content


class BadFile(ValueError):
    """The file is no article; `field` says where, the text what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def written(file: ArticleFile) -> str:
    """The file; fields and parts that are empty are left out."""
    content = file.content.model_dump(mode="json")
    values = {"key": file.key, "state": file.state.value, "author": file.author, "review": file.review}
    values |= {name: content[name] for name in _OF_CONTENT}
    front = [f"{name}: {_value(str(values[name]))}" for name in FIELDS if values[name] is not None]
    parts = [f"## {heading}\n\n{content[heading.lower()]}" for heading in HEADINGS if content[heading.lower()]]
    return "\n".join(["---", *front, "---", "", f"# {file.content.title}", "", "\n\n".join(parts)]) + "\n"


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def read(text: str) -> ArticleFile:
    """The article of a file. Raises BadFile, which names the first field that is wrong."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    front, at = _front(lines)
    title, parts = _body(lines[at:])
    given: dict[str, Any] = {name: front.get(name) for name in _OF_CONTENT if name in front}
    given |= {"title": title} | parts
    try:
        content = Content.model_validate(given)
        return ArticleFile.model_validate(
            {"content": content} | {name: value for name, value in front.items() if name not in _OF_CONTENT}
        )
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "problem"
        raise BadFile(field, first["msg"].removeprefix("Value error, ")) from None


def _front(lines: list[str]) -> tuple[dict[str, str], int]:
    """The fields of the front matter, and the line after it."""
    if not lines or lines[0].rstrip() != "---":
        raise BadFile("front matter", "the first line must be ---")
    found: dict[str, str] = {}
    for at, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return found, at + 1
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or name not in FIELDS:
            raise BadFile("front matter", f"line {at + 1} is none of {', '.join(FIELDS)}: write `name: value`")
        if name in found:
            raise BadFile(name, f"given twice, the second time in line {at + 1}")
        found[name] = _plain(name, value.strip())
    raise BadFile("front matter", "it does not end: close it with a line ---")


def _plain(name: str, value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        text = json.loads(value)
    except ValueError:
        text = None
    if not isinstance(text, str):
        raise BadFile(name, f"{value} is no text in quotes")
    return text


def _body(lines: list[str]) -> tuple[str, dict[str, str]]:
    """The title and the text of each part by its name in lower case."""
    title: str | None = None
    parts: dict[str, list[str]] = {}
    here: list[str] | None = None
    for line in lines:
        heading = line.rstrip().removeprefix("## ")
        if line.startswith("## ") and heading in HEADINGS:
            if heading.lower() in parts:
                raise BadFile(heading.lower(), f"the heading `## {heading}` stands twice")
            here = parts[heading.lower()] = []
        elif here is not None:
            here.append(line)
        elif title is None and line.startswith("# "):
            title = line[2:].strip()
        elif line.strip():
            raise BadFile(
                "title" if title is None else "body",
                f"{line.strip()[:60]!r} stands before the first part: first `# Title`, then `## {HEADINGS[0]}`",
            )
    if title is None:
        raise BadFile("title", "there is none: write `# Title` after the front matter")
    return title, {name: "\n".join(text) for name, text in parts.items()}
