"""The first rule that matches wins; every input is answered; a rule nobody reaches is found."""

from itertools import product

import pytest

from definitions.base import Level, Priority
from definitions.example import organisation
from definitions.routing import RoutingExample, RoutingRule, When, failed_examples, route, rules_for, unreachable
from definitions.services import Service

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3


def _rule(key: str, team: str, services: tuple[str, ...] = (), **when: object) -> RoutingRule:
    return RoutingRule(key=key, services=services, when=When.model_validate(when), team=team, reason=f"because {key}")


def _service(*categories: str) -> Service:
    return organisation.service("vpn").model_copy(update={"categories": categories})


@pytest.mark.parametrize(
    ("category", "priority", "channel", "impact", "rule"),
    [
        ("access", P3, "email", None, "by-category"),
        ("access", P1, "email", None, "by-category"),
        ("client", P1, "email", None, "by-priority"),
        ("client", P3, "alert", None, "by-channel"),
        ("client", P3, "phone", Level.HIGH, "by-impact"),
        ("client", P3, "phone", None, None),
        (None, P3, None, None, None),
    ],
)
def test_the_first_rule_that_matches_decides(
    category: str | None, priority: Priority, channel: str | None, impact: Level | None, rule: str | None
) -> None:
    rules = (
        _rule("by-category", "service-desk", categories=("access",)),
        _rule("by-priority", "platform", priorities=("P1",)),
        _rule("by-channel", "network", channels=("alert",)),
        _rule("by-impact", "workplace", impacts=("high",)),
    )

    found = route(rules, "network", category=category, priority=priority, channel=channel, impact=impact)

    assert found.rule == rule
    assert found.why == (f"because {rule}" if rule else "no routing rule matched: the service's default team takes it")


def test_all_conditions_of_a_rule_must_hold() -> None:
    rules = (_rule("both", "platform", categories=("outage",), priorities=("P1", "P2")),)

    teams = [
        route(rules, "network", category=category, priority=priority, channel="email").team
        for category, priority in (("outage", P2), ("outage", P3), ("access", P1))
    ]

    assert teams == ["platform", "network", "network"]


def test_a_case_carries_only_the_rules_of_its_service_without_their_examples() -> None:
    own = rules_for(organisation.routing, "identity")

    assert [rule.key for rule in own] == ["outage", "platform-alert", "sign-on"]
    assert all(not rule.examples and not rule.services for rule in own)


def test_every_input_of_every_example_service_reaches_a_team_that_exists() -> None:
    teams = {team.key for team in organisation.teams}
    asked = 0

    for service in organisation.services:
        own = organisation.incident(service.key).routing
        for category, priority, channel in product(
            (None, *service.categories), Priority, (None, "email", "phone", "alert")
        ):
            found = route(own, service.default_team, category=category, priority=priority, channel=channel)
            asked += 1
            assert found.team in teams
            assert found.why
    assert asked > 500


def test_the_examples_that_rules_carry_hold() -> None:
    carried = sum(len(rule.examples) for rule in organisation.routing)

    assert failed_examples(organisation.routing, organisation.services) == ()
    assert carried >= 2 * len(organisation.routing)


def test_an_example_that_ends_elsewhere_is_reported_with_where_it_went() -> None:
    rule = _rule("access", "service-desk", categories=("access",)).model_copy(
        update={"examples": (RoutingExample(service="vpn", category="client", team="service-desk"),)}
    )

    ((failed, _, went),) = failed_examples((rule,), organisation.services)

    assert (failed.key, went.team, went.rule) == ("access", "network", None)


def test_a_rule_below_a_wider_one_is_unreachable() -> None:
    rules = (
        _rule("wide", "network", priorities=("P1",)),
        _rule("narrow", "platform", priorities=("P1",), channels=("alert",)),
    )

    assert [rule.key for rule in unreachable(rules, [_service("access")])] == ["narrow"]


def test_a_rule_shadowed_only_by_several_together_is_unreachable() -> None:
    rules = (
        _rule("pressing", "network", priorities=("P1", "P2")),
        _rule("other", "network", priorities=("P3", "P4", "P5")),
        _rule("never", "platform", channels=("alert",)),
    )

    assert [rule.key for rule in unreachable(rules, [_service("access")])] == ["never"]


def test_a_rule_for_a_category_that_no_service_has_is_unreachable() -> None:
    rules = (_rule("typo", "platform", categories=("acess",)),)

    assert [rule.key for rule in unreachable(rules, [_service("access")])] == ["typo"]


def test_rules_of_different_services_do_not_shadow_each_other() -> None:
    rules = (_rule("all-of-erp", "platform", services=("erp",)), _rule("vpn-alert", "network", services=("vpn",)))

    assert unreachable(rules, organisation.services) == ()


def test_a_rule_that_only_an_impact_or_a_missing_category_reaches_is_reachable() -> None:
    rules = (
        _rule("every-category", "network", categories=("access", "client")),
        _rule("wide-impact", "platform", impacts=("high",)),
        _rule("no-category", "workplace"),
    )

    assert unreachable(rules, [_service("access", "client")]) == ()
    assert [rule.key for rule in unreachable((rules[0], rules[2], rules[1]), [_service("access")])] == ["wide-impact"]
