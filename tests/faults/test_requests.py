"""kill -9 of the worker around the automation of a request: its effect happens once, and the request is done."""

import asyncio

import pytest

from definitions.intake import OpenRequest
from office.errors import Unreachable
from tests.activities.automation.servers import Slapd
from tests.activities.mail.conftest import certificate
from tests.faults.directory import PEOPLE, done_once, plants, resolved, slapd
from tests.faults.plant import Plant

__all__ = ["certificate", "plants", "slapd"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]


async def asked(plant: Plant, person: str) -> str:
    """A request for a new password, for a client that does not give up."""
    wanted = OpenRequest(item="password-reset", external_id="one")
    while True:
        try:
            return (await plant.desk.open_request(wanted, actor=plant.person(person))).id
        except Unreachable:
            await asyncio.sleep(0.1)


async def live(plant: Plant, person: str) -> str:
    """From the opening until it is resolved and everything is written down, however often the worker dies."""
    await plant.work()
    case = await asked(plant, person)

    return await resolved(plant, case)


async def test_a_request_for_a_password_has_its_effect_once_wherever_the_worker_is_killed(
    plants: list[Plant], slapd: Slapd, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = await asyncio.gather(*(live(each, person) for each, person in zip(plants, PEOPLE, strict=True)))

    changes = slapd.changes()
    for each, person, case in zip(plants, PEOPLE, cases, strict=True):
        with capsys.disabled():
            run = done_once(each, person, case, changes, "task_done")
        assert run.key == f"{case}/password-reset/reset/run"
