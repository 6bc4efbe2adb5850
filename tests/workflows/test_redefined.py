"""A case that was moved ends, and is read afterwards, on the rules it was moved to."""

from definitions import acts
from definitions.example.demo import organisation as demo
from tests.workflows.house import House


async def test_an_ended_case_is_shown_with_the_targets_it_was_moved_to(home: House) -> None:
    case_id = await home.open("VPN drops")
    await home.act(case_id, acts.Redefine(by="dana", definition=demo.incident("vpn")))
    await home.act(case_id, acts.Resolve(by="jay", text=home.words("The gateway is new.")))
    await home.act(case_id, acts.Confirm(by="rita"))
    await home.ends(case_id)

    case = await home.show(case_id)

    assert case["state"] == "closed"
    assert case["definition_version"] == demo.incident("vpn").version
    assert {t["clock"]: t["goal_s"] for t in case["targets"]} == {"response": 40, "resolution": 120, "customer": 180}


async def test_an_ended_case_that_was_not_moved_is_read_from_the_records(home: House) -> None:
    case_id = await home.open("VPN drops")
    await home.act(case_id, acts.Resolve(by="jay", text=home.words("The gateway is new.")))
    await home.act(case_id, acts.Confirm(by="rita"))
    await home.ends(case_id)

    case = await home.show(case_id)

    assert {t["clock"]: t["goal_s"] for t in case["targets"]} == {
        "response": 7200,
        "resolution": 86400,
        "customer": 172800,
    }
