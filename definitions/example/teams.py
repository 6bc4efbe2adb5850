"""The five teams of Example Ltd and who is on call when."""

from datetime import date, time

from definitions.example.people import BERLIN, NEW_YORK
from definitions.teams import Layer, Member, Rota, Team

BEGIN = date(2025, 1, 6)
WORKDAYS = (0, 1, 2, 3, 4)


def _office_hours(*people: str, from_: time, until: time) -> Layer:
    return Layer(key="office", people=people, start=BEGIN, days=WORKDAYS, from_=from_, until=until)


service_desk = Team(
    key="service-desk",
    title="Service desk",
    calendar="berlin-office",
    zone=BERLIN,
    skills=("triage", "accounts", "mail"),
    members=(
        Member(person="sam", skills=("triage", "accounts", "mail")),
        Member(person="kim", skills=("triage", "mail")),
        Member(person="noor", skills=("triage", "accounts")),
        Member(person="lena", skills=("triage",)),
    ),
    lead="lena",
    manager="max",
    rota=Rota(zone=BERLIN, layers=(_office_hours("sam", "kim", "noor", from_=time(8), until=time(18)),)),
)

network = Team(
    key="network",
    title="Network",
    calendar="always",
    zone=BERLIN,
    skills=("vpn", "routing", "wifi"),
    members=(
        Member(person="jay", skills=("vpn", "routing")),
        Member(person="maria", skills=("vpn", "wifi")),
        Member(person="dana", skills=("routing",)),
    ),
    lead="dana",
    manager="max",
    rota=Rota(
        zone=BERLIN,
        layers=(
            Layer(
                key="day",
                people=("jay", "maria", "dana"),
                start=BEGIN,
                handover_at=time(7),
                from_=time(7),
                until=time(19),
            ),
            # Two ahead of the days, so that nobody goes from one straight into the other.
            Layer(
                key="night",
                people=("dana", "jay", "maria"),
                start=BEGIN,
                handover_at=time(19),
                from_=time(19),
                until=time(7),
            ),
        ),
    ),
)

platform = Team(
    key="platform",
    title="Platform",
    calendar="always",
    zone=BERLIN,
    skills=("mail", "identity", "linux"),
    members=(
        Member(person="tom", skills=("mail", "linux")),
        Member(person="ines", skills=("identity", "linux")),
        Member(person="ravi", skills=("identity", "mail")),
    ),
    lead="ravi",
    manager="max",
    # Handed over on Thursdays, so that nobody starts a week of duty at the weekend.
    rota=Rota(
        zone=BERLIN,
        layers=(Layer(people=("tom", "ines", "ravi"), start=BEGIN, handover=3, handover_at=time(10)),),
    ),
)

business_apps = Team(
    key="business-apps",
    title="Business applications",
    calendar="new-york-office",
    zone=NEW_YORK,
    skills=("erp", "reporting"),
    members=(Member(person="eva", skills=("erp", "reporting")), Member(person="paul", skills=("erp",))),
    lead="paul",
    manager="max",
    rota=Rota(zone=NEW_YORK, layers=(_office_hours("eva", "paul", from_=time(9), until=time(17)),)),
)

workplace = Team(
    key="workplace",
    title="Workplace",
    calendar="berlin-office",
    zone=BERLIN,
    skills=("laptops", "printers", "rooms"),
    members=(
        Member(person="ben", skills=("laptops", "rooms")),
        Member(person="lucy", skills=("laptops", "printers")),
        Member(person="lena"),
    ),
    lead="lena",
    manager="max",
    rota=Rota(zone=BERLIN, layers=(_office_hours("ben", "lucy", from_=time(8), until=time(18)),)),
)

teams = (service_desk, network, platform, business_apps, workplace)
