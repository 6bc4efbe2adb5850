"""Things that cost money: licences, laptops, suppliers."""

from decimal import Decimal

from definitions.catalogue import CatalogueItem, Cost
from definitions.entitlement import Entitlement, For
from definitions.example.catalogue_parts import DAYS, MANAGER, WEEKS, owner
from definitions.form_fields import Field, Kind
from definitions.forms import Form
from definitions.plans import Plan, Task, Undo

software_licence = CatalogueItem(
    key="software-licence",
    title="A software licence",
    gives="The program on your computer, with a licence in your name.",
    service="workplace",
    team="workplace",
    targets=DAYS,
    entitlement=Entitlement(reach=For.DIRECT),
    form=Form(
        fields=(
            Field(
                key="product",
                kind=Kind.CHOICE,
                label="Which program?",
                example="diagrams",
                choices=("diagrams", "image-editor", "pdf-editor", "project-planner", "statistics"),
            ),
            Field(
                key="reason",
                kind=Kind.TEXT,
                label="What do you need it for?",
                example="Drawings for the tender in March",
                least=5,
                most=300,
            ),
            Field(
                key="until",
                kind=Kind.DATE,
                label="Until when?",
                help="A licence with an end is cheaper. Leave it empty when there is none.",
                example="2027-03-31",
                required=False,
                least=30,
                most=730,
            ),
        )
    ),
    approvals=(MANAGER,),
    plan=Plan(
        tasks=(
            Task(
                key="licence",
                title="Take a free licence or buy one",
                team="workplace",
                form=Form(
                    fields=(Field(key="licence", kind=Kind.TEXT, label="Licence number", example="DG-20418", most=60),)
                ),
                undo=Undo(title="Put the licence back into the pool"),
            ),
            Task(
                key="install",
                title="Install the program",
                team="workplace",
                after=("licence",),
                undo=Undo(title="Remove the program"),
            ),
        )
    ),
    cost=Cost(amount=Decimal("14.50"), per="month", paid_by="your department"),
)

laptop_replacement = CatalogueItem(
    key="laptop-replacement",
    title="A new laptop for an old one",
    gives="A laptop with your files and programs on it; the old one goes back.",
    service="workplace",
    team="workplace",
    targets=WEEKS,
    entitlement=Entitlement(reach=For.DIRECT),
    form=Form(
        fields=(
            Field(
                key="old_asset",
                kind=Kind.TEXT,
                label="Number on the old laptop",
                help="It is on the sticker below.",
                example="LT-0427",
                pattern="LT-[0-9]{4}",
            ),
            Field(
                key="model",
                kind=Kind.CHOICE,
                label="Which model?",
                example="light",
                choices=("light", "large-screen", "workstation"),
            ),
            Field(
                key="what_is_wrong",
                kind=Kind.TEXT,
                label="What is wrong with the old one?",
                example="The battery lasts twenty minutes",
                least=5,
            ),
            Field(
                key="office",
                kind=Kind.CHOICE,
                label="Where do you pick it up?",
                example="Berlin",
                choices=("Berlin", "New York"),
            ),
        )
    ),
    approvals=(MANAGER, owner("Is the old one due, or broken?")),
    plan=Plan(
        tasks=(
            Task(
                key="order",
                title="Take one from stock or order it",
                team="workplace",
                form=Form(
                    fields=(
                        Field(
                            key="new_asset",
                            kind=Kind.TEXT,
                            label="Number of the new laptop",
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
                after=("order",),
                undo=Undo(title="Wipe the laptop"),
            ),
            Task(
                key="hand-over",
                title="Hand it over and move the files",
                team="workplace",
                after=("set-up",),
                undo=Undo(title="Fetch the laptop back"),
            ),
            Task(
                key="wipe",
                title="Wipe the old laptop",
                team="workplace",
                after=("hand-over",),
                stays="What was on the old laptop is gone; the files are on the new one.",
            ),
        )
    ),
    cost=Cost(amount=Decimal("1250.00"), paid_by="IT"),
)

vendor_onboarding = CatalogueItem(
    key="vendor-onboarding",
    title="A new supplier",
    gives="You can order from the supplier, and their invoices are paid.",
    service="erp",
    team="business-apps",
    targets=WEEKS,
    entitlement=Entitlement(reach=For.ANYBODY),
    form=Form(
        fields=(
            Field(
                key="company", kind=Kind.TEXT, label="Name of the company", example="Netline GmbH", least=2, most=120
            ),
            Field(
                key="contact",
                kind=Kind.ADDRESS,
                label="Mail address of their contact",
                example="sales@netline.example",
            ),
            Field(
                key="vat_number",
                kind=Kind.TEXT,
                label="VAT number",
                help="Two letters of the country, then 8 to 12 letters and digits.",
                example="DE123456789",
                pattern="[A-Z]{2}[0-9A-Z]{8,12}",
            ),
            Field(
                key="yearly_amount",
                kind=Kind.NUMBER,
                label="What will you order in a year, in EUR?",
                example="20000",
                least=1,
                most=10_000_000,
            ),
            Field(
                key="personal_data",
                kind=Kind.YES_NO,
                label="Will they see data about people?",
                example="no",
            ),
            Field(
                key="first_order",
                kind=Kind.DATE,
                label="When do you want to order first?",
                example="2027-02-01",
                required=False,
                least=0,
            ),
        )
    ),
    approvals=(MANAGER, owner("Do we want this supplier?", asks=("owner", "person:chloe"), needs="all")),
    plan=Plan(
        tasks=(
            Task(
                key="sanctions",
                title="Look the company up in the sanctions lists",
                team="business-apps",
                changes_nothing=True,
            ),
            Task(
                key="bank-account",
                title="Confirm the bank account by telephone",
                team="business-apps",
                changes_nothing=True,
            ),
            Task(
                key="contract",
                title="Sign the contract, with data protection where needed",
                team="business-apps",
                after=("sanctions",),
                stays="A signed contract ends by notice only; it is with the legal department.",
            ),
            Task(
                key="master-data",
                title="Enter the supplier in the ERP",
                team="business-apps",
                after=("bank-account", "contract"),
                undo=Undo(title="Block the supplier in the ERP"),
            ),
            Task(
                key="portal",
                title="Give the contact an account in the supplier portal",
                team="platform",
                after=("contract",),
                undo=Undo(title="Close the portal account"),
            ),
            Task(
                key="welcome",
                title="Tell the supplier how to send invoices",
                team="service-desk",
                after=("master-data", "portal"),
                changes_nothing=True,
            ),
        )
    ),
)
