"""The life of an incident, on skipped time."""

from definitions import acts
from tests.workflows.house import House


async def test_an_incident_runs_from_open_to_confirmed_and_every_mail_goes_out_once(home: House) -> None:
    case = await home.open(title="VPN drops every hour", description="Since this morning.")

    await home.act(case, acts.Acknowledge(by="sam"))
    await home.act(case, acts.Start(by="sam"))
    words = home.store.texts.put("New profile installed.")
    await home.act(case, acts.Resolve(by="sam", text=words))
    rita = home.desk.identity.person("rita@example.org")
    await home.act(case, acts.Confirm(by=rita))
    await home.run(case).result()

    shown = await home.show(case)
    assert shown["state"] == "closed"
    assert shown["outcome"] == "confirmed"
    assert [m["Subject"].split("] ")[1] for m in home.mails()] != []
