"""What time brings by itself: warnings, breaches, pages, broken promises, reminders, closing."""

from definitions import acts
from tests.workflows.house import House


async def test_a_target_is_warned_then_breached_and_the_chain_is_paged_once_per_step(home: House) -> None:
    case = await home.open(impact="high", urgency="high")

    await home.pass_time(hours=6)

    types = await home.types(case)
    assert types.count("target_warned") >= 2
    assert types.count("target_breached") >= 2
    escalated = [e["data"]["page"] for e in (await home.show(case))["events"] if e["type"] == "escalated"]
    assert len(escalated) == len(set(escalated)) >= 4
    paged = [recipient for template, recipient in home.sent(case) if template == "page"]
    assert len(paged) == len(escalated)


async def test_an_acknowledged_case_wakes_nobody_for_it(home: House) -> None:
    case = await home.open(impact="high", urgency="high")
    await home.act(case, acts.Acknowledge(by="jay"))
    pages = [page for page in await home.types(case) if page == "escalated"]

    await home.pass_time(minutes=16)

    steps = [e["data"]["step"] for e in (await home.show(case))["events"] if e["type"] == "escalated"]
    assert "page-again" not in steps
    assert len(steps) >= len(pages)


async def test_after_a_hand_over_the_new_team_is_paged_anew(home: House) -> None:
    case = await home.open(impact="high", urgency="high")
    await home.pass_time(minutes=1)
    await home.act(case, acts.Assign(by="jay", team="platform"))

    await home.pass_time(minutes=1)

    pages = [e["data"]["page"] for e in (await home.show(case))["events"] if e["type"] == "escalated"]
    assert "page@1" in pages
    assert "page@2" in pages


async def test_silence_after_a_solution_is_reminded_and_then_taken_for_a_yes_and_said_so(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))

    await home.pass_time(days=12)

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"]) == ("closed", "assumed")
    assert [t for t, _ in home.sent(case)] == ["received", "resolved", "reminder", "closed"]
    customer = next(t for t in shown["targets"] if t["clock"] == "customer")
    assert customer["state"] in ("met", "breached")


async def test_the_silence_of_somebody_whom_no_mail_reached_is_not_taken_for_a_yes(home: House) -> None:
    case = await home.open()
    await home.pass_time(minutes=1)
    home.store.directory.forget(str(home.store.directory.person_of("rita@example.org")))

    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
    await home.pass_time(days=12)

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"]) == ("closed", "unasked")
    assert "question_unheard" in await home.types(case)
    clocks = {target["clock"]: target["state"] for target in shown["targets"]}
    assert (clocks["customer"], clocks["resolution"]) == ("breached", "met")


async def test_a_promise_that_is_not_kept_is_said_and_a_new_time_given_but_not_for_ever(home: House) -> None:
    case = await home.open()

    await home.pass_time(days=3)

    shown = await home.show(case)
    told = [t for t, _ in home.sent(case)]
    assert told.count("promise_broken") == 3
    assert [p["state"] for p in shown["promises"]] == ["broken"] * 4


async def test_a_paused_clock_is_not_due_until_it_goes_on(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Pause(by="jay", reason="requester", text=home.words("Which version?")))

    await home.pass_time(days=5)

    shown = await home.show(case)
    resolution = next(t for t in shown["targets"] if t["clock"] == "resolution")
    assert (resolution["state"], resolution["due_at"]) == ("paused", None)
    assert resolution["paused_s"] > 4 * 86400
