"""Cases that belong together: nothing is lost on either side, and words of one requester never reach another."""

from contextlib import suppress

import pytest

from definitions import acts
from office.errors import ActRefused
from tests.workflows.house import House


async def settle(home: House) -> None:
    """Let signals between runs arrive."""
    await home.pass_time(seconds=3)


async def test_a_merged_case_forwards_what_it_hears_and_closes_with_the_other(home: House) -> None:
    target, source = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")

    await home.act(source, acts.Merge(by="jay", into=target))
    await home.act(source, acts.Hear(by="omar", channel="email", text=home.words("It also drops here.")))
    await settle(home)
    await home.act(target, acts.Resolve(by="jay", text=home.words("For Rita only.")))
    await settle(home)
    assert home.sent(source)[-1] == ("target_resolved", "omar")
    await home.act(target, acts.Confirm(by="rita"))
    await home.run(target).result()
    await settle(home)

    into, out = await home.show(target), await home.show(source)
    assert into["absorbed"] == [source]
    assert "It also drops here." in [m["text"] for m in into["messages"]]
    assert (out["state"], out["outcome"], out["merged_into"]) == ("closed", "merged", target)
    omars = [m for m in home.mails() if "omar" in str(m["To"])]
    assert omars
    assert all("For Rita only." not in m.get_body(("plain",)).get_content() for m in omars)  # type: ignore[union-attr]


async def test_an_unmerged_case_goes_on_with_everything_it_had(home: House) -> None:
    target, source = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")
    await home.act(source, acts.Start(by="jay"))
    await home.act(source, acts.Merge(by="jay", into=target))
    await home.pass_time(hours=1)

    await home.act(source, acts.Unmerge(by="jay"))
    await settle(home)

    into, out = await home.show(target), await home.show(source)
    assert into["absorbed"] == []
    assert (out["state"], out["merged_into"], out["assignee"]) == ("in_progress", None, "jay")
    resolution = next(t for t in out["targets"] if t["clock"] == "resolution")
    assert resolution["counted_s"] < 600


async def test_cases_merged_into_each_other_at_once_both_come_back(home: House) -> None:
    one, two = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")

    await home.act(one, acts.Merge(by="jay", into=two))
    with suppress(ActRefused):  # when the news of the first merge is there already, the second is refused at once
        await home.act(two, acts.Merge(by="kim", into=one))
    await settle(home)

    states = {(await home.show(one))["state"], (await home.show(two))["state"]}
    assert states <= {"merged", "queued"}
    assert states != {"merged"}


async def test_a_case_cannot_go_into_one_that_has_ended(home: House) -> None:
    target, source = await home.open("VPN drops"), await home.open("No VPN", by="omar@example.org")
    await home.act(target, acts.Cancel(by="rita"))
    await home.run(target).result()

    await home.act(source, acts.Merge(by="jay", into=target))
    await settle(home)

    assert (await home.show(source))["state"] == "queued"


async def test_what_the_parent_says_reaches_the_people_of_all_children(home: House) -> None:
    parent = await home.open("VPN gateway down")
    children = [await home.open("No VPN", by=f"{who}@example.org") for who in ("omar", "chloe")]
    for child in children:
        await home.act(child, acts.Link(by="jay", parent=parent))
    await settle(home)

    await home.act(parent, acts.Major(by="dana"))
    await home.act(parent, acts.Comment(by="dana", text=home.words("The gateway restarts now."), broadcast=True))
    await home.act(parent, acts.Resolve(by="dana", text=home.words("Gateway replaced.")))
    await settle(home)

    assert (await home.show(parent))["children"] == children
    assert (await home.show(parent))["priority"] == "P1"
    for child in children:
        assert (await home.show(child))["state"] == "resolved"
        assert "parent_update" in [template for template, _ in home.sent(child)]


async def test_a_case_has_one_parent_and_no_circle(home: House) -> None:
    parent, child = await home.open("VPN gateway down"), await home.open("No VPN", by="omar@example.org")
    await home.act(child, acts.Link(by="jay", parent=parent))
    await settle(home)

    with pytest.raises(ActRefused, match="already has the parent"):
        await home.act(child, acts.Link(by="jay", parent="INC-other"))
    with pytest.raises(ActRefused, match="circle"):
        await home.act(parent, acts.Link(by="jay", parent=child))
