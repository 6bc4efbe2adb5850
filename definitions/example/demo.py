"""Example Ltd in fast motion: the same organisation with goals of seconds, open day and night, for `jidoka demo`."""

from datetime import time

from definitions.escalation import EscalationChain
from definitions.example import organisation as example
from definitions.example.targets import goals
from definitions.organisation import Organisation
from definitions.services import Service
from definitions.targets import Clock, Target
from definitions.teams import Layer, Team

SPEED = 60
"""A minute of an escalation chain lasts a second here."""

ALWAYS = "always"
GOALS = {
    Clock.RESPONSE: goals("10s 20s 40s 60s 90s"),
    Clock.RESOLUTION: goals("60s 90s 2m 3m 5m"),
    Clock.CUSTOMER: goals("90s 2m 3m 5m 8m"),
}


def _fast_target(target: Target) -> Target:
    return target.model_copy(update={"calendar": ALWAYS, "goals": GOALS[target.clock]})


def _fast_chain(chain: EscalationChain) -> EscalationChain:
    steps = tuple(step.model_copy(update={"after_s": step.after_s // SPEED}) for step in chain.steps)
    return chain.model_copy(update={"steps": steps})


def _open_service(service: Service) -> Service:
    confirm = service.confirm.model_copy(update={"calendar": ALWAYS})
    return service.model_copy(update={"calendar": ALWAYS, "confirm": confirm})


def _open_team(team: Team) -> Team:
    """The demo can be run at any hour, so somebody is on call at any hour."""
    rota = team.rota and team.rota.model_copy(update={"layers": tuple(_all_day(layer) for layer in team.rota.layers)})
    return team.model_copy(update={"calendar": ALWAYS, "rota": rota})


def _all_day(layer: Layer) -> Layer:
    if layer.key != "office":
        return layer
    return layer.model_copy(update={"days": tuple(range(7)), "from_": time(0), "until": time(0)})


def _fast(org: Organisation) -> Organisation:
    changed = org.model_copy(
        update={
            "key": "demo",
            "name": f"{org.name} (demo: goals are seconds and minutes)",
            "targets": tuple(_fast_target(target) for target in org.targets),
            "chains": tuple(_fast_chain(chain) for chain in org.chains),
            "services": tuple(_open_service(service) for service in org.services),
            "teams": tuple(_open_team(team) for team in org.teams),
        }
    )
    # model_copy does not validate; this does.
    return Organisation.model_validate(changed.model_dump())


organisation = _fast(example)
