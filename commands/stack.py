"""`up`, `down`, `status`, `worker`, `serve`: the stack as a whole and its two servers alone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app

if TYPE_CHECKING:
    from settings import Settings

READY_SECONDS = 120
STOP_SECONDS = 60


@click.command(cls=Verb)
@click.option("--base-port", type=click.IntRange(1024, 65532), help="Temporal N, its UI N+1, web N+2, metrics N+3.")
@click.option("--detach", is_flag=True, help="Come back when everything is ready, leave it running.")
@pass_app
def up(app: App, base_port: int | None, detach: bool) -> None:
    """Start the whole stack on this machine and watch over it.

    Ctrl-C stops it. What dies is started again; after a crash of the whole, `up` continues where it was.
    """
    app.flags["base_port"] = base_port
    settings = app.settings
    # Children inherit it: databases, logs and mail are for their owner, whatever the directory allows.
    os.umask(0o077)
    _make_places(settings.data_dir)
    if detach:
        _detached(app, settings, base_port)
        return
    _foreground(app, settings)


def _make_places(data_dir: Path) -> None:
    for folder in (data_dir, data_dir / "logs"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Failure(
                "failed", f"{folder} cannot be made: {error.strerror}.", "Name another place with --data-dir."
            ) from None


def _foreground(app: App, settings: "Settings") -> None:
    from keys import Secrets
    from stack import plan, state
    from stack.process import Identity
    from stack.supervisor import Supervisor, sweep

    with state.alone(settings.data_dir):
        sweep(settings.data_dir, app.say)
        plan.check_ports(settings)
        Secrets.ensure(settings.secrets_file)
        _find_server(app, settings)
        me = Identity.of(os.getpid())
        own = state.StackState(
            pid=me.pid,
            started=me.started,
            base_port=settings.base_port,
            definitions=settings.definitions,
            endpoints=plan.endpoints(settings),
        )
        supervisor = Supervisor(plan.stages(settings, app.config), own, settings.data_dir, say=app.say)

        def ready() -> None:
            answer = {"ready": True, "data_dir": settings.data_dir, "endpoints": own.endpoints}
            app.emit(answer, _welcome(settings.data_dir, own.endpoints))
            sys.stdout.flush()

        try:
            asyncio.run(supervisor.run(ready))
        finally:
            state.clear(settings.data_dir)
    app.say("Stopped.")


def _find_server(app: App, settings: "Settings") -> None:
    """Download one only when there is no other way and none was named."""
    from stack import temporal_server

    downloads = settings.data_dir / "bin"
    try:
        if settings.embedded:
            temporal_server.binary(settings.temporal_cli, downloads)
    except temporal_server.NoServer:
        if settings.temporal_cli is not None:
            raise
        app.say("There is no Temporal server on this machine; the SDK downloads one ...")
        asyncio.run(temporal_server.fetch(downloads))


def _welcome(data_dir: Path, endpoints: dict[str, str]) -> str:
    return (
        f"Ready. Everything is kept in {data_dir}.\n"
        f"  web       {endpoints['web']}\n"
        f"  Temporal  {endpoints.get('ui', endpoints['temporal'])}\n"
        f"  metrics   {endpoints['web']}/metrics\n"
        "Next: `jidoka incident open --service vpn --title 'No tunnel since nine'`, `jidoka status`, `jidoka down`."
    )


def _detached(app: App, settings: "Settings", base_port: int | None) -> None:
    from stack import state
    from stack.plan import CLI
    from stack.process import rotate

    data_dir = settings.data_dir
    child: subprocess.Popen[bytes] | None = None
    running = state.live(data_dir)
    if running and base_port not in (None, running.base_port):
        raise Failure(
            "failed",
            f"The stack in {data_dir} is running already, with base port {running.base_port or 'left at the default'}.",
            "`jidoka down` first, or --data-dir for another one.",
        )
    if not state.held(data_dir):
        said, log = data_dir / "logs" / "up.json", data_dir / "logs" / "supervisor.log"
        rotate(log)
        argv = [sys.executable, str(CLI), "up", "-o", "json", "--data-dir", str(data_dir)]
        argv += ["--base-port", str(base_port)] if base_port else []
        argv += ["--config", app.config] if app.config else []
        with said.open("wb") as out, log.open("ab") as err:
            child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
    with app.waiting("Temporal, worker and web to be ready"):
        end = time.monotonic() + READY_SECONDS
        while True:
            now = state.read(data_dir)
            if now and now.ready and now.identity.alive() and (child is None or now.pid == child.pid):
                break
            if child is not None and child.poll() is not None:
                raise _said_by(data_dir)
            if time.monotonic() > end or (child is None and not state.held(data_dir)):
                missing = (
                    [f"{p.name}: {p.reason or p.state}" for p in now.processes if p.state != "ready"] if now else []
                )
                raise Failure(
                    "timeout",
                    f"The stack is not ready after {READY_SECONDS} s: {'; '.join(missing) or 'it did not start'}.",
                    f"Logs are in {data_dir / 'logs'}; `jidoka doctor` says what is wrong.",
                )
            time.sleep(0.05)
    answer = _report(settings)
    app.emit(answer, None if app.json else _welcome(data_dir, answer["endpoints"]))


def _said_by(data_dir: Path) -> Failure:
    """The error of the process that should have become the stack."""
    try:
        error = json.loads((data_dir / "logs" / "up.json").read_text())["error"]
        return Failure(error["code"], error["message"], error["hint"])
    except (OSError, ValueError, KeyError):
        return Failure("failed", "The stack did not start.", f"See {data_dir / 'logs' / 'supervisor.log'}.")


@click.command(cls=Verb)
@pass_app
def down(app: App) -> None:
    """Stop the stack cleanly. Doing it twice is fine."""
    from stack import state
    from stack.process import Identity, end
    from stack.supervisor import sweep

    data_dir = app.settings.data_dir
    known = state.read(data_dir)
    running = state.held(data_dir)
    if running and known is None:
        raise Failure("failed", f"Something holds {data_dir} and does not say what it is.", "Try again in a moment.")
    if known is not None:
        who = Identity(known.pid, known.started)
        with app.waiting("the stack to stop"):
            clean = end(who, seconds=STOP_SECONDS)
            if not clean:
                app.say(f"The supervisor (process {who.pid}) did not stop in {STOP_SECONDS} s and was killed.")
            sweep(data_dir, app.say)
        state.clear(data_dir)
    app.emit({"stopped": running or known is not None}, "Stopped." if known else "Nothing was running.")


@click.command(cls=Verb)
@pass_app
def status(app: App) -> int:
    """Say whether the stack is ready; exit 0 when it is, 5 when not."""
    from stack.probes import unready

    settings = app.settings
    answer = _report(settings)
    with app.waiting("the stack to answer"):
        reasons = asyncio.run(unready(settings))
    answer["ready"] = not reasons
    answer["reasons"] = reasons
    app.emit(answer, None if app.json else _status_text(answer))
    return 0 if answer["ready"] else 5


def _report(settings: "Settings") -> dict[str, Any]:
    from stack import plan, state

    now = state.read(settings.data_dir)
    processes = [
        {
            "name": p.name,
            "pid": p.pid or None,
            "state": p.state if p.identity.alive() else "down" if p.state == "ready" else p.state,
            "restarts": p.restarts,
            "reason": p.reason or None,
        }
        for p in (now.processes if now else ())
    ]
    return {
        "ready": bool(now and now.ready and now.identity.alive()),
        "data_dir": str(settings.data_dir),
        "pid": now.pid if now and now.identity.alive() else None,
        "endpoints": now.endpoints if now and now.endpoints else plan.endpoints(settings),
        "processes": processes,
    }


def _status_text(answer: dict[str, Any]) -> str:
    from commands.output import table

    lines = ["Ready." if answer["ready"] else "Not ready."]
    lines += [f"  {reason}" for reason in answer["reasons"]]
    lines += [f"  {name:<9} {where}" for name, where in answer["endpoints"].items()]
    if answer["processes"]:
        lines += ["", table(answer["processes"])]
    if not answer["ready"]:
        lines += ["", "Next: `jidoka up`, or `jidoka doctor` to see what is wrong."]
    return "\n".join(lines)


@click.command(cls=Verb)
@pass_app
def worker(app: App) -> int:
    """Run one worker in front; SIGTERM lets it finish what it does."""
    from worker import main

    return _served(lambda: main(app.settings))


@click.command(cls=Verb)
@pass_app
def serve(app: App) -> int:
    """Run the web in front; SIGTERM lets it finish what it answers."""
    from web.app import main

    return _served(lambda: main(app.settings))


def _served(run: Any) -> int:
    try:
        return int(run() or 0)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
