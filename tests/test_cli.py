"""The shell around every command: exit status, errors as data, speed."""

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import cli
from commands import app as app_module
from commands.common import App, Failure, Noun, pass_app
from commands.failures import EXIT, failure_of
from commands.output import plain, rendered, table

ROOT = Path(cli.__file__).parent


@click.group(cls=Noun)
def trial() -> None:
    """Commands that end in every way."""


@trial.command("fail")
@click.argument("code")
def fail(code: str) -> None:
    """End with a failure."""
    raise Failure(code, "What went wrong.", "What to do.")


@trial.command("answer")
@click.option("--status", type=int, help="Exit with it.")
@pass_app
def answer(app: App, status: int | None) -> int | None:
    """Give two rows."""
    app.emit([{"id": "INC-1", "open": True}, {"id": "INC-2", "open": None}])
    return status


@trial.command("break")
def break_() -> None:
    """End with something nobody thought of."""
    raise ZeroDivisionError("by nought")


@trial.command("wait")
@pass_app
def wait(app: App) -> None:
    """Be interrupted while waiting."""

    async def forever() -> None:
        raise KeyboardInterrupt

    app.run(forever(), back="jidoka trial wait", stack=False)


@trial.command("ask")
@pass_app
def ask(app: App) -> None:
    """Ask a stack that does not run."""

    async def never() -> None:
        raise AssertionError("there is no stack to ask")

    app.run(never())


@trial.command("who")
@pass_app
def who(app: App) -> None:
    """Say who acts, and where."""
    app.emit({"actor": app.actor, "data_dir": app.settings.data_dir})


@pytest.fixture(autouse=True)
def _with_trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [n for n in os.environ if n.startswith(("JIDOKA_", "TEMPORAL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    registry: dict[str, tuple[str, str]] = {**cli.REGISTRY, "trial": (f"{__name__}:trial", "A trial.")}
    monkeypatch.setattr(cli.root, "registry", registry)


@pytest.mark.parametrize(("code", "status"), [*EXIT.items(), ("failed", 1), ("conflict", 1)])
def test_every_failure_has_its_exit_status_and_says_the_next_step(
    code: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    left = cli.main(["trial", "fail", code])

    said = capsys.readouterr()
    assert left == status
    assert said.out == ""
    assert said.err == "Error: What went wrong.\nNext:  What to do.\n"


@pytest.mark.parametrize("wanted", [["-o", "json"], ["-ojson"], ["--output=json"], ["--output", "jsonl"]])
def test_in_json_mode_an_error_is_data_on_stdout_and_nothing_else(
    wanted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    left = cli.main(["trial", "fail", "not_found", *wanted])

    said = capsys.readouterr()
    assert left == 3
    expected = {"code": "not_found", "message": "What went wrong.", "hint": "What to do."}
    assert json.loads(said.out) == {"error": expected}
    assert said.err == ""


@pytest.mark.parametrize(
    "args", [["nix"], ["trial"], ["trial", "nix"], ["trial", "fail"], ["trial", "answer", "--status", "x"], ["--nix"]]
)
def test_a_usage_error_is_answered_in_the_format_that_was_asked_for(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    as_text = cli.main(args)
    text = capsys.readouterr()
    as_json = cli.main(["-o", "json", *args])
    data = capsys.readouterr()

    assert (as_text, as_json) == (2, 2)
    assert text.out == ""
    assert "Next:  See `jidoka" in text.err
    assert json.loads(data.out)["error"]["code"] == "usage"


def test_the_output_option_stands_before_the_noun_or_after_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["-o", "json", "trial", "answer"])
    before = capsys.readouterr().out
    cli.main(["trial", "answer", "-o", "json"])
    after = capsys.readouterr().out

    assert json.loads(before) == json.loads(after) == [{"id": "INC-1", "open": True}, {"id": "INC-2", "open": None}]


def test_jsonl_is_one_line_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["trial", "answer", "-o", "jsonl"])

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["INC-1", "INC-2"]


def test_a_command_may_answer_and_say_that_the_answer_is_bad(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trial", "answer", "--status", "6"]) == 6
    assert capsys.readouterr().out == "ID     OPEN\nINC-1  yes\nINC-2  -\n"


def test_what_nobody_thought_of_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    left = cli.main(["trial", "break"])

    said = capsys.readouterr()
    assert left == 1
    assert "ZeroDivisionError: by nought" in said.err
    assert "Traceback" not in said.err + said.out


def test_an_interrupted_wait_says_how_to_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    left = cli.main(["trial", "wait"])

    said = capsys.readouterr()
    assert left == 130
    assert "Next:  jidoka trial wait" in said.err


def test_without_a_running_stack_a_command_ends_at_once_with_5_and_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = cli.main(["trial", "ask", "--data-dir", str(tmp_path), "-o", "json"])

    error = json.loads(capsys.readouterr().out)["error"]
    assert left == 5
    assert error["message"] == f"No stack is running in {tmp_path}."
    assert error["hint"].startswith("Run `jidoka up`")


def test_the_data_directory_is_a_flag_of_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["trial", "who", "--as", "kim", "--data-dir", str(tmp_path / "x"), "-o", "json"])

    assert json.loads(capsys.readouterr().out) == {"actor": "kim", "data_dir": str(tmp_path / "x")}


def test_a_wrong_setting_is_an_error_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIDOKA_WEB_PORT", "many")

    left = cli.main(["trial", "who", "-o", "json"])

    error = json.loads(capsys.readouterr().out)["error"]
    assert left == 2
    assert error["message"].startswith("JIDOKA_WEB_PORT = 'many' cannot be used")


def test_a_long_wait_is_said_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []

    class Now:
        """A timer whose time has come."""

        daemon = False

        def __init__(self, seconds: float, call: Any, args: tuple[str, ...]) -> None:
            delays.append(seconds)
            self.call = lambda: call(*args)

        def start(self) -> None:
            self.call()

        def cancel(self) -> None:
            self.call = lambda: None

    monkeypatch.setattr(app_module.threading, "Timer", Now)

    with App().waiting("the worker"):
        pass

    said = capsys.readouterr()
    assert delays == [1.0]
    assert (said.out, said.err) == ("", "Waiting for the worker ...\n")


def test_without_anybody_to_ask_a_question_needs_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    with pytest.raises(Failure, match="Nobody is here to answer") as refused:
        App().sure("Drop 3 messages?", yes=False)

    assert refused.value.exit == 2
    App().sure("Drop 3 messages?", yes=True)


def test_foreign_errors_are_known_by_name() -> None:
    import httpx
    from sqlalchemy.exc import OperationalError
    from temporalio.service import RPCError, RPCStatusCode

    errors: dict[str, BaseException] = {
        "not_found": RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b""),
        "unreachable": RPCError("no", RPCStatusCode.UNAVAILABLE, b""),
        "timeout": RPCError("slow", RPCStatusCode.DEADLINE_EXCEEDED, b""),
        "not_allowed": RPCError("no", RPCStatusCode.PERMISSION_DENIED, b""),
    }

    found = {code: failure_of(error).code for code, error in errors.items()}

    assert found == {code: code for code in errors}
    assert failure_of(OperationalError("select", {}, Exception("unable to open database file"))).exit == 5
    assert failure_of(httpx.ConnectError("refused")).exit == 5
    assert failure_of(ConnectionRefusedError()).exit == 5
    assert failure_of(TimeoutError()).exit == 5
    assert failure_of(RuntimeError("Failed client connect: x")).hint.startswith("Run `jidoka up`")


def test_text_from_outside_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in table([{"title": "red \x1b[31m alert\r\n"}])
    assert rendered({"a": "x\u202ey"}) == "a  x y"


def test_answers_are_utc_whole_and_in_seconds() -> None:
    from datetime import UTC, datetime, timedelta, timezone

    at = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2)))

    assert plain({"at": at, "for": timedelta(minutes=2), "who": {"b", "a"}}) == {
        "at": "2026-03-29T00:30:00Z",
        "for": 120.0,
        "who": ["a", "b"],
    }
    assert plain([datetime(2026, 1, 1, tzinfo=UTC)]) == ["2026-01-01T00:00:00Z"]
    with pytest.raises(TypeError, match="no JSON for object"):
        plain(object())


