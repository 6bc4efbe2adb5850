"""The same life with PostgreSQL as the records."""

from pathlib import Path

from definitions import acts
from records.migrate import upgrade
from tests.records.cluster import Cluster
from tests.workflows.house import house


async def test_an_incident_lives_and_is_reopened_on_postgresql_as_on_sqlite(tmp_path: Path, cluster: Cluster) -> None:
    url = cluster.url(cluster.create())
    upgrade(url)
    async with house(tmp_path, url) as home:
        case = await home.open(title="VPN drops", impact="high", urgency="high")
        await home.pass_time(minutes=12)
        await home.act(case, acts.Start(by="jay"))
        await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
        await home.act(case, acts.Confirm(by="rita"))
        await home.ends(case)
        await home.act(case, acts.Reopen(by="rita", text=home.words("Again.")))

        shown = await home.show(case)
        await home.pass_time(seconds=5)

        assert shown["state"] == "queued"
        assert [e["seq"] for e in shown["events"]] == list(range(1, shown["seq"] + 1))
        assert ("page", "jay") in home.sent(case) or ("page", "maria") in home.sent(case)
        assert home.store.audit.verify().problems == ()
