"""Many requests at once: nobody who is to decide is left unasked, and no loop of mails is made of it."""

from definitions.request.acts import NotDecided
from tests.workflows.house import House
from tests.workflows.requests import VPN


async def test_whoever_has_many_to_decide_on_is_asked_about_each_but_told_how_only_twice(home: House) -> None:
    cases = [await home.request("vpn-access", VPN) for _ in range(22)]
    for _ in range(4):
        await home.desk.courier.tell(cases[0], NotDecided(person="chloe", task="approve-manager", why="unproven"))
    await home.pass_time(seconds=30)

    assert [("approval_asked", "chloe") in home.sent(case) for case in cases] == [True] * 22
    assert [template for template, to in home.sent(cases[0]) if to == "chloe"] == ["approval_asked", "answer", "answer"]
