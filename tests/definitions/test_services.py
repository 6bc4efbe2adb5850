"""A service that could not work as written is refused with the remedy."""

from typing import Any

import pytest
from pydantic import ValidationError

from definitions.example import organisation
from definitions.services import ConfirmRule, Service


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"categories": ("access", "access")}, "service vpn: categories repeats access: name each one once"),
        ({"targets": ("response-always", "response-always")}, "targets repeats response-always"),
        ({"keywords": ("VPN",)}, "write keywords in lower case with single spaces"),
        ({"keywords": ("remote  access",)}, "write keywords in lower case with single spaces"),
        ({"keywords": ("",)}, "write keywords in lower case with single spaces"),
        ({"default_team": "Net Work"}, "String should match pattern"),
        ({"owner": "sam"}, "Extra inputs are not permitted"),
    ],
)
def test_a_service_with_a_mistake_is_refused(fields: dict[str, Any], said: str) -> None:
    whole = organisation.service("vpn").model_dump()

    with pytest.raises(ValidationError, match=said):
        Service.model_validate({**whole, **fields})


@pytest.mark.parametrize(("remind", "close"), [(5, 5), (6, 5)])
def test_a_case_is_never_closed_without_a_reminder(remind: int, close: int) -> None:
    with pytest.raises(ValidationError, match="would close without a reminder"):
        ConfirmRule(calendar="always", remind_after_days=remind, close_after_days=close)


def test_a_service_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        organisation.service("vpn").title = "Tunnel"  # type: ignore[misc]
