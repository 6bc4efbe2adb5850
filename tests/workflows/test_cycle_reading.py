"""What a cycle asks of real records is answered in a process of its own, and what it refuses is said."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from definitions.acts import Resolve
from definitions.cycle.evidence import Evidence
from office.cycling_reading import Apart
from tests.office.cycling_world import experiment, state
from tests.workflows.house import House


async def test_cases_of_the_desk_are_measured_from_another_process(home: House, tmp_path: Path) -> None:
    case = await home.open()
    await home.pass_time(hours=2)
    await home.act(case, Resolve(by="sam", text=home.words("The route was wrong.")))
    await home.pass_time(hours=1)
    apart = Apart(f"sqlite:///{tmp_path / 'jidoka.db'}", tmp_path)
    now = home.desk.clock()

    found = apart("found", state(home.store, None, "define"), None, None, {}, now)

    assert isinstance(found, Evidence)
    assert found.measured is not None
    assert found.measured.n == 1
    assert found.measured.value == pytest.approx(2 * 3_600, abs=120)


async def test_what_cannot_be_computed_there_is_refused_here(home: House, tmp_path: Path) -> None:
    await home.open()
    await home.pass_time(minutes=1)
    plan = experiment(home.store, home.desk.clock() + timedelta(days=1))
    apart = Apart(f"sqlite:///{tmp_path / 'jidoka.db'}", tmp_path)

    with pytest.raises(ApplicationError, match=f"The times that {plan.key} was planned on are not there") as refused:
        apart("seen", plan, None, (), home.desk.clock())
    assert refused.value.non_retryable
