"""`jidoka whatif` on records without a running stack."""

import json
from pathlib import Path

import pytest

from definitions.facts import Fact, seal
from definitions.runs import AnyDefinition
from office.opening import open_store
from records.values import Allocation, Arrival, CaseRow, Flush
from sources import load
from tests.commands.conftest import Command
from tests.measurement import oracles
from tests.measurement.whatif.lives import recorded

EXAMPLES = Path(__file__).parents[2] / "examples"
CLOSE_SOONER = str(EXAMPLES / "close-sooner.json")


def kept(facts: tuple[Fact, ...], definition: AnyDefinition) -> None:
    """A recorded case in the records, as acceptance and flush leave it."""
    first, last = facts[0], facts[-1]
    with open_store(load({})) as store:
        arrival = Arrival(source="test", external_id=first.case_id, at=first.at, channel="cli", kind="open")
        new = Allocation(
            case_id=first.case_id,
            definition_version=definition.version,
            definition=definition.model_dump(mode="json"),
        )
        store.inbox.receive(arrival, lambda: new)
        row = CaseRow.model_validate(
            {
                "id": first.case_id, "kind": definition.kind, "state": "closed", "stage": "end", "priority": "P3",
                "service": first.data["service"], "opened_at": first.at, "definition_version": definition.version,
                "closed_at": last.at, "seq": last.seq, "updated_at": last.at,
            }
        )  # fmt: skip
        store.events.flush(Flush(case_id=first.case_id, facts=facts, row=row))


@pytest.fixture
def cases(command: Command) -> int:
    """The recorded runs that have ended."""
    ended = [case for case in recorded().values() if case[0][-1].type != "reopened"]
    for facts, definition in ended:
        kept(facts, definition)
    return len(ended)


def test_the_example_plays_every_recorded_case_and_says_what_it_is_worth(command: Command, cases: int) -> None:
    answer = command("whatif", "--change", CLOSE_SOONER, "--queue", "-o", "json", "--as", "dana")
    assert answer.status == 0, answer.out
    found = answer.json

    assert found["verdict"] == "ranks, does not prove"
    assert found["cases"] + sum(found["not_played"].values()) == cases
    assert found["not_reproduced"] == []
    assert found["imputed_share"] == 0
    assert {each["metric"] for each in found["metrics"]} >= {"time_to_resolve", "target_breach_rate"}
    assert all(each["before"]["n"] == each["after"]["n"] for each in found["metrics"])
    assert {each["team"] for each in found["queues"]} >= {"network"}


def test_people_read_before_after_what_was_guessed_and_what_it_is_worth(command: Command, cases: int) -> None:
    said = command("whatif", "--change", CLOSE_SOONER, "--service", "vpn", "--as", "dana").out

    assert "ranks, does not prove" in said
    assert "BEFORE" in said
    assert "Imputed: 0.0 %" in said


def test_a_case_that_is_not_what_its_definition_makes_of_it_stops_the_answer_unless_left_out(
    command: Command, cases: int
) -> None:
    facts, definition = next(case for case in recorded().values() if case[0][0].data["service"] == "vpn")
    assert definition.kind == "incident"
    other = definition.model_copy(update={"title": "Another one"})
    moved = facts[0].model_copy(update={"case_id": "INC-strange0"})
    kept((moved.model_copy(update={"hash": seal(moved)}),), other)

    refused = command("whatif", "--change", CLOSE_SOONER, "--as", "dana")
    allowed = command("whatif", "--change", CLOSE_SOONER, "--leave-out", "-o", "json", "--as", "dana").json

    assert refused.status == 6
    assert "INC-strange0, fact 1 (opened): the rules say definition_version" in refused.err
    assert [each["case"] for each in allowed["not_reproduced"]] == ["INC-strange0"]


def test_a_change_that_does_not_fit_is_refused_with_the_reason_and_nothing_is_played(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "change.json"
    path.write_text(json.dumps([{"op": "replace", "path": "/services/vpn/default_team", "value": "nobody"}]))

    answer = command("whatif", "--change", str(path), "--as", "dana")

    assert answer.status != 0
    assert "nobody" in answer.err


@pytest.mark.parametrize("text", ["{", '{"patch": 1}', "[1]"])
def test_what_is_no_change_is_refused(command: Command, text: str) -> None:
    answer = command("whatif", "--change", "-", "--as", "dana", stdin=text.encode())

    assert answer.status == 2
    assert "is no change" in answer.err


def test_an_imported_log_is_refused_because_its_rules_are_not_declared(command: Command) -> None:
    answer = command("whatif", "--change", CLOSE_SOONER, "--dataset", "uci", "--as", "dana")

    assert answer.status == 2
    assert "not declared" in answer.err


@pytest.fixture
def volvo(command: Command) -> str:
    """The incidents of a car maker, imported with the mapping of the example."""
    mapping = str(EXAMPLES / "mappings" / "vinst.toml")
    log = str(oracles.data("bpic2013_incidents.csv.gz"))
    assert command("log", "import", log, "--dataset", "volvo", "--mapping", mapping).status == 0
    return "volvo"


def test_an_imported_log_whose_names_are_declared_is_played_part_by_part(command: Command, volvo: str) -> None:
    names = str(EXAMPLES / "names" / "vinst.toml")
    asked = ("whatif", "--change", str(EXAMPLES / "route-delivery.json"), "--dataset", volvo, "--names", names)

    refused = command(*asked)
    found = command(*asked, "--leave-out", "--queue", "--from", "2012-04-01", "-o", "json").json
    said = command(*asked, "--leave-out", "--queue", "--from", "2012-04-01").out

    assert refused.status == 6
    assert "1485 of 3348 cases went first to another team than the rules of today say" in refused.err
    assert found["verdict"] == "ranks, does not prove"
    assert [part["ran"] for part in found["parts"]] == [True, True, True]
    assert found["routing"]["moved"] == found["routing"]["reproduced"] == 1823
    assert {each["team"]: each["before"]["people"] for each in found["queues"]}["network"] == 5
    assert found["imputed"] == {"work of workplace": 1822}
    assert "Played: routing, resolution targets, queue." in said
    assert "escalation, confirmation, learned routing" in said


def test_options_that_belong_to_the_other_sort_of_dataset_are_refused(command: Command, volvo: str) -> None:
    names = ("--names", str(EXAMPLES / "names" / "vinst.toml"))

    of_live = command("whatif", "--change", CLOSE_SOONER, *names, "--as", "dana")
    of_log = command("whatif", "--change", CLOSE_SOONER, "--dataset", volvo, *names, "--metric", "time_to_resolve")

    assert (of_live.status, of_log.status) == (2, 2)
    assert "--names is for imported logs" in of_live.err


def test_a_service_that_is_not_there_and_an_empty_scope_are_refused(command: Command) -> None:
    unknown = command("whatif", "--change", CLOSE_SOONER, "--service", "fax", "--as", "dana")
    nothing = command("whatif", "--change", CLOSE_SOONER, "--as", "dana")

    assert (unknown.status, nothing.status) == (3, 3)
    assert "vpn" in unknown.err


def test_only_who_may_see_the_numbers_of_the_desk_may_ask(command: Command) -> None:
    assert command("whatif", "--change", CLOSE_SOONER, "--as", "rita").status == 4
