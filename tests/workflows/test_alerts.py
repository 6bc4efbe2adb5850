"""Monitoring speaks: a storm makes one case, recovery is a fact, and nothing is lost between two cases."""

import asyncio
from datetime import timedelta

from definitions import acts
from definitions.intake import Alert
from tests.workflows.house import House


def alert(home: House, number: int = 1, status: str = "firing", **labels: str) -> Alert:
    """An alert about the VPN gateway."""
    now = home.desk.clock()
    return Alert.model_validate(
        {
            "source": "alertmanager",
            "fingerprint": f"f{number:04}",
            "status": status,
            "starts_at": now - timedelta(minutes=1),
            "labels": {"service": "vpn", "alertname": "GatewayDown", "severity": "critical"} | labels,
            "annotations": {"summary": "The gateway does not answer."},
            "group": "vpn/GatewayDown",
            "at": now,
        }
    )


async def test_a_storm_of_500_alerts_makes_one_case_that_knows_them_all(home: House) -> None:
    storm = [alert(home, number) for number in range(500)]

    answers = await asyncio.gather(*(home.desk.alerts(storm[part : part + 50]) for part in range(0, 500, 50)))

    cases = {answer.case_id for part in answers for answer in part}
    assert len(cases) == 1
    (case,) = cases
    assert case is not None
    await home.pass_time(seconds=5)
    shown = await home.show(case)
    assert len(shown["alerts"]) == 500
    assert shown["priority"] == "P1"


async def test_an_alert_that_comes_again_is_known(home: House) -> None:
    first = alert(home)

    one = await home.desk.alerts([first])
    two = await home.desk.alerts([first])

    assert [one[0].outcome, two[0].outcome] == ["opened", "duplicate"]
    assert one[0].case_id == two[0].case_id


async def test_trouble_that_goes_by_itself_ends_the_case_without_anybodys_time(home: House) -> None:
    case = (await home.desk.alerts([alert(home)]))[0].case_id
    assert case is not None

    await home.desk.alerts([alert(home, status="resolved")])
    await home.ends(case)

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"], shown["touchless"]) == ("closed", "recovered", True)


async def test_recovery_does_not_close_a_case_somebody_works_on(home: House) -> None:
    case = (await home.desk.alerts([alert(home)]))[0].case_id
    assert case is not None
    await home.act(case, acts.Start(by="jay"))

    await home.desk.alerts([alert(home, status="resolved")])
    await home.pass_time(seconds=3)

    shown = await home.show(case)
    assert shown["state"] == "in_progress"
    assert [a["firing"] for a in shown["alerts"]] == [False]


async def test_an_alert_after_the_end_opens_a_new_case(home: House) -> None:
    first = (await home.desk.alerts([alert(home, 1)]))[0].case_id
    assert first is not None
    await home.act(first, acts.Resolve(by="jay", text=home.words("Restarted.")))
    await home.ends(first)

    second = (await home.desk.alerts([alert(home, 2)]))[0].case_id

    assert second is not None
    assert second != first
    assert (await home.show(second))["state"] == "queued"


async def test_a_recovery_that_nobody_waits_for_is_put_aside(home: House) -> None:
    answers = await home.desk.alerts([alert(home, status="resolved")])

    assert [(a.outcome, a.case_id) for a in answers] == [("ignored", None)]
