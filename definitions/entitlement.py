"""Who may ask for something, and for whom."""

from enum import StrEnum

from definitions.base import Key
from definitions.people import Person, Role
from definitions.rights import Decision
from definitions.sparse import Sparse


class For(StrEnum):
    """For whom somebody may ask; each includes the one before."""

    SELF = "self"
    DIRECT = "direct"
    """And for those whose manager they are."""
    ANYBODY = "anybody"


class Entitlement(Sparse):
    """Somebody with one of the roles or of one of the departments; with neither named, everybody."""

    roles: tuple[Role, ...] = ()
    departments: tuple[Key, ...] = ()
    reach: For = For.SELF

    @property
    def text(self) -> str:
        """The rule in words."""
        who = [f"role {role}" for role in self.roles] + [f"department {name}" for name in self.departments]
        reach = {
            For.SELF: "for themselves",
            For.DIRECT: "for themselves and those they manage",
            For.ANYBODY: "for anybody",
        }
        return f"{' or '.join(who) or 'everybody'}, {reach[self.reach]}"


def entitled(rule: Entitlement, requester: Person, for_whom: Person) -> Decision:
    """Whether `requester` may ask for it for `for_whom`; the reason is fit for the person who asked."""
    may_ask = not (rule.roles or rule.departments) or (
        bool(set(rule.roles) & set(requester.roles)) or requester.department in rule.departments
    )
    if not may_ask:
        department = f"in the department {requester.department}" if requester.department else "in no known department"
        return Decision(
            allowed=False,
            reason=f"this is for {rule.text}; {requester.key} is {' and '.join(requester.roles)}, {department}",
        )
    own = requester.key == for_whom.key
    if own or rule.reach is For.ANYBODY or (rule.reach is For.DIRECT and for_whom.manager == requester.key):
        return Decision(allowed=True, reason=f"this is for {rule.text}")
    return Decision(allowed=False, reason=f"this is for {rule.text}; {requester.key} asked for {for_whom.key}")
