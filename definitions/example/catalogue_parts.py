"""Parts that several items of Example Ltd share: promises and stages of approval."""

from typing import Literal

from definitions.approvals import Stage
from definitions.targets import Goal

QUICK = ("fulfilled-quick", "served-quick")
DAYS = ("fulfilled-days", "served-days")
WEEKS = ("fulfilled-weeks", "served-weeks")

MANAGER = Stage(
    key="manager",
    title="Does the manager agree?",
    asks=("manager",),
    calendar="berlin-office",
    within=Goal(amount=2, unit="days"),
    escalate_to="max",
)


def owner(title: str, *, asks: tuple[str, ...] = ("owner",), needs: Literal["all", "any"] = "any") -> Stage:
    """Somebody who answers for the service says yes."""
    return Stage(
        key="owner",
        title=title,
        asks=asks,
        needs=needs,
        calendar="berlin-office",
        within=Goal(amount=2, unit="days"),
        escalate_to="max",
    )
