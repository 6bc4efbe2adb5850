"""Reviews of what went badly: opened by themselves, held by the lead, actions proven by what does not come again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from activities.reviews import OpenReview
from definitions import acts
from definitions.base import OverrideReason
from definitions.intake import InboundMessage
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from office.errors import ActRefused, NotAllowed, Unusable
from records.values import CaseQuery
from tests.workflows.house import House

LEAD = "dana"
"""Of the network team, which has the cases about the VPN."""


async def major(home: House) -> str:
    """A major incident that is over."""
    case = await home.open("VPN gateway down", category="outage")
    await home.act(case, acts.Major(by="dana"))
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(minutes=40)
    await home.act(case, acts.Major(by="dana", declare=False))
    await home.pass_time(seconds=5)
    return case


async def review(home: House, case: str) -> str:
    """The review of a case."""
    for _ in range(30):
        review = (await home.show(case))["reviewed"]
        if review is not None:
            break
        await home.pass_time(seconds=1)
    assert isinstance(review, str)
    if review not in home.opened:
        home.opened.append(review)
    return review


def action(home: House, **more: Any) -> AddAction:
    """Something to be done by kim within a week, watched for a month."""
    given = {"by": LEAD, "text": home.words("Alarm on the age of the certificate."), "owner": "kim"}
    return AddAction.model_validate(
        given
        | {"due": home.desk.clock() + timedelta(days=7), "watch_days": 30, "service": "vpn", "category": "outage"}
        | more
    )


async def concluded(home: House) -> tuple[str, str]:
    """A review with a finding and an action, concluded: the case and its review."""
    case = await major(home)
    found = await review(home, case)
    await home.act(found, AddFinding(by=LEAD, what="cause", text=home.words("The certificate had run out.")))
    await home.act(found, action(home))
    await home.act(found, Conclude(by=LEAD))
    return case, found


async def test_a_major_incident_that_is_over_is_reviewed_by_its_teams_lead(home: House) -> None:
    case = await major(home)

    found = await home.show(await review(home, case))

    assert found["id"].startswith("PIR-")
    assert (found["kind"], found["state"], found["about"], found["why"]) == ("review", "queued", case, "major")
    assert (found["team"], found["service"], found["requester"]) == ("network", "vpn", None)
    assert found["assignee"] == home.desk.organisation.team("network").lead
    assert [target["name"] for target in found["targets"]] == ["Reviewed, in working days"]
    assert home.sent(found["id"]) == [("review_called", found["assignee"])]


async def test_a_case_has_one_review_however_many_reasons_there_are(home: House) -> None:
    case = await major(home)
    first = await review(home, case)
    await home.pass_time(days=1)

    await home.act(case, acts.Resolve(by="jay", text=home.words("Back.")))
    await home.pass_time(seconds=5)
    again = await home.desk.reviews.start(case, home.person("dana"))

    assert (again.id, again.created) == (first, False)
    assert (await home.types(case)).count("review_opened") == 1


@pytest.mark.parametrize(("impact", "reviewed"), [("high", True), ("low", False)])
async def test_a_missed_resolution_target_is_reviewed_where_the_priority_is_pressing(
    home: House, impact: str, reviewed: bool
) -> None:
    case = await home.open(impact=impact, urgency="high")
    await home.pass_time(days=6)
    assert "target_breached" in await home.types(case)

    await home.act(case, acts.Resolve(by="jay", text=home.words("Back.")))
    await home.pass_time(seconds=5)

    if reviewed:
        assert (await home.show(await review(home, case)))["why"] == "breach"
    else:
        assert (await home.show(case))["reviewed"] is None


async def test_a_case_in_time_is_not_reviewed_unless_somebody_wants_it(home: House) -> None:
    case = await home.open(impact="high", urgency="high")
    await home.act(case, acts.Resolve(by="jay", text=home.words("Back.")))
    await home.pass_time(seconds=5)
    assert (await home.show(case))["reviewed"] is None

    asked = await home.desk.reviews.start(case, home.person("sam"))
    await home.pass_time(seconds=5)

    assert asked.created
    assert await review(home, case) == asked.id
    assert (await home.show(asked.id))["why"] == "asked"
    with pytest.raises(NotAllowed):
        await home.desk.reviews.start(case, home.person("rita@example.org"))
    with pytest.raises(Unusable, match="only incidents are reviewed"):
        await home.desk.reviews.start(asked.id, home.person("sam"))


async def test_what_belongs_to_another_case_is_reviewed_with_that_one(home: House) -> None:
    parent, child = await home.open("VPN gateway down"), await home.open("No VPN", by="omar@example.org")
    await home.act(child, acts.Link(by="jay", parent=parent))
    await home.act(child, acts.SetPriority(by="jay", impact="high", urgency="high"))  # type: ignore[arg-type]
    await home.pass_time(days=2)
    assert "target_breached" in await home.types(child)

    await home.act(parent, acts.Resolve(by="jay", text=home.words("Back.")))
    await home.pass_time(seconds=5)

    shown = await home.show(child)
    assert (shown["state"], shown["reviewed"]) == ("resolved", None)


async def test_an_action_is_proven_when_its_trouble_does_not_come_again(home: House) -> None:
    _, found = await concluded(home)
    await home.pass_time(days=3)
    await home.act(found, ActionDone(by="kim", action="a1", text=home.words("Done.")))

    await home.open("No mail", service="email", category="outage")
    await home.open("VPN slow", category="connection")
    await home.pass_time(days=29)
    assert (await home.show(found))["actions"][0]["state"] == "watched"
    await home.pass_time(days=2)

    shown = await home.show(found)
    assert (shown["state"], shown["outcome"]) == ("closed", "proven")
    assert shown["actions"][0]["state"] == "proven"
    types = [event["type"] for event in shown["events"]]
    assert types.count("watched") == 5
    assert home.sent(found)[-1] == ("review_proven", "kim")
    await home.ends(found)


async def test_an_incident_of_the_class_within_the_watch_brings_the_action_back_to_its_owner(home: House) -> None:
    _, found = await concluded(home)
    await home.act(found, ActionDone(by="kim", action="a1"))
    await home.pass_time(days=9)
    again = await home.open("VPN gateway down again", category="outage")
    await home.pass_time(days=6)

    shown = await home.show(found)
    (item,) = shown["actions"]
    assert (item["state"], item["recurred"], shown["state"]) == ("open", 1, "resolved")
    (came,) = [event["data"] for event in shown["events"] if event["type"] == "action_recurred"]
    assert (came["n"], came["cases"]) == (1, [again])
    assert ("review_recurred", "kim") in home.sent(found)
    assert item["due"] > shown["as_of"]

    await home.act(found, ActionDone(by="kim", action="a1"))
    await home.pass_time(days=31)
    assert (await home.show(found))["outcome"] == "proven"


async def test_the_watch_of_months_goes_on_in_a_new_run(home: House) -> None:
    home.desk.courier.fresh_after = 60
    _, found = await concluded(home)
    first = (await home.run(found).describe()).run_id
    await home.act(found, action(home, watch_days=365))
    await home.act(found, ActionDone(by="kim", action="a1"))
    await home.act(found, ActionDone(by="kim", action="a2"))

    await home.pass_time(days=200)
    assert (await home.run(found).describe()).run_id != first
    assert [item["state"] for item in (await home.show(found))["actions"]] == ["proven", "watched"]
    await home.pass_time(days=166)

    shown = await home.show(found)
    assert (shown["state"], shown["outcome"]) == ("closed", "proven")
    assert [item["state"] for item in shown["actions"]] == ["proven", "proven"]


async def test_a_review_without_a_finding_is_concluded_only_with_words_and_counts_as_an_override(home: House) -> None:
    found = await review(home, await major(home))

    with pytest.raises(ActRefused, match="has no finding yet"):
        await home.act(found, Conclude(by=LEAD))
    await home.act(found, Conclude(by=LEAD, text=home.words("An exercise."), reason=OverrideReason.NOT_NEEDED))

    shown = await home.show(found)
    assert (shown["state"], shown["outcome"]) == ("closed", "concluded")
    (over,) = [event["data"] for event in shown["events"] if event["type"] == "overridden"]
    assert over == {"step": "finding", "reason": "not_needed"}
    await home.ends(found)


async def test_a_review_that_is_not_held_says_why_and_counts_as_an_override(home: House) -> None:
    found = await review(home, await major(home))

    await home.act(found, CallOff(by="dana", text=home.words("Declared by mistake."), reason=OverrideReason.MISTAKEN))
    await home.ends(found)

    shown = await home.show(found)
    assert (shown["state"], shown["outcome"]) == ("cancelled", "cancelled")
    assert [e["data"]["step"] for e in shown["events"] if e["type"] == "overridden"] == ["review"]
    with pytest.raises(ActRefused, match="it is cancelled"):
        await home.act(found, AddFinding(by=LEAD, what="cause", text=home.words("Late.")))


async def test_who_is_late_is_reminded_and_then_others_hear_of_it(home: House) -> None:
    found = await review(home, await major(home))
    await home.act(found, action(home))
    owner = (await home.show(found))["assignee"]

    await home.pass_time(days=30)

    manager = home.desk.organisation.team("network").manager
    sent = home.sent(found)
    assert [to for template, to in sent if template == "review_due"] == [owner]
    assert {to for template, to in sent if template == "review_late"} == {owner, manager}
    assert [to for template, to in sent if template == "review_action_due"].count("kim") == 4


async def test_an_action_that_is_dropped_is_no_longer_waited_for(home: House) -> None:
    _, found = await concluded(home)

    await home.act(found, DropAction(by="dana", action="a1", text=home.words("The gateway goes."), reason=None))
    await home.ends(found)

    shown = await home.show(found)
    assert (shown["state"], shown["outcome"]) == ("closed", "concluded")
    assert home.sent(found)[-1] == ("review_dropped", "kim")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (ActionDone(by="kim", action="a7"), "has no action 'a7'; it has a1"),
        (acts.Resolve(by="jay", text={"id": "t", "digest": "0"}), "that is nothing one does to a review"),  # type: ignore[arg-type]
        (acts.Reopen(by="jay"), "that is nothing one does to a review"),
    ],
)
async def test_what_does_not_fit_a_review_is_refused(home: House, act: acts.Act, said: str) -> None:
    _, found = await concluded(home)

    with pytest.raises(ActRefused, match=said):
        await home.act(found, act)


async def test_an_action_needs_somebody_who_works_here_and_a_class_of_ours(home: House) -> None:
    found = await review(home, await major(home))
    by = home.person(LEAD)

    with pytest.raises(Unusable, match="does not work here"):
        await home.desk.act(found, action(home, owner="rita"), actor=by)
    with pytest.raises(Unusable, match="vpn has no category 'password'"):
        await home.desk.act(found, action(home, category="password"), actor=by)
    with pytest.raises(ActRefused, match="that is over"):
        await home.desk.act(found, action(home, due=home.desk.clock() - timedelta(days=1)), actor=by)
    assert (await home.show(found))["actions"] == []


async def test_however_often_and_at_once_it_is_asked_for_a_case_has_one_review_that_runs(home: House) -> None:
    case = await home.open("VPN gateway down", category="outage")
    await home.pass_time(seconds=5)
    order = OpenReview(case=case, why="breach", at=home.desk.clock(), service="vpn", category="outage", team="network")

    asked = await asyncio.gather(*(home.desk.reviews.convene(order) for _ in range(6)))
    await home.pass_time(seconds=5)

    assert len(set(asked)) == 1
    found = await home.desk.ls(CaseQuery(kind="review"), actor=home.person("dana"))
    assert [row.id for row in found.rows] == [asked[0]]
    assert home.sent(asked[0]) == [("review_called", LEAD)]


async def test_words_that_answer_a_mail_of_a_review_land_on_it(home: House) -> None:
    _, found = await concluded(home)
    await home.pass_time(seconds=5)
    mail = next(mail for mail in home.mails() if "For you to do" in str(mail["Subject"]))
    token = str(mail["Reply-To"]).partition("+")[2].partition("@")[0]

    answer = InboundMessage(
        source="test",
        external_id="m-1",
        channel="email",
        at=home.desk.clock(),
        sender="kim@example.com",
        subject="Re: todo",
        text="Done by Friday.",
        reply_token=token,
        message_id="<m-1@example.com>",
    )
    received = await home.desk.receive(answer)

    assert (received.outcome, received.case_id) == ("threaded", found)
    shown = await home.show(found)
    assert [m["text"] for m in shown["messages"] if m["kind"] == "heard"] == ["Done by Friday."]
    assert shown["state"] == "resolved"
