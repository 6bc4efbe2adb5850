"""What happens to the cases of a demo day; each story is one small truth about a service desk."""

from commands.demo.learning import reviewed
from commands.demo.scene import Scene
from commands.demo.stage import Stage
from definitions.acts import Acknowledge, Assign, Cancel, Comment, Link, Major, Merge, Pause, Redefine, Resolve, Start
from definitions.base import PauseReason

# -- stories that every day has ----------------------------------------------------------------------------------


async def storm(stage: Stage, scene: Scene) -> None:
    """Sixty alerts make one case; they end, and so does it."""
    since = stage.desk.clock()
    racks = [f"switch-{number:02d}" for number in range(60)]
    await scene.at(stage, 0)
    case_id = await stage.alerts("network", "UplinkLoss", racks[:20], firing=True, since=since)
    await scene.at(stage, 0.05)
    await stage.alerts("network", "UplinkLoss", racks[20:], firing=True, since=since)
    await scene.at(stage, 0.15)
    by = await scene.analyst(stage, case_id)
    await stage.does(case_id, Acknowledge, by)
    await stage.does(case_id, Start, by)
    await scene.at(stage, 0.6)
    await stage.alerts("network", "UplinkLoss", racks, firing=False, since=since)
    await scene.at(stage, 0.75)
    await stage.does(case_id, Resolve, by, "A power supply in rack 7 was replaced; all sixty switches answer again.")


async def waiting_for_an_answer(stage: Stage, scene: Scene) -> None:
    """The clock stops while the requester is asked, and goes on with their mail."""
    who, trouble = scene.people[0], scene.trouble
    await scene.at(stage, 0)
    case_id = await stage.mails(who, trouble.subject, trouble.text)
    by = await scene.analyst(stage, case_id)
    await scene.at(stage, 0.1)
    await stage.does(case_id, Start, by)
    await scene.at(stage, 0.2)
    await stage.does(case_id, Pause, by, trouble.question, reason=PauseReason.REQUESTER)
    await scene.at(stage, 0.5)
    await stage.replies(who, case_id, "paused", trouble.answer)
    await scene.at(stage, 0.75)
    await stage.does(case_id, Resolve, by, trouble.solution)
    await scene.at(stage, 0.9)
    await stage.replies(who, case_id, "resolved", "Yes, it works. Thank you!")


async def major(stage: Stage, scene: Scene) -> None:
    """Several people report one outage: a major incident, its children, one word to all of them."""
    caller, *others = scene.people
    await scene.at(stage, 0)
    desk = scene.member(stage, "service-desk")
    parent = await stage.phones(caller, "email", "Nobody in Berlin gets mail", by=desk, level="high", category="outage")
    by = await scene.analyst(stage, parent)
    await stage.does(parent, Acknowledge, by)
    children = []
    for number, other in enumerate(others):
        await scene.at(stage, 0.05 + 0.04 * number)
        children.append(await stage.mails(other, "No email since this morning", "My inbox stays empty, is it down?"))
    await scene.at(stage, 0.2)
    await stage.does(parent, Major, by, as_="declares a major incident:")
    for child in children:
        await stage.routed(child)
        await stage.does(child, Link, by, parent=parent)
    await scene.at(stage, 0.35)
    await stage.does(parent, Start, by)
    words = "A disk of the mail store is full; mail is kept and will be delivered. Next word soon."
    await stage.does(parent, Comment, by, words, as_="tells everybody on", broadcast=True)
    await scene.at(stage, 0.7)
    await stage.does(parent, Resolve, by, "The mail store has room again and everything kept is delivered.")
    await stage.does(parent, Major, by, as_="stands down the major incident", declare=False)
    await scene.at(stage, 0.9)
    for child, other in zip(children, others, strict=True):
        await stage.replies(other, child, "resolved", "Yes, my mail is back.")
    if len(others) > 1:
        await reviewed(stage, scene, parent)


async def the_same_twice(stage: Stage, scene: Scene) -> None:
    """Two colleagues report the same thing; one case goes into the other and ends with it."""
    first, second = scene.people
    await scene.at(stage, 0)
    one = await stage.mails(first, scene.trouble.subject, scene.trouble.text)
    await scene.at(stage, 0.1)
    two = await stage.mails(second, scene.trouble.subject, "The same as my neighbour: " + scene.trouble.text)
    by = await scene.analyst(stage, one)
    await stage.routed(two)
    await scene.at(stage, 0.3)
    await stage.does(two, Merge, by, into=one)
    await scene.solve(stage, one, ack=0.35, resolve=0.7)
    await scene.at(stage, 0.9)
    await stage.replies(first, one, "resolved", "Yes, solved for both of us.")


# -- stories that a day of some length has -----------------------------------------------------------------------


async def nobody_answers(stage: Stage, scene: Scene) -> None:
    """A pressing case waits: the person on call is paged, and when that does not help, the lead."""
    await scene.at(stage, 0)
    desk = scene.member(stage, "service-desk")
    title = "VPN is down for the whole sales team"
    case_id = await stage.phones(scene.people[0], "vpn", title, by=desk, level="high")
    lead = stage.desk.organisation.team(str((await stage.routed(case_id)).team)).lead
    await scene.at(stage, 0.6)
    await stage.does(case_id, Start, lead)
    await scene.at(stage, 0.9)
    await stage.does(case_id, Resolve, lead, "The gateway ran out of addresses; the pool is larger now.")


