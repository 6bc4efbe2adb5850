"""Definitions and code must fit before a worker takes the first case."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.automation.building import Following, Misfit, code_of, guarded, known_code, problems
from activities.automation.code import CODE
from definitions import checks
from definitions.automations import AutomationDefinition, Risk
from definitions.example import organisation
from tests.activities.automation.bench import Bench

SHIPPED = {
    *("dns-check", "disk-space", "ldap-password-reset", "mailbox-test", "service-state", "tls-expiry", "web-health")
}


def _definition(**changes: object) -> AutomationDefinition:
    plain = {"key": "x", "title": "X", "does": "dns-check", "owner": "network", "risk": Risk.READS}
    return AutomationDefinition.model_validate(plain | changes)


def test_everything_that_is_shipped_is_registered_with_a_title_and_used_by_the_example(bench: Bench) -> None:
    known = known_code()
    built = guarded(organisation.automations, bench.tools())

    assert known.keys() >= SHIPPED
    assert all(known[key].title for key in SHIPPED)
    assert {definition.does for definition in organisation.automations} == SHIPPED
    assert built.keys() == {definition.key for definition in organisation.automations}


def test_the_inputs_of_the_example_fit_the_code(bench: Bench) -> None:
    missing = {"ldap-password-reset": {"person"}}
    for definition in organisation.automations:
        takes = known_code()[definition.does].takes

        left = {name for name, field in takes.model_fields.items() if field.is_required()} - definition.inputs.keys()

        assert left == missing.get(definition.does, set()), definition.key
        takes.model_validate(dict.fromkeys(left, "rita") | definition.inputs)


def test_code_that_nobody_registered_is_named_with_what_there_is() -> None:
    with pytest.raises(Misfit, match="'nothing', which nobody registered") as misfit:
        code_of(_definition(does="nothing"), known_code())

    assert "tls-expiry" in misfit.value.hint


def test_a_definition_cannot_call_harmless_what_its_code_calls_a_change() -> None:
    with pytest.raises(Misfit, match="says that it reads, but its code changes") as misfit:
        code_of(_definition(does="ldap-password-reset"), known_code())

    assert misfit.value.hint == "Write risk=Risk.CHANGES."
    assert code_of(_definition(does="ldap-password-reset", risk=Risk.ENDANGERS), known_code()).key


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"does": "nothing"}, "which nobody registered"),
        ({"inputs": {"name": "vpn.test", "port": 0}}, "port: Input should be greater than 0"),
        ({"inputs": {"name": "vpn.test", "nmae": "x"}}, "nmae: Extra inputs are not permitted"),
        ({"diagnoses": ({"services": ("vpn",)},)}, "it runs by itself, and nobody gives it name"),
        ({"remedies": ({"services": ("vpn",)},), "gives": "A name."}, "it runs by itself, and nobody gives it name"),
        (
            {"inputs": {"name": "vpn.test"}, "from_case": {"nmae": "requester"}},
            "from_case names nmae, which it does not take",
        ),
    ],
)
def test_a_check_finds_what_every_run_would_fail_on(changes: dict[str, object], what: str) -> None:
    [problem] = problems([_definition(**changes)], known_code())

    assert problem.where == "automation:x"
    assert what in problem.what
    assert problem.next_step


def test_a_check_takes_what_this_installation_says_into_account() -> None:
    definition = _definition(diagnoses=({"services": ("vpn",)},))

    assert list(problems([definition], known_code(), {"x": {"name": "vpn.here.test"}})) == []
    assert list(problems(organisation.automations, known_code())) == []


def test_what_a_case_gives_to_a_remedy_is_not_missing() -> None:
    given = _definition(remedies=({"services": ("vpn",)},), gives="A name.", from_case={"name": "requester"})

    assert list(problems([given], known_code())) == []


@pytest.mark.parametrize("by_itself", ["diagnoses", "remedies"])
def test_a_category_that_its_service_has_not_is_found(by_itself: str) -> None:
    match = {"services": ("vpn",), "categories": ("printer",)}
    definition = _definition(**{by_itself: (match,), "gives": "A name."})
    wrong = organisation.model_copy(update={"automations": (definition,), "catalogue": ()})

    found = [problem.what for problem in checks.problems(wrong, datetime(2026, 3, 2, tzinfo=UTC))]

    assert found == ["category 'printer' is in none of its services"]


def test_a_module_of_ones_own_is_loaded_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_printers.py").write_text(
        "from activities.automation.code import Automation, Report, Run, automation\n"
        "from definitions.automations import Risk\n"
        "from definitions.base import Value\n"
        "class Queue(Value):\n"
        "    printer: str\n"
        "@automation('our-printer-queue', title='Is it stuck?', risk=Risk.READS)\n"
        "class PrinterQueue(Automation[Queue, Report]):\n"
        "    async def run(self, given: Queue, run: Run) -> Report:\n"
        "        return Report(result='No.', checked=given.printer, at=run.now, next_step='None.')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert known_code(["our_printers"])["our-printer-queue"].title == "Is it stuck?"
    CODE.pop("our-printer-queue")


def test_a_module_that_is_not_there_says_which() -> None:
    with pytest.raises(Misfit, match="no_such_module") as misfit:
        known_code(["no_such_module"])

    assert misfit.value.hint == "Correct automation_modules."


def test_automations_follow_the_standard_and_a_case_may_still_want_one_that_was_taken_out(bench: Bench) -> None:
    standing = [organisation.model_copy(update={"automations": (_definition(),)})]
    following = Following(lambda: standing[-1], bench.tools())
    before = following()["x"]

    standing.append(organisation.model_copy(update={"automations": (_definition(key="y"),)}))
    after = following()

    assert after.keys() == {"x", "y"}
    assert after["x"] is before
    standing.append(organisation.model_copy(update={"automations": (_definition(title="Looks up a name"),)}))
    assert following()["x"] is not before


def test_an_automation_that_does_not_fit_stops_a_start_and_no_worker_that_runs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    misfit = organisation.model_copy(update={"automations": (_definition(does="nobody"),)})
    standing = [organisation]
    following = Following(lambda: standing[-1], bench.tools())
    before = following()

    standing.append(misfit)
    with caplog.at_level(logging.ERROR):
        after = [following(), following()]

    assert after == [before, before]
    assert caplog.text.count("names the code 'nobody'") == 1
    with pytest.raises(Misfit):
        Following(lambda: misfit, bench.tools())
