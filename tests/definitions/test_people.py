"""Who somebody is: what a person may carry, and for how long one acts for another."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from definitions.people import Delegate, Person, acting_for


def test_delegation_holds_from_its_first_instant_to_its_last_but_one() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    until = start + timedelta(days=7)
    rita = Person(key="rita", name="Rita", delegates=(Delegate(to="ben", from_=start, until=until),))
    ben = Person(key="ben", name="Ben")

    found = [acting_for("ben", {"rita": rita, "ben": ben}, at) for at in (start - timedelta(seconds=1), start, until)]

    assert found == [(), ("rita",), ()]
    assert acting_for("rita", {"rita": rita, "ben": ben}, start) == ()


@pytest.mark.parametrize(
    "address",
    [
        "Rita@example.org",
        "rita",
        "rita@localhost",
        "rita@example.org\n",
        "<rita@example.org>",
        "a b@example.org",
        "@x.de",
    ],
)
def test_what_is_no_bare_lower_case_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Person(key="rita", name="Rita", addresses=(address,))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Person.model_validate({"key": "rita", "name": "Rita", "is_admin": True})
