"""What is filled in wrongly is named with its field, its rule and an example; what is right comes back unchanged."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.example import organisation
from definitions.form_fields import Field, Kind
from definitions.forms import Answer, Answers, FieldProblem, Form, filled, mistakes

TODAY = date(2026, 3, 2)
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)

EVERY_KIND = Form(
    fields=(
        Field(key="words", kind=Kind.TEXT, label="W", example="some words", least=3, most=40),
        Field(key="asset", kind=Kind.TEXT, label="A", example="LT-0001", pattern="LT-[0-9]{4}"),
        Field(key="size", kind=Kind.CHOICE, label="S", example="large", choices=("small", "large")),
        Field(key="day", kind=Kind.DATE, label="D", example="2020-01-01", least=2, most=30),
        Field(key="mail", kind=Kind.ADDRESS, label="M", example="rita@example.org"),
        Field(key="copy", kind=Kind.NUMBER, label="N", example="4", least=1, most=50),
        Field(key="sure", kind=Kind.YES_NO, label="Y", example="yes"),
        Field(key="who", kind=Kind.PERSON, label="P", example="rita"),
        Field(key="note", kind=Kind.TEXT, label="O", example="none", required=False),
    )
)
RIGHT = {field.key: field.shown(TODAY) for field in EVERY_KIND.fields}
GOOD: dict[str, st.SearchStrategy[Answer]] = {
    "words": WORDS.filter(lambda w: len(w.strip()) >= 3).map(str.strip),
    "asset": st.integers(0, 9999).map(lambda n: f"LT-{n:04}"),
    "size": st.sampled_from(["small", "large"]),
    "day": st.integers(2, 30).map(lambda n: (TODAY + timedelta(days=n)).isoformat()),
    "mail": st.from_regex(r"\A[a-z]{1,9}@[a-z]{1,9}\.org\Z"),
    "copy": st.integers(1, 50),
    "sure": st.booleans(),
    "who": st.sampled_from(["rita", "rita@example.org", "sam"]),
}
WRONG = {
    "words": ["ab", "x" * 41, "a\x00bc", "bell\a", "half \ud800"],
    "asset": ["LT-1", "lt-0001", "LT-00012", "LT-0001\nx"],
    "size": ["huge", "LARGE"],
    "day": ["1767225600", "2026-3-5", "2026-02-30", "20260305", "2026-03-03", "2026-04-02", "tomorrow"],
    "mail": ["rita", "rita@", "a b@example.org", "<rita@example.org>"],
    "copy": ["0", "51", "1.5", "four", "9" * 5000],
    "sure": ["maybe", "2"],
    "who": ["Rita Sommer", "@", "rita; drop"],
}


def _answers(form: Form, given: dict[str, str]) -> Answers:
    found = filled(form, given, TODAY)
    assert isinstance(found, Answers), found
    return found


def _wrong(form: Form, given: dict[str, str]) -> tuple[FieldProblem, ...]:
    found = filled(form, given, TODAY)
    assert isinstance(found, tuple), found
    return found


@given(st.fixed_dictionaries(GOOD))
def test_answers_come_back_unchanged_from_what_is_written(values: dict[str, Answer]) -> None:
    written = Answers(values=values).written

    found = _answers(EVERY_KIND, written)

    assert found.values == values
    assert _answers(EVERY_KIND, found.written) == found
    assert Answers.model_validate_json(found.model_dump_json()) == found


@given(st.sets(st.sampled_from(sorted(WRONG)), min_size=1), st.data())
def test_each_wrong_answer_is_named_with_a_rule_and_an_example_that_mends_it(keys: set[str], data: Any) -> None:
    bad = {key: data.draw(st.sampled_from(WRONG[key])) for key in keys}

    found = _wrong(EVERY_KIND, {**RIGHT, **bad})

    assert [p.field for p in found] == [f.key for f in EVERY_KIND.fields if f.key in keys]
    mended = dict(p.example.split("=", 1) for p in found)
    assert _answers(EVERY_KIND, {**RIGHT, **bad, **mended})
    assert all(p.rule in p.text and p.example in p.text for p in found)


@given(st.dictionaries(st.sampled_from([*RIGHT, "other"]), st.text(max_size=30)))
def test_no_text_can_make_it_fail_otherwise(given: dict[str, str]) -> None:
    found = filled(EVERY_KIND, given, TODAY)

    assert isinstance(found, Answers) or {p.field for p in found} <= {*RIGHT, "other"}


def test_what_is_missing_and_what_is_not_asked_for_are_said_together() -> None:
    given = {key: value for key, value in RIGHT.items() if key != "size"} | {"colour": "red"}

    found = [problem.text for problem in _wrong(EVERY_KIND, given)]

    assert found[0] == "size is missing: it must be one of small, large, such as size=large"
    assert found[1].startswith("colour is not asked for: it must be one of the fields words, asset, size")
    assert len(found) == 2


def test_an_empty_answer_is_none() -> None:
    assert "note" not in _answers(EVERY_KIND, {**RIGHT, "note": "  "}).values
    assert _wrong(EVERY_KIND, {**RIGHT, "sure": ""})[0].what == "is missing"


def test_a_form_that_asks_nothing_takes_nothing() -> None:
    assert _answers(Form(), {}).values == {}
    assert _wrong(Form(), {"a": "b"})[0].text == (
        "a is not asked for: it must be left out, because this form asks nothing"
    )


@pytest.mark.parametrize("item", organisation.catalogue, ids=lambda item: item.key)
def test_every_shipped_form_takes_its_own_examples_and_says_so_as_json_schema(item: Any) -> None:
    examples = {field.key: field.shown(TODAY) for field in item.form.fields}

    schema = item.form.json_schema

    assert set(_answers(item.form, examples).values) == set(examples)
    assert list(schema["properties"]) == list(examples)
    assert schema.get("required", []) == [field.key for field in item.form.fields if field.required]
    assert schema["additionalProperties"] is False
    assert all(field.rule in schema["properties"][field.key]["description"] for field in item.form.fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "number", "example": "4"}, "a number needs least and most"),
        ({"kind": "choice"}, "a choice names different choices"),
        ({"kind": "text", "choices": ("a",)}, "a choice names different choices"),
        ({"kind": "date", "pattern": "x", "example": "2026-01-01"}, "only a text has a pattern"),
        ({"kind": "text", "least": 5, "most": 4}, "least 5 is more than most 4"),
        ({"kind": "text", "key": "Bad Name"}, "String should match pattern"),
    ],
)
def test_a_field_that_could_not_be_answered_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        Form.model_validate({"fields": [{"key": "one", "label": "One", "example": "words", **fields}]})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "address", "example": "rita"}, "field one: its own example 'rita' is not a mail address"),
        ({"kind": "text", "pattern": "[0-9]+", "example": "x"}, "its own example 'x' is not a text like x (pattern"),
        ({"kind": "text", "pattern": "(", "example": "x"}, "field one: '(' is no pattern"),
        ({"kind": "date", "example": "soon"}, "its own example 'soon' is not a date written YYYY-MM-DD"),
    ],
)
def test_an_example_that_breaks_its_own_rule_is_found(fields: dict[str, Any], said: str) -> None:
    form = Form.model_validate({"fields": [{"key": "one", "label": "One", **fields}]})

    (found,) = mistakes(form)

    assert said in found
    assert not list(mistakes(EVERY_KIND))


def test_a_form_asks_once() -> None:
    field = EVERY_KIND.fields[0]

    with pytest.raises(ValidationError, match="asks for words twice"):
        Form(fields=(field, field))
