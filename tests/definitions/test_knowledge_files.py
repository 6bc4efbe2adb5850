"""Articles as files: what is written reads back the same, and what is wrong is named by its field."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.knowledge import ArticleState, Audience, Content
from definitions.knowledge_files import ArticleFile, BadFile, read, written

SHIPPED = sorted((Path(__file__).parents[2] / "definitions" / "example" / "knowledge").glob("*.md"))
FILE = ArticleFile(
    key="kb-1",
    state=ArticleState.PUBLISHED,
    author='Åsa "the" Ωmega: x',
    review=date(2027, 1, 31),
    content=Content(
        title="# A: title -- with [marks]",
        problem="---\nIt says:\n\n    code\n# no part\n### Answer",
        answer="1. Do\n2. Wait",
        service="email",
        category="spam",
        audience=Audience.TEAM,
        team="desk",
        owner="sam",
        expires=date(2028, 1, 1),
    ),
)


def test_what_is_written_reads_back_the_same() -> None:
    assert read(written(FILE)) == FILE
    assert written(read(written(FILE))) == written(FILE)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_file_is_written_as_it_would_be_exported(path: Path) -> None:
    text = path.read_text()

    assert written(read(text)) == text
    assert read(text).key == path.stem


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=200))
def test_any_words_survive_the_way_through_a_file(title: str, problem: str, answer: str) -> None:
    try:
        content = Content.model_validate(
            FILE.content.model_dump() | {"title": title, "problem": problem, "answer": answer}
        )
    except ValidationError:
        return
    file = FILE.model_copy(update={"content": content})

    assert read(written(file)) == file


def test_a_file_of_another_editor_reads_the_same() -> None:
    assert read("\ufeff" + written(FILE).replace("\n", "\r\n")) == FILE


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("---\nkey", "key", "front matter", "first line must be ---"),
        ("key: kb-1\n", "", "key", "Field required"),
        ("key: kb-1", "key: KB 1", "key", "match pattern"),
        ("state: published", "state: done", "state", "'draft', 'approved', 'published' or 'retired'"),
        ("owner: sam", "owner: sam\nowner: kim", "owner", "given twice"),
        ("owner: sam", "colour: red", "front matter", "is none of"),
        ("service: email\n", "", "service", "Field required"),
        ("review: 2027-01-31", "review: soon", "review", "valid date"),
        ('author: "', "author: '", None, ""),
        ("\n## Answer", "\n## Problem", "problem", "stands twice"),
        ("# # A", "A", "title", "before the first part"),
        ("## Problem", "Problem", "body", "before the first part"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_by_its_field(old: str, new: str, field: str | None, said: str) -> None:
    text = written(FILE)
    assert old in text
    changed = text.replace(old, new, 1)

    if field is None:  # quotes of another kind are part of the text, as they are for whoever reads the file
        assert read(changed).author.startswith("'")
        return
    with pytest.raises(BadFile, match=re.escape(said)) as wrong:
        read(changed)
    assert wrong.value.field == field


def test_quotes_that_do_not_close_are_refused() -> None:
    with pytest.raises(BadFile, match="no text in quotes"):
        read(re.sub(r"author: .*", 'author: "open', written(FILE)))
