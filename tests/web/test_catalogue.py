"""What people can ask for, over HTTP."""

from definitions.example import organisation
from tests.web.conftest import House

VPN = {"item": "vpn-access", "fields": {"reason": "I work from home", "device": "company laptop"}}


async def test_the_catalogue_says_what_there_is_and_each_form_is_a_schema(house: House) -> None:
    async with house.client() as client:
        listed = await client.get("/api/catalogue", headers=house.bearer("requester"))
        form = await client.get("/api/catalogue/vpn-access", headers=house.bearer("requester"))
        missing = await client.get("/api/catalogue/vpn-acess", headers=house.bearer("requester"))

    assert [item["key"] for item in listed.json()] == [item.key for item in organisation.catalogue]
    assert form.json()["required"] == ["reason", "device"]
    assert form.json()["$schema"].endswith("2020-12/schema")
    assert missing.status_code == 404
    assert "Is it vpn-access?" in missing.json()["error"]["hint"]


async def test_a_request_is_opened_once_for_one_key(house: House) -> None:
    headers = house.bearer("requester") | {"Idempotency-Key": "form-17"}
    async with house.client() as client:
        first = await client.post("/api/requests", json=VPN, headers=headers)
        again = await client.post("/api/requests", json=VPN, headers=headers)

    number = first.json()["id"]
    assert (first.status_code, again.status_code) == (201, 200)
    assert number.startswith("REQ-")
    assert again.json() == {"id": number, "created": False}
    start = house.store.inbox.start_of(number)
    assert start is not None
    assert start.payload["requester"] == "requester"  # type: ignore[index,call-overload]
    assert "I work from home" not in str(start.payload), "words go by reference"


async def test_what_is_wrong_with_a_form_is_said_field_by_field_and_nothing_begins(house: House) -> None:
    async with house.client() as client:
        wrong = await client.post(
            "/api/requests", json={"item": "vpn-access", "fields": {"reason": "abc"}}, headers=house.bearer("requester")
        )
        unknown = await client.post("/api/requests", json={"item": "moon"}, headers=house.bearer("requester"))
        entitled = await client.post(
            "/api/requests", json={**VPN, "for_whom": "analyst"}, headers=house.bearer("requester")
        )

    assert [answer.status_code for answer in (wrong, unknown, entitled)] == [422, 404, 403]
    assert [word in wrong.json()["error"]["message"] for word in ("reason is", "device is missing")] == [True, True]
    assert house.desk.started == []
