"""The gate: every recorded run lives on under today's code as it lived then; changed workflows do not pass."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.worker import Replayer

from definitions import unfolding
from definitions.facts import Draft, Visibility
from definitions.rules.notices import Tell
from definitions.runs import Sent
from office.recorded import Golden, golden
from office.replay import Replays
from office.wire import data_converter
from tests.gate.stories import STORIES
from worker import WORKFLOWS, runner
from workflows.blocks import case as block
from workflows.blocks import errands
from workflows.blocks.journal import Journal

HISTORIES = Path(__file__).parents[1] / "histories"
GOLDEN = [golden(path) for path in sorted(HISTORIES.glob("*.json.gz"))]
PLAIN = next(run for run in GOLDEN if run.name == "plain")
NEGLECTED = next(run for run in GOLDEN if run.name == "neglected")


async def test_every_recorded_run_lives_on_as_it_lived_then(capsys: pytest.CaptureFixture[str]) -> None:
    replays = Replays()

    results = [await replays.of(run) for run in GOLDEN]

    with capsys.disabled():
        print(
            f"\n{len(results)} recorded runs with {sum(r.events for r in results)} events replayed:"
            f" {sum(r.facts for r in results)} facts and {sum(r.compared for r in results)} contents compared,"
            f" {sum(bool(r.troubles) for r in results)} broken"
        )
    assert {r.name: r.troubles for r in results if r.troubles} == {}
    assert all(result.facts and result.compared for result in results)


def test_every_story_has_its_recorded_runs() -> None:
    names = {run.name for run in GOLDEN}

    assert {"plain", "neglected", "paused", "handed_over", "merged_target", "merged_source", "parent"} <= names
    assert {"child", "storm", "reopened_after", "long_life-1", "long_life-2", "silent", "redefined"} <= names
    assert len(names) >= len(STORIES)


# -- changed workflows -------------------------------------------------------------------------------------------------

Patch = Callable[[pytest.MonkeyPatch], None]


def longer_timers(patch: pytest.MonkeyPatch) -> None:
    """Every wait takes a minute more."""
    wait = workflow.wait_condition

    async def longer(fn: Callable[[], bool], *, timeout: Any = None, **more: Any) -> None:
        await wait(fn, timeout=timeout and timeout + timedelta(minutes=1), **more)

    patch.setattr(block.workflow, "wait_condition", longer)


def another_recipient(patch: pytest.MonkeyPatch) -> None:
    """An argument of an activity."""
    tell = errands.tell

    async def elsewhere(command: Tell, journal: Journal) -> list[Draft]:
        return await tell(command.model_copy(update={"to": "mallory"}), journal)

    patch.setattr(errands, "tell", elsewhere)


def a_dropped_fact(patch: pytest.MonkeyPatch) -> None:
    """What the automation found is not remembered any more."""
    write = Journal.write

    def without(self: Journal, drafts: Any, *args: Any, **more: Any) -> None:
        write(self, [draft for draft in drafts if draft.type != "automated"], *args, **more)

    patch.setattr(Journal, "write", without)


def another_promise(patch: pytest.MonkeyPatch) -> None:
    """The same words, an hour later."""
    promised = unfolding.promised

    def later(command: Tell) -> Draft:
        assert command.promise is not None
        promise = command.promise.model_copy(update={"due": command.promise.due + timedelta(hours=1)})
        return promised(command.model_copy(update={"promise": promise}))

    patch.setattr(unfolding, "promised", later)


def no_messages(patch: pytest.MonkeyPatch) -> None:
    """An activity less."""

    async def nothing(command: Tell, journal: Journal) -> list[Draft]:
        sent = Sent(to=command.to, channel="email", outcome="sent")
        return [errands._told("told", sent, Visibility.PUBLIC, template=command.template)]

    patch.setattr(errands, "tell", nothing)


def a_pause_before_each_message(patch: pytest.MonkeyPatch) -> None:
    """A timer more, and all that follows in another order."""
    tell = errands.tell

    async def slower(command: Tell, journal: Journal) -> list[Draft]:
        await workflow.sleep(1)
        return await tell(command, journal)

    patch.setattr(errands, "tell", slower)


# What the SDK's Replayer lets pass, because it does not look at what is in a command; and what even it refuses.
UNSEEN_BY_THE_REPLAYER: tuple[tuple[Patch, str], ...] = (
    (longer_timers, "timer"),
    (another_recipient, "activity"),
    (a_dropped_fact, "fact"),
)
SEEN_BY_BOTH: tuple[tuple[Patch, str], ...] = (
    (no_messages, "another course"),
    (a_pause_before_each_message, "another course"),
)


async def replayer_refuses(run: Golden) -> bool:
    """Whether the SDK's own Replayer has something against today's code."""
    replayer = Replayer(workflows=WORKFLOWS, data_converter=data_converter, workflow_runner=runner())
    return (await replayer.replay_workflow(run.history, raise_on_replay_failure=False)).replay_failure is not None


@pytest.mark.parametrize(("mutate", "said"), UNSEEN_BY_THE_REPLAYER, ids=lambda each: getattr(each, "__name__", ""))
async def test_a_change_that_the_replayer_lets_pass_is_refused(
    mutate: Patch, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)

    result = await Replays().of(PLAIN)

    assert not await replayer_refuses(PLAIN)
    assert any(trouble.startswith(said) for trouble in result.troubles), result.troubles


@pytest.mark.parametrize(("mutate", "said"), SEEN_BY_BOTH, ids=lambda each: getattr(each, "__name__", ""))
async def test_a_run_that_takes_another_course_is_refused(
    mutate: Patch, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)

    result = await Replays().of(PLAIN)

    assert await replayer_refuses(PLAIN)
    assert any(said in trouble for trouble in result.troubles), result.troubles


async def test_another_promise_time_is_refused_with_the_fact_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    another_promise(monkeypatch)

    results = [await Replays().of(run) for run in (PLAIN, NEGLECTED)]

    assert all(any("(promised): data" in trouble for trouble in result.troubles) for result in results)


async def test_a_new_field_in_what_an_activity_is_given_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    given = errands.TellMessage

    class Wider(given):  # type: ignore[misc, valid-type]
        colour: str = "red"

    monkeypatch.setattr(errands, "TellMessage", Wider)

    result = await Replays().of(PLAIN)

    assert result.troubles == ()


async def test_a_journal_of_another_run_is_refused() -> None:
    swapped = PLAIN._replace(facts=NEGLECTED.facts)

    result = await Replays().of(swapped)

    assert result.troubles


def test_a_file_without_a_recorded_run_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.json.gz"
    path.write_bytes(b"not gzip")

    with pytest.raises(ValueError, match=r"broken\.json\.gz holds no recorded run"):
        golden(path)


def test_recording_again_gives_the_same_bytes(tmp_path: Path) -> None:
    path = PLAIN.write(tmp_path)

    assert path.read_bytes() == (HISTORIES / path.name).read_bytes()
    assert asyncio.iscoroutinefunction(STORIES["plain"])
