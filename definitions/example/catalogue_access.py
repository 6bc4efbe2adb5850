"""Ways in: passwords, VPN, Wi-Fi for guests, shared mailboxes, roles in the ERP."""

from definitions.base import Priority
from definitions.catalogue import CatalogueItem
from definitions.entitlement import Entitlement, For
from definitions.example.catalogue_parts import DAYS, MANAGER, QUICK, owner
from definitions.form_fields import Field, Kind
from definitions.forms import Form
from definitions.plans import Plan, Task, Undo

password_reset = CatalogueItem(
    key="password-reset",
    title="Reset my password",
    gives="A temporary password, sent to your recovery address; you choose a new one when you sign in.",
    service="identity",
    team="service-desk",
    priority=Priority.P3,
    targets=QUICK,
    # A temporary password for somebody else would be a way into their account.
    entitlement=Entitlement(reach=For.SELF),
    plan=Plan(
        tasks=(
            Task(
                key="reset",
                title="Set a temporary password and hand it to its owner",
                team="service-desk",
                automation="password-reset",
                inputs={"person": "for_whom"},
                stays="The old password is gone; the temporary one is with its owner.",
            ),
        )
    ),
)

vpn_access = CatalogueItem(
    key="vpn-access",
    title="VPN access",
    gives="You can work from outside the offices, on the device you name.",
    service="vpn",
    team="network",
    targets=DAYS,
    entitlement=Entitlement(reach=For.DIRECT),
    form=Form(
        fields=(
            Field(
                key="reason",
                kind=Kind.TEXT,
                label="What do you need it for?",
                help="Your manager reads this.",
                example="I work from home on Fridays",
                least=5,
                most=300,
            ),
            Field(
                key="device",
                kind=Kind.CHOICE,
                label="On which device?",
                example="company laptop",
                choices=("company laptop", "company phone"),
            ),
            Field(
                key="until",
                kind=Kind.DATE,
                label="Until when?",
                help="Leave it empty when there is no end.",
                example="2027-01-31",
                required=False,
                least=1,
                most=365,
            ),
        )
    ),
    approvals=(MANAGER,),
    plan=Plan(
        tasks=(
            Task(
                key="account",
                title="Add the person to the VPN group",
                team="network",
                undo=Undo(title="Remove the person from the VPN group"),
            ),
            Task(
                key="certificate",
                title="Issue a certificate for the device",
                team="network",
                undo=Undo(title="Revoke the certificate"),
            ),
            Task(
                key="gateway",
                title="See that the gateway holds",
                team="network",
                automation="vpn-certificate",
                changes_nothing=True,
            ),
            Task(
                key="first-connection",
                title="Connect once together with the person",
                team="service-desk",
                after=("account", "certificate", "gateway"),
                changes_nothing=True,
            ),
        )
    ),
)

guest_wifi = CatalogueItem(
    key="guest-wifi",
    title="Wi-Fi for guests",
    gives="Names and passwords for your guests, good for the days of their visit.",
    service="network",
    team="network",
    targets=QUICK,
    entitlement=Entitlement(reach=For.ANYBODY),
    form=Form(
        fields=(
            Field(key="guests", kind=Kind.NUMBER, label="How many guests?", example="4", least=1, most=50),
            Field(key="from_day", kind=Kind.DATE, label="From which day?", example="2027-01-12", least=0, most=90),
            Field(key="days", kind=Kind.NUMBER, label="For how many days?", example="2", least=1, most=14),
            Field(
                key="company",
                kind=Kind.TEXT,
                label="Where do they come from?",
                example="Netline",
                required=False,
                most=100,
            ),
        )
    ),
    plan=Plan(
        tasks=(
            Task(
                key="accounts",
                title="Make the guest accounts",
                team="network",
                undo=Undo(title="Delete the guest accounts"),
            ),
            Task(
                key="hand-over",
                title="Send names and passwords to the host",
                team="service-desk",
                after=("accounts",),
                stays="The host has read the passwords; they end with the guest accounts.",
            ),
        )
    ),
)

shared_mailbox = CatalogueItem(
    key="shared-mailbox",
    title="Shared mailbox",
    gives="An address that several of you read and answer.",
    service="email",
    team="service-desk",
    targets=DAYS,
    entitlement=Entitlement(reach=For.ANYBODY),
    form=Form(
        fields=(
            Field(
                key="address",
                kind=Kind.ADDRESS,
                label="Which address?",
                example="orders@example.org",
            ),
            Field(
                key="owner",
                kind=Kind.PERSON,
                label="Who answers for it?",
                help="This person says later who may read it.",
                example="omar",
            ),
            Field(
                key="readers",
                kind=Kind.TEXT,
                label="Who reads it?",
                example="omar, hugo",
                most=400,
            ),
            Field(
                key="send_as",
                kind=Kind.YES_NO,
                label="May they write from it?",
                example="yes",
            ),
        )
    ),
    approvals=(MANAGER,),
    plan=Plan(
        tasks=(
            Task(
                key="mailbox",
                title="Make the mailbox",
                team="platform",
                undo=Undo(title="Delete the mailbox, or keep it closed for 30 days when it has mail"),
            ),
            Task(
                key="rights",
                title="Give the readers their rights",
                team="service-desk",
                after=("mailbox",),
                undo=Undo(title="Take the rights away"),
            ),
            Task(
                key="delivery",
                title="See that mail arrives",
                team="service-desk",
                after=("mailbox",),
                automation="mail-path",
                changes_nothing=True,
            ),
        )
    ),
)

erp_role = CatalogueItem(
    key="erp-role",
    title="A role in the ERP",
    gives="You can do in the ERP what your work needs, and nothing that one person must not do alone.",
    service="erp",
    team="business-apps",
    targets=DAYS,
    entitlement=Entitlement(departments=("finance", "sales", "it"), reach=For.DIRECT),
    form=Form(
        fields=(
            Field(
                key="role",
                kind=Kind.CHOICE,
                label="Which role?",
                example="order-entry",
                choices=("order-entry", "invoice-entry", "payment-release", "reports-only"),
            ),
            Field(
                key="cost_centre",
                kind=Kind.TEXT,
                label="For which cost centre?",
                help="Four digits; it stands on your payslip.",
                example="4100",
                pattern="[0-9]{4}",
            ),
            Field(
                key="reason",
                kind=Kind.TEXT,
                label="What do you need it for?",
                example="I stand in for the order desk in January",
                least=5,
                most=300,
            ),
        )
    ),
    approvals=(MANAGER, owner("Does the role fit those the person has?")),
    plan=Plan(
        tasks=(
            Task(
                key="duties",
                title="See that no two roles of the person must be apart",
                team="business-apps",
                changes_nothing=True,
            ),
            Task(
                key="role",
                title="Give the role",
                team="business-apps",
                after=("duties",),
                undo=Undo(title="Take the role away"),
            ),
        )
    ),
)
