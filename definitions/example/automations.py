"""What Example Ltd lets code do. Hosts and accounts are examples: an installation names its own in `automation_inputs`.

None of them looks at cases by itself here, because the servers of Example Ltd do not exist; `diagnoses=` says which do.
One may solve them: who has forgotten a password is asked whether they want a temporary one.
"""

from definitions.automations import AutomationDefinition, Budget, Match, Risk

password_reset = AutomationDefinition(
    key="password-reset",
    title="Set a temporary password and hand it to its owner",
    does="ldap-password-reset",
    owner="service-desk",
    risk=Risk.CHANGES,
    consent=True,
    remedies=(Match(services=("identity",), categories=("password",)),),
    gives="A temporary password for your account, sent to your recovery address.",
    from_case={"person": "requester"},
    budget=Budget(per_hour=30, per_day=200),
    inputs={
        "url": "ldaps://ldap.example.com",
        "bind_dn": "cn=desk,dc=example,dc=com",
        "bind_password": "secrets:directory",
        "base": "ou=people,dc=example,dc=com",
    },
)
vpn_certificate = AutomationDefinition(
    key="vpn-certificate",
    title="Does the certificate of the VPN gateway hold?",
    does="tls-expiry",
    owner="network",
    risk=Risk.READS,
    inputs={"host": "vpn.example.com"},
)
vpn_name = AutomationDefinition(
    key="vpn-name",
    title="Does the name of the VPN gateway resolve?",
    does="dns-check",
    owner="network",
    risk=Risk.READS,
    inputs={"name": "vpn.example.com"},
)
sign_on_page = AutomationDefinition(
    key="sign-on-page",
    title="Does the sign-on page answer?",
    does="web-health",
    owner="platform",
    risk=Risk.READS,
    inputs={"url": "https://login.example.com/"},
)
mail_path = AutomationDefinition(
    key="mail-path",
    title="Does mail arrive?",
    does="mailbox-test",
    owner="platform",
    risk=Risk.READS,
    timeout_s=120,
    budget=Budget(per_hour=20, per_day=200),
    inputs={
        "smtp": {"host": "mail.example.com", "port": 465},
        "imap": {"host": "mail.example.com", "port": 993, "user": "probe", "password": "secrets:probe"},
        "sender": "probe@example.com",
        "recipient": "probe@example.com",
    },
)
erp_disk = AutomationDefinition(
    key="erp-disk",
    title="Is a disk of the ERP server full?",
    does="disk-space",
    owner="business-apps",
    risk=Risk.READS,
    inputs={
        "host": "erp.example.com",
        "user": "look",
        "key_file": "/etc/jidoka/look",
        "known_hosts": "/etc/jidoka/known_hosts",
        "paths": ["/", "/var"],
    },
)
erp_service = AutomationDefinition(
    key="erp-service",
    title="Does the ERP service run?",
    does="service-state",
    owner="business-apps",
    risk=Risk.READS,
    inputs={
        "host": "erp.example.com",
        "user": "look",
        "key_file": "/etc/jidoka/look",
        "known_hosts": "/etc/jidoka/known_hosts",
        "service": "erp",
    },
)

automations = (password_reset, vpn_certificate, vpn_name, sign_on_page, mail_path, erp_disk, erp_service)
