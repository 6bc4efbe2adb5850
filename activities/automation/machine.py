"""A machine, looked at over SSH: its disk space, and whether a service runs. By the OpenSSH client, strictly set."""

import asyncio
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from activities.automation.code import Automation, Failed, Report, Run, automation
from definitions.automations import Risk
from definitions.base import Value

CONNECT_S = 10
MOST_OUTPUT = 64 * 1024
NO_CONNECTION = 255
"""What ssh exits with when it is not the remote command's own status."""

STRICT = (
    *("-F", "none", "-T", "-x", "-a", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"),
    *("-o", "GlobalKnownHostsFile=none", "-o", "UpdateHostKeys=no", "-o", "IdentitiesOnly=yes"),
    *("-o", "IdentityAgent=none", "-o", "PreferredAuthentications=publickey", "-o", "ClearAllForwardings=yes"),
    *("-o", "PermitLocalCommand=no", "-o", "ProxyCommand=none", "-o", "ControlPath=none", "-o", "LogLevel=ERROR"),
    *("-o", f"ConnectTimeout={CONNECT_S}", "-o", "ConnectionAttempts=1", "-o", "ServerAliveInterval=10"),
)
"""Nothing of the worker's own SSH settings, agent or known hosts; no question to anybody; nothing forwarded."""


class Machine(Value):
    """How to get there. The key is a file that only the worker may read; ssh itself refuses any other."""

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$")]
    port: Annotated[int, Field(gt=0, lt=65_536)] = 22
    user: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]
    key_file: Path
    known_hosts: Path
    """The only keys of the host that are trusted; none is learned."""


@dataclass(frozen=True)
class Said:
    """What a command on the machine wrote, and its status."""

    status: int
    out: str


async def on(machine: Machine, run: Run, *command: str) -> Said:
    """Run one fixed command there. Raises Failed when the machine does not let us in."""
    ssh = shutil.which("ssh")
    if ssh is None:
        raise Failed("this worker has no ssh", "Install the OpenSSH client where the worker runs.")
    address = await run.reach.address(machine.host, machine.port)
    process = await asyncio.create_subprocess_exec(
        *(ssh, *STRICT, "-p", str(machine.port), "-l", machine.user, "-i", str(machine.key_file)),
        *("-o", f"UserKnownHostsFile={machine.known_hosts}", "-o", f"HostKeyAlias={machine.host}"),
        *("--", address, shlex.join(command)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # No agent, display or locale of the worker goes along.
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:  # cancelled or too slow: nothing of it stays behind
            process.kill()
            await process.wait()
    status = process.returncode
    if status == NO_CONNECTION:
        said = " ".join(err.decode(errors="replace").split())[-300:]
        raise Failed(
            f"{machine.host} does not let us in over SSH ({said or 'no reason given'})",
            "See whether the machine is up, and whether key and known_hosts are right.",
        )
    return Said(status or 0, out[:MOST_OUTPUT].decode(errors="replace"))


class Disk(Machine):
    """Which file systems, and how full is too full."""

    paths: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^/[^\x00-\x1f]{0,250}$")], ...], Field(min_length=1)
    ] = ("/",)
    most_percent: Annotated[int, Field(gt=0, le=100)] = 90


class Filled(Report):
    """How full each file system is."""

    percent: dict[str, int] = {}


@automation("disk-space", title="Is a disk of the machine full?", risk=Risk.READS)
class DiskSpace(Automation[Disk, Filled]):
    """`df` on the machine."""

    async def run(self, given: Disk, run: Run) -> Filled:
        """Look once. A full disk is a finding and no failure."""
        said = await on(given, run, "df", "-P", "-k", "--", *given.paths)
        percent, free = _df(said.out)
        if not percent:
            raise Failed(f"df on {given.host} said nothing usable (status {said.status})", "Look at the machine.")
        full = {mount: share for mount, share in percent.items() if share >= given.most_percent}
        each = ", ".join(f"{mount} is {share} % full ({free[mount]} free)" for mount, share in percent.items())
        return Filled(
            result=f"On {given.host} {each}.",
            checked=f"df of {', '.join(given.paths)} on {given.host}", at=run.now, good=not full, percent=percent,
            next_step=f"Make room on {', '.join(full)}." if full else "Look elsewhere: there is room.",
        )  # fmt: skip


def _df(out: str) -> tuple[dict[str, int], dict[str, str]]:
    """Per mount point how full, in percent, and how much is free; of lines that POSIX promises."""
    percent, free = {}, {}
    for line in out.splitlines()[1:]:
        parts = line.split(None, 5)
        if len(parts) == 6 and parts[4].rstrip("%").isdigit() and parts[3].isdigit():
            percent[parts[5]] = int(parts[4].rstrip("%"))
            free[parts[5]] = f"{int(parts[3]) / 1024 / 1024:.1f} GiB"
    return percent, free


class Unit(Machine):
    """Which service: a systemd unit, or the name of its process where there is no systemd."""

    service: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9@._:-]{0,99}$")]


class Runs(Report):
    """Whether the service runs."""

    state: str


@automation("service-state", title="Does the service run on the machine?", risk=Risk.READS)
class ServiceState(Automation[Unit, Runs]):
    """`systemctl` on the machine, or `pgrep` where systemd is not in charge."""

    async def run(self, given: Unit, run: Run) -> Runs:
        """Look once. A service that is down is a finding and no failure."""
        by_systemd = (await on(given, run, "test", "-d", "/run/systemd/system")).status == 0
        if by_systemd:
            said = await on(given, run, "systemctl", "is-active", "--", given.service)
            state = said.out.strip() or "unknown"
        else:
            # Without -x it would match anything that has the name somewhere.
            said = await on(given, run, "pgrep", "-x", "--", given.service)
            state = {0: "active", 1: "not running"}.get(said.status, "unknown")
        how = "systemctl" if by_systemd else "pgrep"
        good = {"active": True, "unknown": None}.get(state, False)
        next_steps = {True: "Look elsewhere: it runs.", False: "Read its log and start it.", None: "Look by hand."}
        return Runs(
            result=f"{given.service} on {given.host} is {state}.",
            checked=f"{how} of {given.service} on {given.host}", at=run.now, good=good, state=state,
            next_step=next_steps[good],
        )  # fmt: skip
