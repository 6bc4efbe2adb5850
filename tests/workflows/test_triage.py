"""Triage of a running case: the team that resolves its kind, pairs that learn, cases that say the same, one outage."""

import re
from pathlib import Path
from typing import Any

import pytest

from definitions import acts
from definitions.base import OverrideReason
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.routing_learned import LearnedRouting
from measurement.routing.evidence import Kind
from measurement.routing.known import Known
from measurement.routing.learner import Learner
from tests.workflows.house import House, house


def knows(home: House, *, network: int = 117, desk: int = 26, jay: int = 110, dana: int = 2) -> None:
    """What resolved cases about access to the VPN have taught; the rules give them to the service desk."""
    vpn: Kind = ("vpn", "access")
    teams, people = Learner(("first team", "service", "category")), Learner(("team", "service", "category"))
    teams.add([(("service-desk", *vpn), "network")] * network + [(("service-desk", *vpn), "service-desk")] * desk)
    people.add([(("network", *vpn), "jay")] * jay + [(("network", *vpn), "dana")] * dana)
    now = home.desk.clock()
    known = Known(teams.table(now), people.table(now), now)
    home.store.routing_tables.put(known.digest, now, known.teams.n, known.plain())


def learning(**settings: Any) -> Organisation:
    return organisation.model_copy(update={"learned_routing": LearnedRouting(**settings)})


NEVER = learning(learning=0, coaching=0)


async def routed(home: House, case: str) -> dict[str, Any]:
    await home.pass_time(minutes=1)
    return next(e["data"] for e in (await home.show(case))["events"] if e["type"] == "routed")


async def test_a_case_goes_to_the_team_that_resolves_its_kind_and_says_why(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database, org=NEVER) as home:
        knows(home)
        case = await home.open(category="access")

        fact = await routed(home, case)

        assert (fact["team"], fact["rule"], fact["learned"]["proposed"]) == ("network", "access", "service-desk")
        assert fact["learned"]["line"].startswith("network: resolves 82% of vpn/access given first to service-desk")
        assert fact["learned"]["table"] == home.store.routing_tables.in_force()
        assert (await home.show(case))["team"] == "network"


async def test_before_anything_was_learned_the_rules_decide(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        fact = await routed(home, await home.open(category="access"))

        assert (fact["team"], fact["learned"]["choice"]) == ("service-desk", "proposal")
        assert fact["learned"]["line"] == "service-desk: as the rules say; no estimates have been learned yet"


async def test_an_organisation_that_does_not_want_it_is_routed_by_its_rules_alone(
    tmp_path: Path, empty_database: Path
) -> None:
    off = organisation.model_copy(update={"learned_routing": None})
    async with house(tmp_path, empty_database, org=off) as home:
        knows(home)

        fact = await routed(home, await home.open(category="access"))

        assert (fact["team"], "learned" in fact) == ("service-desk", False)


@pytest.mark.parametrize(("reason", "counted"), [(None, "not_given"), (OverrideReason.KNOWS_MORE, "knows_more")])
async def test_whoever_hands_over_what_was_learned_leaves_why(
    tmp_path: Path, empty_database: Path, reason: OverrideReason | None, counted: str
) -> None:
    async with house(tmp_path, empty_database, org=NEVER) as home:
        knows(home)
        case = await home.open(category="access")
        await home.pass_time(minutes=1)

        for team in ("service-desk", "platform"):
            act = acts.Assign(by="jay", team=team, reason=reason)
            await home.desk.act(case, act, actor=home.person("jay"))

        facts = [(e["type"], e["data"]) for e in (await home.show(case))["events"]]
        against = [data for type_, data in facts if type_ == "overridden"]
        assert against == [{"step": "routing", "reason": counted}], "the second hand over goes against nothing"


async def test_a_hand_over_against_the_rules_alone_is_no_override(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.open(category="access")
        await home.pass_time(minutes=1)

        await home.desk.act(case, acts.Assign(by="jay", team="platform"), actor=home.person("jay"))

        assert "overridden" not in await home.types(case)


async def test_a_pair_learns_together_and_both_are_told(tmp_path: Path, empty_database: Path) -> None:
    always = learning(learning=0, coaching=0.5)
    async with house(tmp_path, empty_database, org=always) as home:
        knows(home)
        for _ in range(20):
            case = await home.open(category="access")
            paired = (await routed(home, case))["learned"]["paired"]
            if paired:
                break

        shown = await home.show(case)
        assert (paired["learner"], paired["coach"]) == ("dana", "jay")
        assert shown["assignee"] == paired["learner"]
        assert {(t, to) for t, to in home.sent(case) if t.startswith("to_")} == {
            ("to_learn", paired["learner"]), ("to_coach", "jay"),
        }  # fmt: skip
        seen = await home.show(case, by="rita@example.org")
        assert [m["kind"] for m in seen["messages"] if m["kind"].startswith("to_")] == [], "not the requester's matter"


async def test_cases_that_say_the_same_are_shown_and_the_lead_hears_once_of_an_outage(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database) as home:
        await home.open("I need a longer cable", service="workplace")
        await home.pass_time(days=5)
        first = await home.open("VPN drops every minute")
        await home.pass_time(minutes=20)
        await home.open("VPN drops again and again", by="omar@example.org")
        await home.pass_time(minutes=5)
        third = await home.open("My VPN drops", by="chloe@example.org")
        await home.pass_time(minutes=1)
        fourth = await home.open("VPN drops here as well", by="hugo@example.org")
        await home.pass_time(minutes=1)

        proposed = [e["data"] for e in (await home.show(third))["events"] if e["type"] == "parent_proposed"]
        again = [e["data"] for e in (await home.show(fourth))["events"] if e["type"] == "parent_proposed"]

        assert [(each["parent"], each["tell"]) for each in (*proposed, *again)] == [(first, "dana"), (first, None)]
        assert [to for template, to in home.sent(third) if template == "outage_proposed"] == ["dana"]
        assert [to for template, to in home.sent(fourth) if template == "outage_proposed"] == []
        mail = next(m for m in home.mails() if "One outage?" in m["subject"])
        body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert re.search(r"3 people report the same within 2\d minutes", " ".join(body.split()))
        assert f"jidoka incident link {third} --parent {first}" in " ".join(body.split())
        assert first in (await home.show(third))["duplicates"]
