"""The supervisor with a real Temporal server and two small web servers."""

import os
import signal
from collections.abc import Callable

import pytest
from temporalio.client import Client

from stack import state
from stack.ports import free
from stack.process import Identity
from tests.stack.conftest import Toy, eventually

pytestmark = pytest.mark.story

EXITS = "import sys; print('no luck today'); sys.exit(3)"
STUBBORN = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Ok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ok).serve_forever()
"""


@pytest.mark.parametrize("name", ["web", "worker", "temporal"])
def test_a_process_that_is_killed_is_started_again(toy: Toy, name: str) -> None:
    toy.up()
    before = toy.pid(name)

    toy.kill(name)

    eventually(lambda: toy.ready() and toy.pid(name) not in (0, before), f"{name} again")
    assert [p.restarts for p in toy.state().processes if p.name == name] == [1]
    assert f"{name} ended with SIGKILL; starting it again" in toy.text()


async def test_after_the_supervisor_is_killed_up_continues_where_it_was(toy: Toy) -> None:
    toy.up()
    client = await Client.connect(f"127.0.0.1:{toy.base}")
    started = await client.start_workflow("Anything", id="kept", task_queue="nobody")
    children = [p.identity for p in toy.state().processes]
    assert toy.popen is not None

    toy.popen.kill()
    toy.wait()
    eventually(lambda: not any(c.alive() for c in children), "children end with their supervisor")
    toy.up()

    again = await Client.connect(f"127.0.0.1:{toy.base}")
    kept = await again.get_workflow_handle("kept").describe()
    assert kept.run_id == started.result_run_id


def test_a_child_that_outlived_its_supervisor_is_ended_by_the_next_up(toy: Toy) -> None:
    toy.up(f"web={STUBBORN}")
    left = Identity.of(toy.pid("web"))
    assert toy.popen is not None
    toy.popen.kill()
    toy.wait()
    assert left.alive()

    toy.up()

    assert not left.alive()
    assert "was left behind and is ended" in toy.text()


def test_stopping_ends_everything_and_frees_the_ports(toy: Toy) -> None:
    toy.up()
    children = [p.identity for p in toy.state().processes]

    status = toy.stop()

    assert status == 0
    assert not any(c.alive() for c in children)
    assert state.read(toy.data_dir) is None
    assert all(free(toy.base + i) for i in range(4))


def test_a_process_that_does_not_listen_is_killed_when_stopping(toy: Toy) -> None:
    toy.up(f"web={STUBBORN}")
    web = Identity.of(toy.pid("web"))

    status = toy.stop()

    assert status == 0
    assert not web.alive()
    assert "web did not end in 2 s and is killed" in toy.text()


def test_two_data_directories_run_side_by_side(toys: Callable[[str], Toy]) -> None:
    one, two = toys("one").up(), toys("two").up()

    one.stop()

    assert two.ready()
    assert one.base != two.base


def test_a_second_supervisor_in_the_same_directory_is_refused(toy: Toy) -> None:
    toy.up()
    second = Toy(toy.data_dir, toy.base)
    second.said = toy.data_dir / "second.txt"

    second.up(wait=False)

    assert second.wait() == 1
    assert f"A stack is running in {toy.data_dir} already (process {toy.popen and toy.popen.pid})" in second.text()
    assert toy.ready()


def test_a_process_that_never_comes_up_ends_the_stack_and_shows_its_log(toy: Toy) -> None:
    toy.up(f"worker={EXITS}", wait=False)

    status = toy.wait()

    assert status == 1
    assert "worker did not come up: it ended with status 3, 3 times." in toy.text()
    assert "no luck today" in toy.text()
    assert all(free(toy.base + i) for i in range(4))


def test_a_crash_loop_is_said_and_does_not_stop_the_others(toy: Toy) -> None:
    toy.up()

    def die_once_more() -> bool:
        if pid := toy.pid("web"):
            os.kill(pid, signal.SIGKILL)
        return "that was 5 times in 60 s" in toy.text()

    eventually(die_once_more, "the crash loop is said")
    assert [p.state for p in toy.state().processes if p.name == "web"] == ["crash loop"]
    assert toy.pid("worker")
    assert toy.pid("temporal")
