"""People triage recorded incidents once more, blindly; how far they agree is what the gate of measure asks for."""

import pytest

from definitions import acts
from definitions.base import Level, Priority
from definitions.cycle.charter import Scope
from office.errors import NotAllowed, NotFound, Unusable
from office.retriage import Blind
from records.errors import Conflict, NotStored
from tests.workflows.house import House
from tests.workflows.recorded import recorded

DMAIC = "DMC-0000aaaa"
LEVELS = tuple(Level)


async def incidents(home: House, count: int) -> dict[str, tuple[Level, Level]]:
    """So many VPN incidents that jay has started, with every pair of impact and urgency."""
    home.replay_at_end = False
    made = {}
    for number in range(count):
        impact, urgency = LEVELS[number % 3], LEVELS[number // 3 % 3]
        case = await home.open(f"Trouble {number}", by=f"user{number}@example.org", impact=impact, urgency=urgency)
        await home.act(case, acts.Start(by="jay"))
        made[case] = (impact, urgency)
    await home.pass_time(seconds=10)
    return made


async def test_twenty_cases_triaged_alike_agree_and_nobody_sees_the_priority(home: House) -> None:
    truth = await incidents(home, 21)
    recorded(home, DMAIC, scope=Scope(services=("vpn",)))
    retriage, noor = home.desk.retriage, home.person("noor")
    seen: list[Blind] = []

    assert retriage.agreement(DMAIC) is None
    while (blind := retriage.next(DMAIC, noor)) is not None:
        assert retriage.next(DMAIC, noor) == blind, "until it is answered it stays the next"
        retriage.answer(DMAIC, blind.case_id, *truth[blind.case_id], noor)
        seen.append(blind)

    agreement = retriage.agreement(DMAIC)
    assert agreement is not None
    assert (agreement.cases, agreement.kappa) == (21, 1.0)
    assert {blind.case_id for blind in seen} == set(truth)
    assert [blind.number for blind in seen] == list(range(1, 22))
    assert all(blind.title.startswith("Trouble ") for blind in seen)
    assert not {"priority", "impact", "urgency"} & Blind.model_fields.keys()
    assert retriage.left(DMAIC) == (0, 21)
    looks = home.store.access_log.ls(actor="noor", limit=200)
    assert {look.object for look in looks} == set(truth), "each look is logged"


async def test_people_who_read_the_same_words_otherwise_do_not_agree(home: House) -> None:
    truth = await incidents(home, 20)
    recorded(home, DMAIC)
    retriage, noor = home.desk.retriage, home.person("noor")
    turned = dict(zip(LEVELS, reversed(LEVELS), strict=True))

    while (blind := retriage.next(DMAIC, noor)) is not None:
        impact, urgency = truth[blind.case_id]
        kept = retriage.answer(DMAIC, blind.case_id, turned[impact], turned[urgency], noor)
        assert kept.second == home.desk.definition("vpn").priority_at(turned[impact], turned[urgency])
        assert isinstance(kept.first, Priority)

    agreement = retriage.agreement(DMAIC)
    assert agreement is not None
    assert agreement.kappa is not None
    assert agreement.kappa < 0


async def test_another_round_has_other_cases_and_says_what_was_found_before(home: House) -> None:
    truth = await incidents(home, 50)
    recorded(home, DMAIC)
    retriage, noor = home.desk.retriage, home.person("noor")
    turned = dict(zip(LEVELS, reversed(LEVELS), strict=True))
    rounds: list[list[str]] = [[], []]

    with pytest.raises(Unusable, match="no round was begun"):
        retriage.again(DMAIC, noor)
    for number, sample in enumerate(rounds):
        while (blind := retriage.next(DMAIC, noor)) is not None:
            impact, urgency = truth[blind.case_id]
            said = (impact, urgency) if number else (turned[impact], turned[urgency])
            retriage.answer(DMAIC, blind.case_id, *said, noor)
            sample.append(blind.case_id)
            if len(sample) == 1:
                with pytest.raises(Unusable, match="of this round wait"):
                    retriage.again(DMAIC, noor)
        if not number:
            retriage.again(DMAIC, noor)

    agreement = retriage.agreement(DMAIC)
    assert agreement is not None
    assert (agreement.kappa, agreement.cases) == (1.0, 20)
    assert "(round 2, before it -" in agreement.words
    assert [len(sample) for sample in rounds] == [30, 20]
    assert not set(rounds[0]) & set(rounds[1])
    with pytest.raises(Unusable, match="0 other incidents"):
        retriage.again(DMAIC, noor)


async def test_whoever_knows_a_case_is_not_asked_about_it_and_the_first_word_counts(home: House) -> None:
    truth = await incidents(home, 20)
    recorded(home, DMAIC)
    retriage, noor = home.desk.retriage, home.person("noor")

    assert retriage.next(DMAIC, home.person("jay")) is None, "he worked on all of them"
    assert retriage.left(DMAIC) == (20, 20)
    blind = retriage.next(DMAIC, noor)
    assert blind is not None
    with pytest.raises(Unusable, match="you worked on"):
        retriage.answer(DMAIC, blind.case_id, Level.LOW, Level.LOW, home.person("jay"))
    retriage.answer(DMAIC, blind.case_id, Level.LOW, Level.LOW, noor)
    with pytest.raises(Conflict, match="triaged anew by noor already"):
        retriage.answer(DMAIC, blind.case_id, Level.HIGH, Level.HIGH, home.person("sam"))
    outside = await home.open("Later")
    await home.pass_time(seconds=5)
    with pytest.raises(NotStored, match="not in the sample"):
        retriage.answer(DMAIC, outside, Level.LOW, Level.LOW, noor)
    with pytest.raises(NotAllowed):
        retriage.next(DMAIC, home.person("omar"))
    with pytest.raises(NotFound, match="no cycle"):
        retriage.next(next(iter(truth)), noor)


async def test_a_scope_with_too_few_incidents_is_refused_with_what_to_do(home: House) -> None:
    await incidents(home, 3)
    recorded(home, DMAIC, scope=Scope(services=("email",)))

    with pytest.raises(Unusable, match="the scope has 0 incidents, 20 are needed") as refused:
        home.desk.retriage.next(DMAIC, home.person("noor"))
    assert refused.value.hint.startswith("Widen the scope")
    assert home.desk.retriage.left(DMAIC) == (0, 0)
