"""Triage looks up several things at once; what one of them cannot say, the others still do."""

from activities.triage import Look, LookAround, Seen
from definitions.findings import Findings
from definitions.runs import AutomationCall

CALL = AutomationCall(automation="find-duplicates", case_id="INC-1")


def seen(data: list[str], finding: str = "") -> Look:
    return lambda call: Seen([*data], finding)


def nothing(call: AutomationCall) -> Seen | None:
    return None


def broken(call: AutomationCall) -> Seen | None:
    raise OSError("the database is away")


async def test_each_look_answers_under_its_own_name() -> None:
    look = LookAround({"cases": seen(["INC-2"], "may be the same as INC-2"), "routing": nothing})

    found = await look(CALL)

    assert (found.outcome, found.finding, found.data) == ("done", "may be the same as INC-2", {"cases": ["INC-2"]})
    assert Findings.model_validate(found.data).cases == ("INC-2",)


async def test_a_look_that_fails_takes_nothing_from_the_others_and_is_said_to_have_failed() -> None:
    found = await LookAround({"similar": broken, "cases": seen(["INC-2"])})(CALL)

    assert (found.outcome, found.data) == ("done", {"cases": ["INC-2"]})
    assert found.finding == "similar could not be looked up (OSError)"


async def test_where_nothing_is_found_nothing_is_said() -> None:
    found = await LookAround({"similar": nothing})(CALL)

    assert (found.outcome, found.finding, found.data) == ("nothing", "", {})


def test_what_a_later_version_found_is_passed_over() -> None:
    assert Findings.model_validate({"weather": "fine"}) == Findings()
