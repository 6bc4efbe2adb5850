"""What a stack needs, each looked at by itself; a check never raises and changes nothing."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from settings import Settings, SettingsError, system_clock
from stack import plan, state, temporal_server
from stack.ports import free, holder
from stack.probes import answers, client_of, polled

FREE_BYTES = 500_000_000
UP = "jidoka up"
LEAN_ON_TEMPORAL = {"search attributes", "worker"}


@dataclass(frozen=True)
class Check:
    """`note` is worth knowing and stops nothing; `next` is a command or a step."""

    name: str
    state: Literal["ok", "note", "wrong"]
    message: str
    next: str = ""


async def examine(settings: Settings) -> list[Check]:
    """All checks in the order in which to put things right."""
    asked: list[tuple[str, Callable[[Settings], Check | Awaitable[Check]]]] = [
        ("python", python),
        ("definitions", definitions),
        ("data directory", data_dir),
        ("secrets", secrets_file),
        ("mail", mail),
        ("Temporal binary", temporal_binary),
        ("ports", ports),
        ("Temporal", temporal),
        ("search attributes", search_attributes),
        ("database", database),
        ("standard", standard),
        ("worker", worker),
        ("web", web),
    ]
    found = []
    silent = False
    for name, check in asked:
        if silent and name in LEAN_ON_TEMPORAL:
            found.append(Check(name, "note", "not looked at, because Temporal does not answer"))
            continue
        try:
            answer = check(settings)
            found.append(answer if isinstance(answer, Check) else await asyncio.wait_for(answer, 15))
        except Exception as error:  # a check that breaks is a finding, the others still count
            hint = getattr(error, "hint", "")
            found.append(Check(name, "wrong", temporal_server.short(error), hint))
        silent = silent or (name == "Temporal" and found[-1].state == "wrong")
    return found


def python(_: Settings) -> Check:
    return Check("python", "ok", f"{'.'.join(map(str, sys.version_info[:3]))} in {sys.prefix}")


def definitions(settings: Settings) -> Check:
    from definitions.checks import problems
    from definitions.loading import read

    organisation = read(settings.definitions)
    found = problems(organisation, system_clock())
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return Check("definitions", "wrong", f"{found[0].where}: {found[0].what}{more}", "jidoka definitions check")
    return Check("definitions", "ok", f"{settings.definitions} ({organisation.version})")


def data_dir(settings: Settings) -> Check:
    path = settings.data_dir
    there = next(p for p in (path, *path.parents) if p.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Check("data directory", "wrong", f"{there} cannot be written", "Choose another with --data-dir.")
    left = shutil.disk_usage(there).free
    if left < FREE_BYTES:
        return Check("data directory", "wrong", f"{left / 1e6:.0f} MB are free in {there}", "Make room on this disk.")
    return Check(
        "data directory", "ok", f"{path}, {left / 1e9:.1f} GB free" + ("" if path.exists() else ", not made yet")
    )


def secrets_file(settings: Settings) -> Check:
    path = settings.secrets_file
    if not path.exists():
        made = UP if settings.embedded else "jidoka config secrets"
        return Check("secrets", "wrong", f"{path} does not exist", made)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Check("secrets", "wrong", f"others can read {path} (mode {mode:04o})", f"chmod 600 {path}")
    try:
        settings.secrets()
    except SettingsError as error:
        return Check("secrets", "wrong", error.message, error.hint)
    return Check("secrets", "ok", f"{path}, mode {mode:04o}")


def mail(settings: Settings) -> Check:
    out = "SMTP" if settings.mail_smtp_url else f"Maildir {settings.mail_maildir}"
    read = "IMAP" if settings.mail_imap_url else "pipe only"
    if settings.mail_imap_url and not settings.mail_authserv_id:
        return Check(
            "mail",
            "note",
            f"out: {out}, in: {read}; no sender counts as verified",
            "Set JIDOKA_MAIL_AUTHSERV_ID to the name your mail server writes into Authentication-Results.",
        )
    return Check("mail", "ok", f"out: {out}, in: {read}")


async def temporal_binary(settings: Settings) -> Check:
    if not settings.embedded:
        return Check("Temporal binary", "ok", f"not needed, the server is {settings.temporal_address}")
    path = temporal_server.binary(settings.temporal_cli, settings.data_dir / "bin")

    def version() -> "subprocess.CompletedProcess[str]":
        return subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)

    asked = await asyncio.to_thread(version)
    if asked.returncode:
        said = asked.stderr.strip()
        return Check("Temporal binary", "wrong", f"{path} does not run: {said}", "Install jidoka[embedded].")
    return Check("Temporal binary", "ok", f"{path} ({asked.stdout.strip()})")


def ports(settings: Settings) -> Check:
    if state.held(settings.data_dir):
        return Check("ports", "ok", "held by the running stack")
    wanted = {"web": settings.web_port, "metrics": settings.metrics_port}
    if settings.embedded:
        wanted |= {"temporal": int(settings.temporal_address.rpartition(":")[2]), "ui": settings.ui_port}
    taken = [f"{port} ({name}) by {holder(port) or 'somebody'}" for name, port in wanted.items() if not free(port)]
    if taken:
        return Check("ports", "wrong", f"in use: {', '.join(taken)}", f"{UP} --base-port 17233")
    return Check("ports", "ok", ", ".join(str(port) for port in sorted(wanted.values())) + " are free")


async def temporal(settings: Settings) -> Check:
    reason = await temporal_server.healthy(await client_of(settings))
    where = f"{settings.temporal_address}, namespace {settings.temporal_namespace}"
    return Check("Temporal", "wrong", f"{where}: {reason}", UP) if reason else Check("Temporal", "ok", where)


async def search_attributes(settings: Settings) -> Check:
    from definitions.search_attributes import SEARCH_ATTRIBUTES

    missing = await temporal_server.missing_attributes(await client_of(settings), SEARCH_ATTRIBUTES)
    if missing:
        return Check("search attributes", "wrong", f"missing: {', '.join(missing)}", UP)
    return Check("search attributes", "ok", f"{len(SEARCH_ATTRIBUTES)} are registered")


async def database(settings: Settings) -> Check:
    from records.migrate import revision

    url = settings.shown()["database_url"]
    if missing := _missing_file(settings):
        return Check("database", "wrong", f"{missing} does not exist", UP)
    at, newest = await asyncio.to_thread(revision, settings.database_url)
    if at != newest:
        return Check("database", "wrong", f"{url} is at {at or 'nothing'}, this version needs {newest}", UP)
    return Check("database", "ok", f"{url} at {at}")


async def standard(settings: Settings) -> Check:
    from definitions.loading import read
    from definitions.standards import in_force, pending
    from office.opening import open_store

    if _missing_file(settings):
        return Check("standard", "note", "not looked at, because there is no database")
    code = read(settings.definitions)
    with open_store(settings) as store:
        history = await asyncio.to_thread(store.standards.ls)
    version, since = in_force(code, history).version, len(pending(code, history))
    return Check("standard", "ok", f"{version}: the code and {since} accepted change{'s' * (since != 1)}")


def _missing_file(settings: Settings) -> str | None:
    """The file of a SQLite database that is not there."""
    file = settings.database_url.removeprefix("sqlite:///")
    return file if file != settings.database_url and not os.path.exists(file) else None


async def worker(settings: Settings) -> Check:
    now = state.read(settings.data_dir)
    pid = now.pid_of("worker") if now else None
    url = f"http://{settings.metrics_host}:{settings.metrics_port}/metrics"
    reason = await polled(await client_of(settings), settings.task_queue, pid) or await answers(url)
    if reason:
        return Check("worker", "wrong", reason, UP if settings.embedded else "jidoka worker")
    return Check("worker", "ok", f"polls {settings.task_queue}")


async def web(settings: Settings) -> Check:
    reason = await answers(f"http://{settings.web_host}:{settings.web_port}/readyz")
    if reason:
        return Check("web", "wrong", reason, UP if settings.embedded else "jidoka serve")
    return Check("web", "ok", f"{plan.endpoints(settings)['web']} is ready")
