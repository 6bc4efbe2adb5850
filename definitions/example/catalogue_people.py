"""People who come and go."""

from decimal import Decimal

from definitions.base import Priority
from definitions.catalogue import CatalogueItem, Cost
from definitions.entitlement import Entitlement, For
from definitions.example.catalogue_parts import MANAGER, WEEKS
from definitions.form_fields import Field, Kind
from definitions.forms import Form
from definitions.plans import Plan, Task, Undo

_DEPARTMENT = Field(
    key="department",
    kind=Kind.CHOICE,
    label="In which department?",
    example="sales",
    choices=("finance", "it", "people", "sales"),
)

new_starter = CatalogueItem(
    key="new-starter",
    title="Somebody new starts",
    gives="On the first day there is a desk, a laptop, an account, and somebody who explains it all.",
    service="workplace",
    team="workplace",
    priority=Priority.P3,
    targets=WEEKS,
    # Whoever hires asks, for a person who is not here yet; the yes of a manager is what counts.
    entitlement=Entitlement(reach=For.ANYBODY),
    form=Form(
        fields=(
            Field(key="name", kind=Kind.TEXT, label="Name of the new person", example="Mina Park", least=2, most=100),
            Field(
                key="first_day",
                kind=Kind.DATE,
                label="First day",
                help="A laptop needs five working days.",
                example="2027-02-01",
                least=7,
                most=365,
            ),
            _DEPARTMENT,
            Field(key="manager", kind=Kind.PERSON, label="Manager", example="omar"),
            Field(
                key="office",
                kind=Kind.CHOICE,
                label="In which office?",
                example="Berlin",
                choices=("Berlin", "New York", "at home"),
            ),
            Field(
                key="laptop",
                kind=Kind.CHOICE,
                label="Which laptop?",
                example="light",
                choices=("light", "large-screen", "workstation"),
            ),
            Field(
                key="private_address",
                kind=Kind.ADDRESS,
                label="Mail address until then",
                help="The welcome letter goes there.",
                example="mina.park@mail.example",
                required=False,
            ),
        )
    ),
    approvals=(MANAGER,),
    plan=Plan(
        tasks=(
            Task(key="account", title="Make the account", team="platform", undo=Undo(title="Delete the account")),
            Task(
                key="mailbox",
                title="Make the mailbox",
                team="platform",
                after=("account",),
                undo=Undo(title="Delete the mailbox"),
            ),
            Task(
                key="groups",
                title="Add to the groups of the department",
                team="service-desk",
                after=("account",),
                undo=Undo(title="Remove from the groups"),
            ),
            Task(
                key="second-factor",
                title="Prepare the second factor",
                team="service-desk",
                after=("account",),
                undo=Undo(title="Withdraw the second factor"),
            ),
            Task(
                key="erp-user",
                title="Make the ERP user",
                team="business-apps",
                after=("account",),
                undo=Undo(title="Lock the ERP user"),
            ),
            Task(
                key="erp-role",
                title="Give the ERP role of the department",
                team="business-apps",
                after=("erp-user",),
                undo=Undo(title="Take the ERP role away"),
            ),
            Task(key="desk", title="Set up a desk", team="workplace", undo=Undo(title="Clear the desk")),
            Task(
                key="badge",
                title="Make the badge",
                team="workplace",
                undo=Undo(title="Block the badge"),
            ),
            Task(
                key="laptop",
                title="Take a laptop from stock or order it",
                team="workplace",
                form=Form(
                    fields=(
                        Field(
                            key="asset",
                            kind=Kind.TEXT,
                            label="Number of the laptop",
                            example="LT-0911",
                            pattern="LT-[0-9]{4}",
                        ),
                    )
                ),
                undo=Undo(title="Put the laptop back into stock"),
            ),
            Task(
                key="set-up",
                title="Set the laptop up",
                team="workplace",
                after=("laptop", "mailbox", "groups"),
                undo=Undo(title="Wipe the laptop"),
            ),
            Task(
                key="welcome-letter",
                title="Send the welcome letter",
                team="service-desk",
                after=("mailbox", "desk"),
                stays="The letter has been read; say that the start is off.",
            ),
            Task(
                key="first-day",
                title="Meet on the first day and try everything",
                team="service-desk",
                after=("second-factor", "erp-role", "badge", "set-up", "welcome-letter"),
                changes_nothing=True,
            ),
        )
    ),
    cost=Cost(amount=Decimal("1600.00"), paid_by="the department of the new person"),
)

leaver = CatalogueItem(
    key="leaver",
    title="Somebody leaves",
    gives="On the last day all access ends, the equipment is back, and the mail goes to who takes over.",
    service="identity",
    team="service-desk",
    priority=Priority.P3,
    targets=WEEKS,
    entitlement=Entitlement(departments=("people",), reach=For.ANYBODY),
    form=Form(
        fields=(
            Field(key="person", kind=Kind.PERSON, label="Who leaves?", example="hugo"),
            Field(key="last_day", kind=Kind.DATE, label="Last day", example="2027-01-31", least=0, most=365),
            Field(key="takes_over", kind=Kind.PERSON, label="Who takes over the mail?", example="omar"),
            Field(key="keep_mail", kind=Kind.YES_NO, label="Keep the mailbox for 90 days?", example="yes"),
        )
    ),
    plan=Plan(
        tasks=(
            Task(
                key="erp-user",
                title="Lock the ERP user",
                team="business-apps",
                undo=Undo(title="Unlock the ERP user"),
            ),
            Task(
                key="vpn",
                title="Revoke VPN certificates",
                team="network",
                stays="A revoked certificate stays revoked; a new one has to be issued.",
            ),
            Task(
                key="equipment",
                title="Fetch laptop, phone and badge",
                team="workplace",
                undo=Undo(title="Give the equipment back"),
            ),
            Task(
                key="account",
                title="Lock the account",
                team="platform",
                after=("erp-user", "vpn"),
                undo=Undo(title="Unlock the account"),
            ),
            Task(
                key="mail",
                title="Send new mail to who takes over",
                team="platform",
                after=("account",),
                undo=Undo(title="Stop forwarding the mail"),
            ),
            Task(
                key="wipe",
                title="Wipe the laptop",
                team="workplace",
                after=("equipment", "mail"),
                stays="What was on the laptop is gone.",
            ),
        )
    ),
)
