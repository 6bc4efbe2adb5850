"""What Example Ltd supports."""

from definitions.services import ConfirmRule, ProblemRule, Service

_CONFIRM_BERLIN = ConfirmRule(calendar="berlin-office", remind_after_days=2, close_after_days=5)
_CONFIRM_NEW_YORK = ConfirmRule(calendar="new-york-office", remind_after_days=2, close_after_days=5)
_ALWAYS = ("response-always", "resolution-always", "customer-always")
_BERLIN = ("response-berlin", "resolution-berlin", "customer-berlin")
_NEW_YORK = ("response-new-york", "resolution-new-york", "customer-new-york")
_PROBLEMS = ProblemRule(targets=("workaround-berlin", "cause-berlin"), watch_days=28)

vpn = Service(
    key="vpn",
    title="VPN",
    description="Working from outside the offices over an encrypted connection.",
    default_team="network",
    calendar="always",
    matrix="infrastructure",
    targets=_ALWAYS,
    chain="critical",
    confirm=_CONFIRM_BERLIN,
    categories=("connection", "access", "certificate", "client", "outage"),
    problems=_PROBLEMS,
    keywords=("vpn", "tunnel", "remote access", "wireguard", "anyconnect", "fernzugriff"),
)

email = Service(
    key="email",
    title="E-mail and calendar",
    description="Mailboxes, shared calendars and distribution lists.",
    default_team="service-desk",
    calendar="berlin-office",
    matrix="standard",
    targets=_BERLIN,
    chain="standard",
    confirm=_CONFIRM_BERLIN,
    categories=("mailbox", "delivery", "calendar", "spam", "outage"),
    problems=_PROBLEMS,
    keywords=(
        "email",
        "e mail",
        "mailbox",
        "outlook",
        "inbox",
        "distribution list",
        "shared calendar",
        "bounce",
        "spam",
        "postfach",
    ),
)

erp = Service(
    key="erp",
    title="ERP",
    description="Orders, invoices and accounts; run from the New York office.",
    default_team="business-apps",
    calendar="new-york-office",
    matrix="standard",
    targets=_NEW_YORK,
    chain="standard",
    confirm=_CONFIRM_NEW_YORK,
    categories=("access", "posting", "report", "interface", "outage"),
    problems=_PROBLEMS,
    keywords=("erp", "sap", "invoice", "purchase order", "ledger", "cost centre", "rechnung"),
)

network = Service(
    key="network",
    title="Office network",
    description="Cable, Wi-Fi and internet access in the offices.",
    default_team="network",
    calendar="always",
    matrix="infrastructure",
    targets=_ALWAYS,
    chain="critical",
    confirm=_CONFIRM_BERLIN,
    categories=("wifi", "cable", "internet", "firewall", "outage"),
    problems=_PROBLEMS,
    keywords=("network", "wifi", "wi fi", "wlan", "switch", "firewall", "internet", "dns", "netzwerk"),
)

workplace = Service(
    key="workplace",
    title="Workplace",
    description="Laptops, printers, telephones and meeting rooms.",
    default_team="workplace",
    calendar="berlin-office",
    matrix="standard",
    targets=_BERLIN,
    chain="relaxed",
    confirm=_CONFIRM_BERLIN,
    categories=("laptop", "printer", "phone", "room", "other"),
    problems=_PROBLEMS,
    keywords=("laptop", "printer", "monitor", "keyboard", "headset", "docking station", "projector", "drucker"),
)

identity = Service(
    key="identity",
    title="Accounts and sign-on",
    description="Passwords, accounts, single sign-on and second factors.",
    default_team="service-desk",
    calendar="always",
    matrix="infrastructure",
    targets=_ALWAYS,
    chain="critical",
    confirm=_CONFIRM_BERLIN,
    categories=("password", "account", "sso", "mfa", "certificate", "outage"),
    problems=_PROBLEMS,
    keywords=("password", "account", "locked out", "single sign on", "sso", "mfa", "login", "passwort"),
)

services = (vpn, email, erp, network, workplace, identity)
