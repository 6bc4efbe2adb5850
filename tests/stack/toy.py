"""A small stack for the tests: a real Temporal server and two little web servers, under the real supervisor.

A script, because the tests kill it: `toy.py DATA_DIR BASE_PORT [NAME=CODE ...]` replaces a server by Python code.
"""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from definitions.search_attributes import SEARCH_ATTRIBUTES
from settings import Settings
from stack import plan, state, temporal_server
from stack.probes import answers, client_of
from stack.process import Identity, Process
from stack.supervisor import Stage, StartFailed, Supervisor, sweep

SERVER = """
import http.server, sys
class Ok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ok).serve_forever()
"""


def say(message: str) -> None:
    print(message, flush=True)


async def up(data_dir: Path, base_port: int, code: dict[str, str]) -> None:
    settings = Settings(data_dir=data_dir, base_port=base_port)
    argv = temporal_server.command(
        temporal_server.binary(), port=base_port, ui_port=settings.ui_port, db=data_dir / "temporal.db"
    )

    async def temporal_ready(_: int) -> str | None:
        return await temporal_server.healthy(await client_of(settings))

    async def prepare() -> None:
        await temporal_server.prepare(await client_of(settings), SEARCH_ATTRIBUTES)

    def server(name: str, port: int) -> Process:
        async def ready(_: int) -> str | None:
            return await answers(f"http://127.0.0.1:{port}/")

        return Process(name, (sys.executable, "-c", code.get(name, SERVER), str(port)), ready, stop_seconds=2)

    me = Identity.of(os.getpid())
    own = state.StackState(pid=me.pid, started=me.started, base_port=base_port, endpoints=plan.endpoints(settings))
    (data_dir / "logs").mkdir(parents=True, exist_ok=True)
    with state.alone(data_dir):
        sweep(data_dir, say, seconds=1)
        stages = [
            Stage((Process("temporal", tuple(argv), temporal_ready),), prepare),
            Stage((server("web", settings.web_port), server("worker", settings.metrics_port))),
        ]
        try:
            await Supervisor(stages, own, data_dir, say=say).run(lambda: say("READY"))
        finally:
            state.clear(data_dir)


if __name__ == "__main__":
    try:
        asyncio.run(up(Path(sys.argv[1]), int(sys.argv[2]), dict(pair.split("=", 1) for pair in sys.argv[3:])))
    except (StartFailed, state.Busy) as failed:
        print(failed.message, flush=True)
        os._exit(1)
    os._exit(0)
