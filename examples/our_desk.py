"""An organisation of your own, begun from the shipped example: the VPN gets harder goals.

Check it with `jidoka definitions check --path examples.our_desk:organisation`; the README says how a stack follows it.
"""

from definitions.example import organisation as example
from definitions.example.targets import goals
from definitions.organisation import Organisation
from definitions.targets import Clock, Target

HARDER = {
    Clock.RESPONSE: goals("10m 20m 1h 4h 1d"),
    Clock.RESOLUTION: goals("2h 4h 8h 2d 3d"),
    Clock.CUSTOMER: goals("3h 6h 1d 3d 5d"),
}


def _for_vpn(target: Target) -> Target:
    return target.model_copy(update={"key": f"vpn-{target.clock}", "goals": HARDER[target.clock]})


vpn = example.service("vpn")
vpn_targets = tuple(_for_vpn(example.target(key)) for key in vpn.targets)

# Built anew, not copied: a copy is not validated.
organisation = Organisation.model_validate(
    example.model_dump()
    | {
        "key": "our-desk",
        "name": "Our desk",
        "targets": (*example.targets, *vpn_targets),
        "services": tuple(
            service.model_copy(update={"targets": tuple(target.key for target in vpn_targets)})
            if service.key == "vpn"
            else service
            for service in example.services
        ),
    }
)
