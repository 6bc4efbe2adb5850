"""What stands around every automation."""

import asyncio
from pathlib import Path

import pytest

from activities.automation.code import CODE, Automation, Failed, HalfDone, Report, Run, automation
from activities.automation.guarded import Guarded
from activities.automation.secrets import HIDDEN, SecretRef
from definitions.automations import AutomationDefinition, Risk
from definitions.base import Value
from definitions.runs import AutomationCall
from tests.activities.automation.bench import Bench, Clock

CANARY = "canary-9f3b"


class Order(Value):
    """What the stamp below is given."""

    file: Path
    how: str = "well"
    secret: SecretRef | None = None


@automation("test-stamp", title="Write a line", risk=Risk.CHANGES)
class Stamp(Automation[Order, Report]):
    """Its effect is a line in a file: the file is its own log."""

    async def run(self, given: Order, run: Run) -> Report:
        secret = run.safe.open(given.secret) if given.secret else ""
        if given.how == "refused":
            raise Failed(f"the stamp says no to {secret}", "Ask the stamp")
        if given.how == "slow":
            await asyncio.sleep(60)
        with given.file.open("a") as file:
            file.write(f"{run.key}\n")
        if given.how == "cut off":
            raise asyncio.CancelledError
        if given.how == "half":
            raise HalfDone("it is stamped, but nobody knows", "Tell them.")
        if given.how == "broken":
            raise OSError(f"disk on fire near {secret}")
        return self._done(run, secret)

    async def dry_run(self, given: Order, run: Run) -> Report:
        return Report(result="It would stamp.", checked="the file", at=run.now, next_step="Run it.")

    async def happened(self, given: Order, run: Run) -> Report | None:
        there = given.file.exists() and run.key in given.file.read_text().split()
        return self._done(run, "") if there else None

    async def undo(self, given: Order, run: Run) -> Report:
        lines = given.file.read_text().split()
        given.file.write_text("".join(f"{line}\n" for line in lines if line != run.key))
        return Report(result="The stamp is gone.", checked="the file", at=run.now, next_step="Nothing.")

    @staticmethod
    def _done(run: Run, secret: str) -> Report:
        return Report(result=f"Stamped {secret}.", checked="the file", at=run.now, next_step="Nothing.")


@automation("test-blind", title="Write a line, and never know", risk=Risk.CHANGES)
class Blind(Stamp):
    """As Stamp, but it cannot tell whether it happened."""

    happened = Automation.happened


