"""kill -9 of the worker around a remedy: its effect happens once for the case, and the case is resolved by it once."""

import asyncio

import pytest

from definitions.acts import Answer
from definitions.intake import OpenIncident
from office.errors import DeskError
from tests.activities.automation.servers import Slapd
from tests.activities.mail.conftest import certificate
from tests.faults.directory import PEOPLE, done_once, plants, resolved, slapd
from tests.faults.plant import Plant

__all__ = ["certificate", "plants", "slapd"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]


async def live(plant: Plant, person: str) -> str:
    """From the opening, over the yes, until it is resolved and written down, however often the worker dies."""
    await plant.work()
    wanted = OpenIncident(service="identity", category="password", title="I forgot my password", external_id="one")
    actor = plant.person(person)
    case: str | None = None

    async def agreed() -> None:
        nonlocal case
        while True:
            try:
                case = case or (await plant.desk.open_incident(wanted, actor=actor)).id
                yes = Answer(by=person, question="consent", value="yes")
                await plant.desk.act(case, yes, actor=actor, key="yes")
                return
            except DeskError:  # not asked yet, or the worker is dead just now
                await asyncio.sleep(0.1)

    await agreed()
    assert case is not None

    return await resolved(plant, case)


async def test_a_remedy_has_its_effect_once_wherever_the_worker_is_killed(
    plants: list[Plant], slapd: Slapd, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = await asyncio.gather(*(live(each, person) for each, person in zip(plants, PEOPLE, strict=True)))

    changes = slapd.changes()
    for each, person, case in zip(plants, PEOPLE, cases, strict=True):
        with capsys.disabled():
            run = done_once(each, person, case, changes, "remedy_tried")
        assert run.key == f"{case}/password-reset/remedy/run"