async def not_solved_after_all(stage: Stage, scene: Scene) -> None:
    """The requester says no, the case comes back, and the second solution holds."""
    who, trouble = scene.people[0], scene.trouble
    await scene.at(stage, 0)
    case_id = await stage.mails(who, trouble.subject, trouble.text)
    by = await scene.solve(stage, case_id, ack=0.1, resolve=0.35)
    await scene.at(stage, 0.5)
    await stage.replies(who, case_id, "resolved", "No, it is just the same as before.")
    await scene.at(stage, 0.6)
    await stage.does(case_id, Start, by)
    await scene.at(stage, 0.8)
    await stage.does(case_id, Resolve, by, "We looked at it together. " + trouble.solution)
    await scene.at(stage, 0.95)
    await stage.replies(who, case_id, "resolved", "Yes, now it works.")


async def away(stage: Stage, scene: Scene) -> None:
    """The requester is on holiday: their mailbox answers, nobody answers back, and the case waits for them."""
    who = scene.people[0]
    await scene.at(stage, 0)
    case_id = await stage.mails(who, scene.trouble.subject, scene.trouble.text)
    await scene.solve(stage, case_id, ack=0.1, resolve=0.5)
    await scene.at(stage, 0.6)
    await stage.replies(who, case_id, "resolved", "I am away until Monday.", vacation=True)


async def ping_pong(stage: Stage, scene: Scene) -> None:
    """Two teams pass a case back and forth until one of them keeps it."""
    who = scene.people[0]
    await scene.at(stage, 0)
    desk = scene.member(stage, "service-desk")
    case_id = await stage.phones(who, "identity", "Sign-on page says 'untrusted device'", by=desk)
    one = await scene.analyst(stage, case_id)
    other = scene.member(stage, "platform")
    await scene.at(stage, 0.1)
    await stage.does(case_id, Acknowledge, one)
    await stage.does(case_id, Assign, one, "Looks like a certificate.", team="platform")
    await scene.at(stage, 0.3)
    await stage.does(case_id, Assign, other, "The certificate is fine; please check the account.", team="service-desk")
    await scene.at(stage, 0.5)
    await stage.does(case_id, Assign, one, "The account is fine; it is the policy.", team="platform")
    await scene.at(stage, 0.6)
    await stage.does(case_id, Start, other)
    await scene.at(stage, 0.8)
    await stage.does(case_id, Resolve, other, "The policy did not know your model. It does now.")


async def gone_by_itself(stage: Stage, scene: Scene) -> None:
    """An alert that ends before anybody touched it costs nobody's time."""
    since = stage.desk.clock()
    await scene.at(stage, 0)
    # Nobody moves it to the goals of the demo either: that would be somebody's time.
    await stage.alerts("vpn", "TunnelFlap", ["gateway-2"], firing=True, since=since, adopt=False)
    await scene.at(stage, 0.4)
    await stage.alerts("vpn", "TunnelFlap", ["gateway-2"], firing=False, since=since, adopt=False)


async def never_mind(stage: Stage, scene: Scene) -> None:
    """It is not needed any more; what is no mail at all goes to quarantine."""
    case_id = await scene.open(stage)
    by = await scene.analyst(stage, case_id)
    await stage.unreadable()
    await scene.at(stage, 0.4)
    await stage.does(case_id, Cancel, by, "You told us on the corridor that it works again.")


async def wrong_address(stage: Stage, scene: Scene) -> None:
    """A mail names no service: the desk triages it and moves it to the one it belongs to."""
    who = scene.people[0]
    await scene.at(stage, 0)
    case_id = await stage.mails(who, "It does not work", "Since today I only get 'error 4012' when I book hours.")
    row = await stage.routed(case_id)
    lead = stage.desk.organisation.team(str(row.team)).lead
    await scene.at(stage, 0.2)
    await stage.does(case_id, Redefine, lead, definition=stage.desk.definition("erp"), category="posting")
    by = scene.member(stage, "business-apps")
    await scene.at(stage, 0.4)
    await stage.does(case_id, Start, by)
    await scene.at(stage, 0.8)
    await stage.does(case_id, Resolve, by, "Error 4012 was a missing project code; it is there now.")
    await scene.at(stage, 0.95)
    await stage.replies(who, case_id, "resolved", "Yes, thanks.")


# -- stories that fill the day -----------------------------------------------------------------------------------


async def solved(stage: Stage, scene: Scene) -> None:
    """Asked, answered, solved, confirmed."""
    case_id = await scene.open(stage)
    await scene.solve(stage, case_id, ack=0.15, resolve=0.7)
    await scene.at(stage, 0.9)
    await stage.replies(scene.people[0], case_id, "resolved", "Yes, works again. Thanks!")


async def solved_in_silence(stage: Stage, scene: Scene) -> None:
    """Solved, and the requester says nothing: the case waits for their yes."""
    case_id = await scene.open(stage)
    await scene.solve(stage, case_id, ack=0.3, resolve=0.9)


async def still_open(stage: Stage, scene: Scene) -> None:
    """The day ends before the work does."""
    case_id = await scene.open(stage)
    by = await scene.analyst(stage, case_id)
    await scene.at(stage, 0.5)
    await stage.does(case_id, Start, by)
    await scene.at(stage, 0.8)
    await stage.does(case_id, Comment, by, "We found where it comes from and go on tomorrow.")
