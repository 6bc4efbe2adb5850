"""The register says how each cycle stands, and finds what earlier ones learned."""

from definitions.cycle import acts
from definitions.cycle.charter import Scope
from definitions.cycle.evidence import Evidence
from definitions.cycle.register import Row, books, neighbours, row, search, similar, texts_of
from definitions.cycle.state import Phase
from tests.definitions.cycle.lives import CHARTER, Life, verdict, words
from tests.definitions.cycle.test_rules import gone_through

TEXTS = {
    "title": "VPN cases wait too long",
    "problem": "They lie in the queue over night",
    "try": "Route certificates straight to the network team",
    "lesson": "Certificates were not the bottleneck",
}


def failed() -> Row:
    life = Life()
    gone_through(life, Phase.CONTROL)
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict("harm", 1.4, 1.1, 1.8))))
    life.do(acts.Decide(by="dana", accept=False))
    life.do(acts.Learn(by="kim", text=words("lesson")))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=Evidence()))
    assert {*texts_of(life.state)} == {*TEXTS}
    return row(life.state, TEXTS)


def test_a_row_says_how_a_cycle_stands() -> None:
    life = Life()
    gone_through(life, Phase.ANALYSE)

    found = row(life.state, {})

    assert (found.phase, found.ending, found.metric, found.title) == (Phase.ANALYSE, "open", "time_to_resolve", "")
    assert found.forecast is not None
    assert found.actual is None
    assert found.age_s(life.now) == 0


def test_failed_trials_are_found_by_what_was_tried_and_learned() -> None:
    rows = [failed()]

    assert rows[0].failed
    assert search(rows, "certificate routing") == tuple(rows)
    assert search(rows, "bottleneck") == tuple(rows)
    assert search(rows, "printer") == search(rows, "the") == ()


def test_who_begins_a_cycle_is_shown_earlier_ones_on_the_same_metric_and_cases() -> None:
    before = failed()
    elsewhere = before.model_copy(update={"id": "DMC-2", "scope": Scope(services=("email",))})
    other = before.model_copy(update={"id": "DMC-3", "metric": "csat", "title": "Forms", "problem": "", "tried": ()})

    found = similar([elsewhere, other, before], CHARTER, "VPN is slow")

    assert [each.id for each in found] == [before.id]


def test_what_was_rolled_back_stands_in_the_books_with_nothing() -> None:
    found = books([failed()])

    assert [(total.cycles, total.a_year) for total in found.totals] == [(1, 0)]
    assert found.totals[0].forecast_a_year > 0


def test_open_cycles_on_the_same_cases_and_of_the_team_are_found_and_what_is_gone_is_named() -> None:
    ended = failed()
    open_ = ended.model_copy(update={"id": "DMC-2", "ending": "open"})
    elsewhere = open_.model_copy(update={"id": "DMC-3", "scope": Scope(services=("email",))})
    other_team = open_.model_copy(update={"id": "DMC-4", "metric": "csat", "owner": "network"})

    found = neighbours([ended, open_, elsewhere, other_team], CHARTER, "DMC-9", frozenset({"email"}))

    assert found.same == ("DMC-2",)
    assert found.of_team == ("DMC-2", "DMC-3")
    assert found.unknown == ("vpn",)
    assert neighbours([open_], CHARTER, "DMC-2", frozenset({"vpn"})).same == ()
