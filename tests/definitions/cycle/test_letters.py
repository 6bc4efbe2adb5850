"""Who hears of what in a cycle."""

from definitions.cycle import acts, errands
from definitions.cycle.errands import Began, Errand, Failed, Looked
from definitions.cycle.evidence import Evidence
from definitions.rules.notices import Tell
from tests.definitions.cycle.lives import ALL, CHARTER, SERIES, Life, verdict, words
from tests.definitions.cycle.test_rules import controlled
from tests.definitions.cycle.test_waiting import trying


def last(life: Life, *types: str) -> dict[str, tuple[str, ...]]:
    """Template -> who is told, after the last fact of such a type."""
    told: dict[str, tuple[str, ...]] = {}
    for tell in tells(life, *types):
        told[tell.template] = (*told.get(tell.template, ()), tell.to)
    return told


def tells(life: Life, *types: str) -> list[Tell]:
    """The mails that the last fact of such a type leads to."""
    fact = next(fact for fact in reversed(life.facts) if fact.type in types)
    return [each for each in life.kind.reactions(fact, life.state, life.definition, life.now) if isinstance(each, Tell)]


def test_a_team_hears_that_it_has_begun_and_whoever_leads_what_to_do() -> None:
    assert last(Life(), "assigned") == {"cycle_joined": ("rita", "kim", "dana"), "cycle_led": ("ravi",)}


def test_a_refusal_names_all_that_is_missing_with_the_next_step() -> None:
    life = Life("dmaic", CHARTER.model_copy(update={"goal": None, "sponsor": None}))
    life.do(acts.AskGate(by="kim"))
    life.do(acts.Evidenced(evidence=ALL))

    told = tells(life, "gate_refused")

    assert [(tell.template, tell.to) for tell in told] == [("cycle_refused", "ravi"), ("cycle_refused", "kim")]
    assert len(told[0].lines) == 2
    assert all(line.count(". ") for line in told[0].lines)


def test_whoever_went_past_a_refusal_is_named_with_their_words_to_lead_and_sponsor() -> None:
    life = Life("dmaic", CHARTER.model_copy(update={"guards": ()}))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=ALL))
    life.do(acts.OverrideGate(by="lena", text=words("why")))

    told = tells(life, "phase_entered")

    assert [(tell.template, tell.to, tell.by) for tell in told] == [
        ("cycle_overridden", "ravi", "lena"),
        ("cycle_overridden", "dana", "lena"),
    ]
    assert told[0].text == words("why")
    assert told[0].lines == ("cases triaged twice; then the gate measure",)


def test_nobody_is_told_what_they_did_themselves() -> None:
    life = Life("dmaic", CHARTER.model_copy(update={"guards": ()}))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=ALL))
    life.do(acts.OverrideGate(by="dana", text=words("why")))

    assert last(life, "phase_entered") == {"cycle_overridden": ("ravi",)}


def test_a_verdict_goes_to_lead_and_sponsor_with_its_figures() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    found = Looked(number=1, says="win", evidence=Evidence(verdict=verdict()), next_at=life.now)
    life.write(errands.looked(life.state, life.definition, life.now, found))

    told = tells(life, "evidence_found")

    assert [(tell.template, tell.to, tell.reason) for tell in told] == [
        ("cycle_verdict", "ravi", "win"),
        ("cycle_verdict", "dana", "win"),
    ]
    assert "0.7, between 0.55 and 0.9 (95%)" in told[0].lines[1]


def test_an_effect_without_an_interval_is_told_without_one() -> None:
    life, found = trying(), verdict()
    alone = found.effect.within.model_copy(update={"low": None, "high": None, "level": 0.0})
    effect = found.effect.model_copy(update={"what": "ratio, followed for 172800 s", "within": alone})
    looked = Looked(
        number=1,
        says="win",
        evidence=Evidence(verdict=found.model_copy(update={"effect": effect})),
        next_at=life.now,
    )
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.write(errands.looked(life.state, life.definition, life.now, looked))

    assert tells(life, "evidence_found")[0].lines[1] == "ratio, followed for 2 d: 0.7"


def test_a_series_says_what_would_have_come_by_itself() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment=None, standard=3)))
    found = Looked(number=1, says="win", evidence=Evidence(interrupted=SERIES), next_at=life.now)
    life.write(errands.looked(life.state, life.definition, life.now, found))

    assert tells(life, "evidence_found")[0].lines[0] == "before 40.0%, after 15.0%; expected by itself 30.0%"


def test_what_is_measured_later_is_no_second_verdict() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    found = Looked(number=1, says="win", evidence=Evidence(verdict=verdict()), next_at=life.now)
    life.write(errands.looked(life.state, life.definition, life.now, found))
    life.pass_(1)
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=Evidence()))

    assert last(life, "evidence_found") == {}


def test_a_new_standard_is_told_to_the_team_whose_it_is() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict())))
    life.do(acts.Decide(by="dana", accept=True))
    life.write(errands.settled(life.state, errands.Settled(standard=7, how="accepted")))

    assert last(life, "settled") == {"cycle_standard": ("dana", "ravi", "rita", "kim")}
    assert "number 7" in tells(life, "settled")[0].lines[0]


def test_what_could_not_be_settled_goes_to_whoever_leads() -> None:
    life = trying()
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict())))
    life.do(acts.Decide(by="dana", accept=True))
    life.write(errands.settled(life.state, errands.Settled(standard=None, how="unchanged", refused="it moved on")))

    assert last(life, "settled") == {"cycle_not_settled": ("ravi",)}


def test_a_signal_goes_to_the_sponsor_too_where_something_follows_from_it() -> None:
    for plan, people in (("report", ("ravi",)), ("pause", ("ravi", "dana")), ("revert", ("ravi", "dana"))):
        life = controlled(on_signal=plan)
        life.do(acts.SignalSeen(at=life.now, rule="beyond a limit", value=129_600.0))

        assert last(life, "reacted") == {"cycle_signal": people}
        assert "beyond a limit" in tells(life, "reacted")[0].lines[0]


def test_an_errand_that_cannot_be_done_is_told_with_when_it_is_tried_again() -> None:
    life = trying()
    life.write(errands.failed(Failed(errand=Errand.BEGIN, why="the records are away"), life.now))

    (tell,) = tells(life, "errand_failed")

    assert (tell.template, tell.to, tell.lines) == ("cycle_failed", "ravi", ("the records are away",))
    assert tell.until == life.now + errands.FAILED_REST
