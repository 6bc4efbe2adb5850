"""The benchmark of measuring compares numbers of the same cases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.measure import GROUPED, NAME, QUESTIONS
from measurement.log.library import Library
from measurement.log.mapping import SERVICENOW
from measurement.metrics.measure import measure

HEAD = "number,incident_state,sys_updated_at,opened_at,resolved_at,closed_at,assignment_group,priority,made_sla"
ROWS = """
INC1,New,1/3/2016 01:00,1/3/2016 01:00,1/3/2016 03:00,1/3/2016 04:00,Group 1,3 - Moderate,true
INC1,Closed,1/3/2016 04:00,1/3/2016 01:00,1/3/2016 03:00,1/3/2016 04:00,Group 2,3 - Moderate,true
INC2,New,1/3/2016 01:00,1/3/2016 01:00,?,1/3/2016 09:00,Group 1,2 - High,false
INC2,Closed,1/3/2016 09:00,1/3/2016 01:00,?,1/3/2016 09:00,Group 1,2 - High,false
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    file = tmp_path / "small.csv"
    file.write_text(HEAD + ROWS)
    found = Library(tmp_path / "datasets")
    found.import_(file, NAME, SERVICENOW, now=datetime(2026, 1, 1, tzinfo=UTC))
    return found


def test_both_sides_see_every_case(library: Library) -> None:
    log = library.open(NAME)

    (grouped,) = log.db.execute(GROUPED).fetchall()

    assert grouped[0] == measure(log, "time_to_resolve").estimate.n == 2


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_an_answer(library: Library, name: str) -> None:
    key, scope = QUESTIONS[name]

    assert measure(library.open(NAME), key, scope).estimate.value is not None
