"""Who sits on a port."""

import socket
import sys
from pathlib import Path


class PortTaken(Exception):
    """A port of the stack belongs to somebody else."""

    code = "failed"

    def __init__(self, name: str, port: int) -> None:
        who = holder(port)
        self.message = f"Port {port} ({name}) is in use{f' by {who}' if who else ''}."
        self.hint = "Stop that process, or choose other ports: `jidoka up --base-port 17233`."
        super().__init__(self.message)


def free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def holder(port: int) -> str | None:
    """`name (process N)` where the system tells us."""
    if sys.platform != "linux":
        return None
    nodes = set()
    for table in ("tcp", "tcp6"):
        try:
            rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            parts = row.split()
            if parts[3] == "0A" and int(parts[1].rpartition(":")[2], 16) == port:
                nodes.add(f"socket:[{parts[9]}]")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in nodes for link in (folder / "fd").iterdir()):
                return f"{(folder / 'comm').read_text().strip()} (process {folder.name})"
        except OSError:
            continue
    return None