def commands_of(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands_of(command, (*path, name))


def test_the_verbs_of_a_noun_are_listed_with_whole_sentences() -> None:
    nouns = [(path, one) for path, one in commands_of(cli.root) if isinstance(one, click.Group)]

    cut = [path for path, noun in nouns if "..." in noun.get_help(click.Context(noun)).partition("Commands:")[2]]

    assert nouns
    assert cut == []


def test_every_command_and_every_option_has_help() -> None:
    bare = []
    for path, command in commands_of(cli.root):
        if not command.get_short_help_str():
            bare.append(" ".join(path))
        bare += [
            f"{' '.join(path)} {option.opts[0]}"
            for option in command.params
            if isinstance(option, click.Option) and not option.help
        ]

    assert bare == []


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_and_version_import_nothing_heavy(args: list[str]) -> None:
    ran, imported = imported_by(str(ROOT / "cli.py"), *args)

    assert ran.stdout
    assert imported.isdisjoint(
        {"temporalio", "sqlmodel", "sqlalchemy", "pydantic", "fastapi", "rich", "httpx", "jinja2"}
    )


def test_opening_a_desk_loads_no_worker_and_nothing_that_only_mails_charts_or_pages_need() -> None:
    opened = "import office.opening, definitions.example, commands.cases_reads, commands.cases_acts"

    _, imported = imported_by("-c", opened)

    assert {"desk", "temporalio", "sqlmodel"} <= imported
    assert imported.isdisjoint({"worker", "temporalio.worker", "jinja2", "lxml", "httpx", "prometheus_client"})
    assert imported.isdisjoint({"numpy", "scipy", "duckdb", "pyarrow", "altair", "fastapi", "holidays", "alembic"})


def imported_by(*args: str) -> "tuple[subprocess.CompletedProcess[str], set[str]]":
    """What a program printed, and every module it loaded."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", *args], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return ran, {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if "import time:" in line}


def test_a_reader_that_has_enough_is_no_traceback() -> None:
    ran = subprocess.run(
        f"{sys.executable} {ROOT / 'cli.py'} config show -o json | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HOME": "/nonexistent"},
    )

    assert ran.stdout == "{"
    assert ran.stderr == ""


def test_a_command_completes_in_the_shell() -> None:
    env = {**os.environ, "_JIDOKA_COMPLETE": "bash_complete", "COMP_WORDS": "jidoka sta", "COMP_CWORD": "1"}

    ran = subprocess.run([sys.executable, str(ROOT / "cli.py")], capture_output=True, text=True, env=env, check=True)

    assert ran.stdout.strip() == "plain,status"


@pytest.mark.parametrize(("change", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_only_a_terminal_that_wants_it_gets_more_than_text(change: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"} | change

    shown = b""
    with subprocess.Popen([sys.executable, str(ROOT / "cli.py"), "config", "show"], stdout=theirs, env=env):
        os.close(theirs)
        # The end of a terminal is an error (EIO), not an empty read.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)

    assert (b"\x1b[" in shown) is coloured
    assert b"task_queue" in shown
