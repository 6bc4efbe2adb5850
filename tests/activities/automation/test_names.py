import pytest

from tests.activities.automation.bench import Bench
from tests.web.programs import free_port

pytestmark = pytest.mark.story


@pytest.mark.parametrize(
    ("asked", "good", "said"),
    [
        ({"name": "vpn.example.test"}, True, "vpn.example.test A gives 192.0.2.10, 192.0.2.11."),
        ({"name": "vpn.example.test", "expect": ["192.0.2.11"]}, True, "gives 192.0.2.10"),
        ({"name": "vpn.example.test", "expect": ["192.0.2.99"]}, False, "and not 192.0.2.99"),
        ({"name": "gone.example.test"}, False, "The name gone.example.test does not exist."),
        ({"name": "vpn.example.test", "type": "AAAA"}, False, "There is no vpn.example.test AAAA record."),
        ({"name": "example.test", "type": "MX"}, True, "gives 10 mail.example.test."),
        ({"name": "example.test", "type": "TXT"}, True, '"v=spf1 -all"'),
        ({"name": "elsewhere.test"}, False, "No name server gives an answer"),
    ],
)
async def test_what_a_real_name_server_says_is_judged(
    bench: Bench, dns_port: int, asked: dict[str, object], good: bool, said: str
) -> None:
    where = {"servers": ["127.0.0.1"], "port": dns_port}

    result = await bench.run("dns-check", {**where, **asked})  # type: ignore[dict-item]

    assert (result.outcome, result.data["good"]) == ("done", good)
    assert said in result.finding
    assert f"Checked: {asked['name']} {asked.get('type', 'A')} at 127.0.0.1, " in result.finding


async def test_name_servers_that_are_down_are_a_finding(bench: Bench) -> None:
    nobody = {"servers": ["127.0.0.1"], "port": free_port()}

    result = await bench.run("dns-check", {"name": "vpn.example.test", **nobody})

    assert (result.outcome, result.data["good"]) == ("done", False)
    assert "do not answer" in result.finding