def _call(inputs: dict[str, str], **more: object) -> AutomationCall:
    return AutomationCall.model_validate({"automation": "x", "case_id": "INC-1", "inputs": inputs} | more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stamps"


def _stamps(file: Path) -> int:
    return len(file.read_text().split()) if file.exists() else 0


async def test_an_effect_happens_once_for_a_case_however_often_it_is_asked_for(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp")

    results = [await stamp(_call({"file": str(file)})) for _ in range(3)]

    assert _stamps(file) == 1
    assert {r.outcome for r in results} == {"done"}
    assert len({r.finding for r in results}) == 1, "a repetition is answered with what was found then"


async def test_another_step_of_the_same_case_is_another_effect(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp")

    for step in ("first", "second", "first"):
        await stamp(_call({"file": str(file)}, step=step))

    assert _stamps(file) == 2


async def test_an_attempt_cut_off_after_its_effect_is_finished_without_a_second_one(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp")
    with pytest.raises(asyncio.CancelledError):
        await stamp(_call({"file": str(file), "how": "cut off"}))

    result = await stamp(_call({"file": str(file)}))

    assert (result.outcome, _stamps(file)) == ("done", 1)


async def test_an_attempt_cut_off_before_its_effect_has_it_the_next_time(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp")
    task = asyncio.create_task(stamp(_call({"file": str(file), "how": "slow"})))
    while not bench.store.automations.runs():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    result = await stamp(_call({"file": str(file)}))

    assert (result.outcome, _stamps(file)) == ("done", 1)


async def test_where_nobody_can_tell_a_person_takes_over_and_nothing_is_done_twice(bench: Bench, file: Path) -> None:
    blind = bench.guarded("test-blind")
    with pytest.raises(asyncio.CancelledError):
        await blind(_call({"file": str(file), "how": "cut off"}))

    result = await blind(_call({"file": str(file)}))

    assert (result.outcome, _stamps(file)) == ("unknown", 1)
    assert "Next: Look, and finish by hand" in result.finding


async def test_what_was_done_is_undone_once_and_the_undo_is_a_run_of_its_own(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp")
    await stamp(_call({"file": str(file)}))

    undone = await stamp(_call({"file": str(file)}, mode="undo"))

    assert (undone.outcome, _stamps(file)) == ("done", 0)
    assert len(bench.store.automations.runs()) == 2


async def test_what_cannot_be_undone_says_so(bench: Bench) -> None:
    reset = bench.guarded("ldap-password-reset", inputs=ACCOUNT)

    undone = await reset(_call({"person": "rita"}, mode="undo"))

    assert undone.outcome == "failed"
    assert "cannot be put back" in undone.finding


ACCOUNT = {
    "url": "ldaps://localhost:1", "bind_dn": "cn=x", "bind_password": "secrets:directory", "base": "dc=x",
}  # fmt: skip


async def test_a_dry_run_changes_nothing_and_is_no_run(bench: Bench, file: Path) -> None:
    result = await bench.guarded("test-stamp")(_call({"file": str(file)}, mode="dry_run"))

    assert (result.outcome, _stamps(file), bench.store.automations.runs()) == ("nothing", 0, [])


@pytest.mark.parametrize("how", ["refused", "broken", "well"])
async def test_no_secret_gets_out_by_report_refusal_or_accident(bench: Bench, file: Path, how: str) -> None:
    bench.kept["canary"] = CANARY

    result = await bench.guarded("test-stamp")(_call({"file": str(file), "how": how, "secret": "secrets:canary"}))

    assert CANARY not in result.model_dump_json()
    assert HIDDEN in result.finding
    assert CANARY not in str(bench.store.automations.runs())


async def test_a_secret_typed_where_a_reference_belongs_is_refused_without_repeating_it(
    bench: Bench, file: Path
) -> None:
    result = await bench.guarded("test-stamp")(_call({"file": str(file), "secret": CANARY}))

    assert result.outcome == "failed"
    assert "secret" in result.finding
    assert CANARY not in result.finding


async def test_an_effect_that_takes_too_long_or_breaks_is_in_doubt(bench: Bench, file: Path) -> None:
    slow = await bench.guarded("test-stamp", timeout_s=1)(_call({"file": str(file), "how": "slow"}, step="a"))
    broken = await bench.guarded("test-stamp")(_call({"file": str(file), "how": "broken"}, step="b"))

    assert (slow.outcome, broken.outcome) == ("unknown", "unknown")
    assert "look first whether it had an effect" in slow.finding


async def test_what_was_half_done_is_in_doubt_because_there_is_something_to_take_back(bench: Bench, file: Path) -> None:
    result = await bench.guarded("test-stamp")(_call({"file": str(file), "how": "half"}))

    assert result.outcome == "unknown"
    assert result.finding == "Half done: it is stamped, but nobody knows. Next: Tell them."


async def test_without_consent_or_approval_nothing_runs_and_the_reason_is_said(bench: Bench, file: Path) -> None:
    stamp = bench.guarded("test-stamp", consent=True, needs_approval=True)

    neither = await stamp(_call({"file": str(file)}))
    one = await stamp(_call({"file": str(file)}, consent_by="rita"))
    both = await stamp(_call({"file": str(file)}, consent_by="rita", approved_by="lena"))

    assert (neither.outcome, one.outcome, both.outcome) == ("refused", "refused", "done")
    assert "needs the consent" in neither.finding
    assert "needs an approval" in one.finding


async def test_a_paused_automation_leaves_the_case_a_reason_and_the_next_step(bench: Bench, file: Path) -> None:
    bench.store.automations.pause("test-stamp", "olga", "the stamp is broken")

    result = await bench.guarded("test-stamp")(_call({"file": str(file)}))

    assert (result.outcome, _stamps(file)) == ("refused", 0)
    assert "paused by olga" in result.finding
    assert "the stamp is broken. Next: do it by hand." in result.finding


async def test_what_a_definition_fixes_a_case_cannot_change(bench: Bench, tmp_path: Path) -> None:
    stamp = bench.guarded("test-stamp", inputs={"file": str(tmp_path / "fixed")})

    result = await stamp(_call({"file": str(tmp_path / "other")}))

    assert (result.outcome, result.finding) == ("failed", "Not done: file of test-stamp is fixed. Next: Leave it out.")
    assert not (tmp_path / "other").exists()


async def test_the_installation_says_where_things_are_over_what_the_definition_says(
    bench: Bench, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    code = CODE["test-stamp"]
    definition = AutomationDefinition(
        key="stamp", title="", does="test-stamp", owner="network", risk=Risk.CHANGES, inputs={"file": str(there)}
    )

    await Guarded(definition, code, bench.tools(), {"file": str(here)})(_call({}))

    assert (_stamps(here), _stamps(there)) == (1, 0)


def test_code_that_changes_something_must_have_a_dry_run() -> None:
    with pytest.raises(TypeError, match="needs dry_run"):

        @automation("test-bad", title="", risk=Risk.CHANGES)
        class Bad(Automation[Order, Report]):
            async def run(self, given: Order, run: Run) -> Report:
                raise AssertionError

    assert "test-bad" not in CODE


def test_code_must_say_what_it_takes_and_gives() -> None:
    with pytest.raises(TypeError, match="must say what it takes"):

        @automation("test-bad", title="", risk=Risk.READS)
        class Bad(Automation[Order, Report]):
            async def run(self, given, run):  # type: ignore[no-untyped-def]
                raise AssertionError


async def test_failures_of_the_automation_open_its_breaker_and_rest_closes_it(
    bench: Bench, clock: Clock, file: Path
) -> None:
    stamp = bench.guarded("test-stamp", breaker={"failures": 2, "within_s": 60, "rest_s": 300})
    outcomes = [(await stamp(_call({"file": str(file), "how": "refused"}, step=str(n)))).outcome for n in range(3)]
    clock.goes_on(seconds=301)
    trial = await stamp(_call({"file": str(file)}, step="trial"))

    assert outcomes == ["failed", "failed", "refused"]
    assert trial.outcome == "done"
