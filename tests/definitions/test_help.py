"""Who may be helped before a person: drawn once, by lot, for good; and what an automation must say to solve cases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from definitions.acts import AlertSeen
from definitions.automations import AutomationDefinition, Risk
from definitions.base import Level
from definitions.example import organisation
from definitions.facts import TextRef
from definitions.help import HelpRule, Remedy, fitting
from definitions.organisation import INCIDENT_BYTES
from definitions.rules.help import drawn
from definitions.rules.opening import Opening, opening
from definitions.services import Service
from definitions.slices import IncidentDefinition

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
VPN = organisation.incident("vpn")
ASKED = Remedy(automation="reset", categories=("password",), consent=True)
AT_ONCE = Remedy(automation="restart", categories=("outage",))
ALERT = AlertSeen(fingerprint="f", starts_at=AT, firing=True)
USE = {"key": "x", "title": "X", "does": "x", "owner": "network", "risk": Risk.CHANGES}


def _start(**more: Any) -> Opening:
    given = {
        "service": "vpn", "channel": "email", "title": TextRef(id="t-1", digest="0" * 64), "requester": "rita",
        "by": "rita", "at": AT, "impact": Level.MEDIUM, "urgency": Level.MEDIUM,
    }  # fmt: skip
    return Opening.model_validate(given | more)


def _holding_out(share: float) -> IncidentDefinition:
    return VPN.model_copy(update={"help": HelpRule(hold_out=share)})


def test_without_a_hold_out_everybody_who_asks_for_themselves_is_helped() -> None:
    assert drawn(_start(), VPN, "INC-00000001", b"").help == "help"


@pytest.mark.parametrize(
    "more", [{"requester": None}, {"silent": True}, {"alerts": (ALERT,)}, {"channel": "alert"}], ids=str
)
def test_a_machine_is_offered_nothing(more: dict[str, Any]) -> None:
    assert drawn(_start(**more), _holding_out(0.5), "INC-00000001", b"s").help is None


def test_the_share_held_out_is_the_share_drawn_and_a_case_keeps_its_arm() -> None:
    cases = [f"INC-{number:08}" for number in range(20_000)]

    arms = [drawn(_start(), _holding_out(0.1), case, b"secret").help for case in cases]

    # Four standard errors of 0.1 among 20,000.
    assert arms.count("hold_out") / len(arms) == pytest.approx(0.1, abs=4 * (0.09 / 20_000) ** 0.5)
    assert [drawn(_start(), _holding_out(0.1), case, b"secret").help for case in cases[:100]] == arms[:100]
    assert [drawn(_start(), _holding_out(0.1), case, b"other").help for case in cases] != arms


def test_the_arm_stands_in_the_first_fact_where_there_is_one() -> None:
    [helped] = opening(drawn(_start(), VPN, "INC-00000001", b""), VPN)
    [before] = opening(_start(), VPN)

    assert helped.data["help"] == "help"
    assert "help" not in before.data, "facts from before there was help keep their hashes"


@pytest.mark.parametrize("share", [-0.1, 0.6, 1])
def test_at_most_half_is_held_out(share: float) -> None:
    with pytest.raises(ValidationError, match="hold_out"):
        Service.model_validate(organisation.service("vpn").model_dump() | {"hold_out": share})


def test_a_remedy_fits_by_category_and_a_guess_is_only_good_for_one_that_asks() -> None:
    both = (ASKED, AT_ONCE)

    assert fitting(both, "password") is ASKED
    assert fitting(both, "outage") is AT_ONCE
    assert fitting(both, None) is None
    assert fitting(both, None, "password") is ASKED
    assert fitting(both, None, "outage") is None
    assert fitting(both, "client", "password") is None
    assert fitting((Remedy(automation="any"),), None) is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"risk": Risk.ENDANGERS}, "not one that endangers or that needs an approval"),
        ({"needs_approval": True}, "not one that endangers or that needs an approval"),
        ({"gives": ""}, "say in `gives`"),
        ({"from_case": {"person": "manager"}}, "from_case"),
    ],
)
def test_what_may_not_solve_cases_by_itself_is_refused(change: dict[str, Any], said: str) -> None:
    whole = USE | {"remedies": ({"services": ("vpn",)},), "gives": "A fresh start."}

    AutomationDefinition.model_validate(whole)
    with pytest.raises(ValidationError, match=said):
        AutomationDefinition.model_validate(whole | change)


def test_a_service_without_remedies_and_hold_out_keeps_its_version() -> None:
    assert "help" not in VPN.model_dump(mode="json")
    assert _holding_out(0.1).version != VPN.version
    again = IncidentDefinition.model_validate(_holding_out(0.1).model_dump(mode="json"))
    assert again.help == HelpRule(hold_out=0.1)


def test_example_ltd_asks_who_forgot_a_password_whether_it_may_set_one() -> None:
    identity = organisation.incident("identity")

    [remedy] = identity.help.remedies
    assert (remedy.automation, remedy.consent, remedy.inputs) == ("password-reset", True, {"person": "requester"})
    assert len(identity.model_dump_json().encode()) <= INCIDENT_BYTES
