"""Which team gets what at Example Ltd; the first line that matches wins, else the service's own team."""

from definitions.base import Priority
from definitions.routing import RoutingExample, RoutingRule, When

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3

routing = (
    RoutingRule(
        key="outage",
        services=("email", "identity"),
        when=When(categories=("outage",), priorities=(P1, P2)),
        team="platform",
        reason="an outage that presses goes straight to those who run the servers",
        examples=(
            RoutingExample(service="email", category="outage", priority=P1, team="platform"),
            RoutingExample(service="identity", category="outage", priority=P2, team="platform"),
            RoutingExample(service="email", category="outage", priority=P3, team="service-desk"),
        ),
    ),
    RoutingRule(
        key="platform-alert",
        services=("email", "identity"),
        when=When(channels=("alert",)),
        team="platform",
        reason="monitoring of servers speaks to those who run them",
        examples=(
            RoutingExample(service="identity", channel="alert", team="platform"),
            RoutingExample(service="identity", channel="email", team="service-desk"),
        ),
    ),
    RoutingRule(
        key="sign-on",
        services=("identity",),
        when=When(categories=("sso", "certificate")),
        team="platform",
        reason="sign-on and certificates are set up by platform",
        examples=(
            RoutingExample(service="identity", category="sso", team="platform"),
            RoutingExample(service="identity", category="password", team="service-desk"),
        ),
    ),
    RoutingRule(
        key="access",
        services=("vpn", "erp"),
        when=When(categories=("access",)),
        team="service-desk",
        reason="who may use it is settled at the service desk",
        examples=(
            RoutingExample(service="vpn", category="access", team="service-desk"),
            RoutingExample(service="vpn", category="connection", team="network"),
            RoutingExample(service="erp", category="access", channel="phone", team="service-desk"),
            RoutingExample(service="erp", category="posting", team="business-apps"),
        ),
    ),
    RoutingRule(
        key="office-network",
        services=("workplace",),
        when=When(categories=("room",), priorities=(P1, P2)),
        team="network",
        reason="a whole room without equipment is most often its network",
        examples=(
            RoutingExample(service="workplace", category="room", priority=P2, team="network"),
            RoutingExample(service="workplace", category="room", priority=P3, team="workplace"),
        ),
    ),
)
