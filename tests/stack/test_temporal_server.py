"""The embedded server: found, tuned, prepared."""

import os
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from definitions.search_attributes import SEARCH_ATTRIBUTES
from stack import temporal_server
from stack.process import Identity, end
from tests.stack.conftest import base_port


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Client]:
    port = base_port()
    argv = temporal_server.command(temporal_server.binary(), port=port, ui_port=None, db=tmp_path / "temporal.db")
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(argv, stdout=log, stderr=log) as process:
        client = await Client.connect(f"127.0.0.1:{port}", lazy=True)
        await temporal_server.until(lambda: temporal_server.healthy(client), "the server", seconds=30)
        yield client
        process.terminate()


async def retention(client: Client) -> timedelta:
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    return answer.config.workflow_execution_retention_ttl.ToTimedelta()


@pytest.mark.story
async def test_preparing_makes_the_server_keep_runs_and_know_every_search_attribute(server: Client) -> None:
    added = await temporal_server.prepare(server, SEARCH_ATTRIBUTES)
    again = await temporal_server.prepare(server, SEARCH_ATTRIBUTES)

    assert sorted(added) == sorted(SEARCH_ATTRIBUTES)
    assert again == []
    assert await retention(server) == temporal_server.RETENTION


@pytest.mark.story
async def test_a_search_attribute_of_another_type_is_refused_before_a_run_can_hang_on_it(server: Client) -> None:
    await temporal_server.ensure_attributes(server, {"JidokaOdd": "Keyword"})

    with pytest.raises(ValueError, match="search attribute JidokaOdd is not KeywordList on this server"):
        await temporal_server.ensure_attributes(server, {"JidokaOdd": "KeywordList"})


@pytest.mark.story
async def test_its_database_is_in_wal_mode(server: Client, tmp_path: Path) -> None:
    assert await temporal_server.healthy(server) is None
    assert (tmp_path / "temporal.db-wal").exists()


async def test_a_server_that_is_not_there_is_said_in_two_words() -> None:
    client = await Client.connect(f"127.0.0.1:{base_port()}", lazy=True)

    assert await temporal_server.healthy(client) == "connection refused"


def test_every_lever_is_on_the_command_line() -> None:
    argv = temporal_server.command(Path("/bin/temporal"), port=1, ui_port=2, db=Path("/d/t.db"))

    for value in (
        "history.transferProcessorMaxPollRPS=2000",
        "history.timerProcessorMaxPollRPS=2000",
        "history.visibilityProcessorMaxPollRPS=2000",
        "matching.numTaskqueueReadPartitions=1",
        "matching.numTaskqueueWritePartitions=1",
        "journal_mode=WAL",
        "synchronous=NORMAL",
    ):
        assert value in argv
    assert argv[argv.index("--ip") + 1] == "127.0.0.1"
    assert "frontend.WorkflowTimeSkippingEnabled=true" not in argv
    assert "frontend.WorkflowTimeSkippingEnabled=true" in temporal_server.tuning(time_skipping=True)


def test_the_named_binary_wins_and_a_wrong_name_is_said(tmp_path: Path) -> None:
    mine = tmp_path / "temporal"
    mine.write_text("#!/bin/sh\n")
    with pytest.raises(temporal_server.NoServer) as wrong:
        temporal_server.binary(mine)
    mine.chmod(0o700)

    assert temporal_server.binary(mine) == mine
    assert wrong.value.message == f"There is no Temporal server binary ({mine} cannot be run)."
    assert "jidoka[embedded]" in wrong.value.hint


def test_without_the_wheel_the_path_is_searched_and_nothing_found_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(temporal_server.sysconfig, "get_path", lambda _: str(tmp_path / "no"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(temporal_server.NoServer, match="nor in PATH"):
        temporal_server.binary()

    (tmp_path / "temporal").write_text("#!/bin/sh\n")
    (tmp_path / "temporal").chmod(0o700)

    assert temporal_server.binary() == tmp_path / "temporal"


async def test_the_last_resort_is_a_download_that_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Fetched:
        """What the SDK gives back, without the network."""

        @classmethod
        async def start_local(cls, *, download_dest_dir: str) -> "Fetched":
            file = Path(download_dest_dir) / "temporal-sdk-python-1"
            file.write_text("#!/bin/sh\n")
            file.chmod(0o700)
            return cls()

        async def shutdown(self) -> None:
            """Nothing runs."""

    monkeypatch.setattr(temporal_server.sysconfig, "get_path", lambda _: str(tmp_path / "no"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("temporalio.testing.WorkflowEnvironment", Fetched)

    fetched = await temporal_server.fetch(tmp_path / "bin")

    assert fetched == tmp_path / "bin" / "temporal-sdk-python-1"
    assert temporal_server.binary(None, tmp_path / "bin") == fetched


async def test_a_download_that_fails_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Offline:
        """The SDK without a network."""

        @classmethod
        async def start_local(cls, *, download_dest_dir: str) -> "Offline":
            raise RuntimeError("Failed starting Temporal dev server")

    monkeypatch.setattr("temporalio.testing.WorkflowEnvironment", Offline)

    with pytest.raises(temporal_server.NoServer, match="the download failed") as failed:
        await temporal_server.fetch(tmp_path / "bin")

    assert "JIDOKA_TEMPORAL_CLI" in failed.value.hint


def test_a_process_is_known_by_more_than_its_number() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        real = Identity.of(process.pid)
        stranger = Identity(process.pid, "another start")

        assert real.alive()
        assert not stranger.alive()
        end(stranger, seconds=0)
        assert process.poll() is None

        process.terminate()
        process.wait()
        assert not real.alive()
    assert not Identity.of(0).alive()
    assert Identity.of(os.getpid()).alive()
