"""Routing: an ordered table of rules that says which team gets a case; the first match wins."""

from collections.abc import Iterable
from itertools import product

from definitions.base import Key, Level, Priority, Value
from definitions.services import Service
from definitions.sparse import Sparse

ANY_OTHER_CHANNEL = "other"
"""Stands for every channel that no rule names."""


class When(Sparse):
    """What must hold for a rule to match; an empty condition holds for everything."""

    categories: tuple[Key, ...] = ()
    priorities: tuple[Priority, ...] = ()
    channels: tuple[Key, ...] = ()
    impacts: tuple[Level, ...] = ()

    def matches(
        self, *, category: str | None, priority: Priority, channel: str | None, impact: Level | None = None
    ) -> bool:
        """Whether every condition that is given holds."""
        return (
            (not self.categories or category in self.categories)
            and (not self.priorities or priority in self.priorities)
            and (not self.channels or channel in self.channels)
            and (not self.impacts or impact in self.impacts)
        )


class RoutingExample(Value):
    """An input and the team it must reach: the test that a rule carries with it."""

    service: Key
    category: Key | None = None
    priority: Priority = Priority.P3
    channel: Key = "email"
    impact: Level | None = None
    team: Key


class RoutingRule(Sparse):
    """One line of the table."""

    key: Key
    services: tuple[Key, ...] = ()
    """The services it is about; empty means all of them."""
    when: When = When()
    team: Key
    reason: str
    examples: tuple[RoutingExample, ...] = ()


class Routing(Value):
    """Where a case goes and why; `rule` is None when no rule matched."""

    team: Key
    rule: Key | None
    why: str


def route(
    rules: Iterable[RoutingRule],
    default_team: str,
    *,
    category: str | None,
    priority: Priority,
    channel: str | None,
    impact: Level | None = None,
) -> Routing:
    """The first rule that matches, else the default team. `rules` are those of one service (`rules_for`)."""
    for rule in rules:
        if rule.when.matches(category=category, priority=priority, channel=channel, impact=impact):
            return Routing(team=rule.team, rule=rule.key, why=rule.reason)
    return Routing(team=default_team, rule=None, why="no routing rule matched: the service's default team takes it")


def rules_for(rules: Iterable[RoutingRule], service: str) -> tuple[RoutingRule, ...]:
    """The rules of one service in order, as a case carries them: without examples and service names."""
    return tuple(
        RoutingRule(key=rule.key, when=rule.when, team=rule.team, reason=rule.reason)
        for rule in rules
        if not rule.services or service in rule.services
    )


def unreachable(rules: tuple[RoutingRule, ...], services: Iterable[Service]) -> tuple[RoutingRule, ...]:
    """The rules that no input can reach. Tries every input there is, so rules that shadow together are seen too."""
    channels = sorted({c for rule in rules for c in rule.when.channels} | {ANY_OTHER_CHANNEL})
    reached: set[str] = set()
    for service in services:
        own = rules_for(rules, service.key)
        inputs = product((None, *service.categories), Priority, channels, (None, *Level))
        for category, priority, channel, impact in inputs:
            found = route(
                own, service.default_team, category=category, priority=priority, channel=channel, impact=impact
            )
            if found.rule is not None:
                reached.add(found.rule)
    return tuple(rule for rule in rules if rule.key not in reached)


def failed_examples(
    rules: tuple[RoutingRule, ...], services: Iterable[Service]
) -> tuple[tuple[RoutingRule, RoutingExample, Routing], ...]:
    """Every example that ends at another team than it says, with where it went."""
    default_teams = {service.key: service.default_team for service in services}
    failed = []
    for rule in rules:
        for example in rule.examples:
            if example.service not in default_teams:
                continue  # a dangling name has a problem of its own
            went = route(
                rules_for(rules, example.service),
                default_teams[example.service],
                category=example.category,
                priority=example.priority,
                channel=example.channel,
                impact=example.impact,
            )
            if went.team != example.team:
                failed.append((rule, example, went))
    return tuple(failed)
