"""Items, forms and automations that tests of requests share."""

from datetime import UTC, datetime

from activities.automation.code import Automation, Report, Run, automation
from definitions.automations import AutomationDefinition, Risk
from definitions.base import Value
from definitions.catalogue import CatalogueItem
from definitions.entitlement import Entitlement, For
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.people import Delegate
from definitions.plans import Plan, Task, Undo

VPN = {"reason": "I work from home on Fridays", "device": "company laptop"}
STARTER = {
    "name": "Mina Park", "first_day": "2026-12-14", "department": "sales", "manager": "omar", "office": "Berlin",
    "laptop": "light",
}  # fmt: skip
SWITCHED: list[str] = []
"""The log of the effect itself: what was switched on and off, and for which case."""


class Lamp(Value):
    """Which one."""

    person: str


@automation("test-switch", title="Switch", risk=Risk.CHANGES)
class Switch(Automation[Lamp, Report]):
    """Switches something on for a person, and off again."""

    async def run(self, given: Lamp, run: Run) -> Report:
        return self._switched(f"on {given.person}", run)

    async def dry_run(self, given: Lamp, run: Run) -> Report:
        return Report(result="It would switch.", checked="lamp", at=run.now, next_step="Run it.")

    async def undo(self, given: Lamp, run: Run) -> Report:
        return self._switched(f"off {given.person}", run)

    @staticmethod
    def _switched(what: str, run: Run) -> Report:
        SWITCHED.append(f"{run.case_id} {what}")
        return Report(result=f"Switched {what}.", checked="lamp", at=run.now, next_step="Nothing.")


def switched(automation: str = "switch", *, stays: bool = False) -> Organisation:
    """Example Ltd, where one can ask for a lamp: laid by a person, switched by an automation, both at the same time."""
    way_back = {"stays": "It has burnt."} if stays else {"undo": Undo(title="Switch it off", automated=True)}
    lamp = CatalogueItem(
        key="lamp",
        title="A lamp",
        gives="You have light.",
        service="workplace",
        team="workplace",
        targets=("fulfilled-quick", "served-quick"),
        entitlement=Entitlement(reach=For.ANYBODY),
        plan=Plan(
            tasks=(
                Task(
                    key="switch", title="Switch it on", team="network", automation=automation,
                    inputs={"person": "for_whom"}, **way_back,
                ),
                Task(key="look", title="See that it shines", team="workplace", after=("switch",), changes_nothing=True),
            )
        ),
    )  # fmt: skip
    light = lamp.model_copy(update={"key": "light", "title": "Light", "plan": Plan(tasks=lamp.plan.tasks[:1])})
    wire = Task(key="wire", title="Lay a wire", team="workplace", undo=Undo(title="Take the wire out"))
    tell = Task(key="tell", title="Tell the house", team="service-desk", stays="They have heard it.")
    hall = lamp.model_copy(update={"key": "hall", "plan": Plan(tasks=(wire, tell, *lamp.plan.tasks))})
    switch = AutomationDefinition(key="switch", title="Switch", does="test-switch", owner="network", risk=Risk.CHANGES)
    return organisation.model_copy(
        update={
            "catalogue": (*organisation.catalogue, lamp, light, hall),
            "automations": (*organisation.automations, switch),
        }
    )


def standing_in(item: str, *, asks: tuple[str, ...], away: str, instead: str) -> Organisation:
    """The example, where all of `asks` must agree to the item, and `instead` decides for whoever is `away`."""
    long = Delegate(to=instead, from_=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
    [stage] = organisation.item(item).approvals
    stage = stage.model_copy(update={"asks": asks, "needs": "all"})
    return organisation.model_copy(
        update={
            "catalogue": tuple(
                each.model_copy(update={"approvals": (stage,)}) if each.key == item else each
                for each in organisation.catalogue
            ),
            "people": tuple(
                each.model_copy(update={"delegates": (long,)}) if each.key == away else each
                for each in organisation.people
            ),
        }
    )
