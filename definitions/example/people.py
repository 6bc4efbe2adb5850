"""The people of Example Ltd that the desk knows from the start."""

from definitions.people import Person, Role

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


LEADS = {"service-desk": "lena", "network": "dana", "platform": "ravi", "business-apps": "paul", "workplace": "lena"}


def _staff(key: str, name: str, *teams: str, lead: bool = False, zone: str = BERLIN) -> Person:
    """Somebody who works on cases; like everybody at Example Ltd they can also ask for help."""
    return Person(
        key=key,
        name=name,
        addresses=(f"{key}@example.com",),
        roles=(Role.REQUESTER, Role.ANALYST, Role.LEAD) if lead else (Role.REQUESTER, Role.ANALYST),
        teams=teams,
        zone=zone,
        department="it",
        # Max leads all of them and asks nobody.
        manager=None if not teams else "max" if lead else LEADS[teams[0]],
    )


def _requester(
    key: str, name: str, *more_addresses: str, department: str, manager: str | None = None, zone: str = BERLIN
) -> Person:
    return Person(
        key=key,
        name=name,
        addresses=(f"{key}@example.org", *more_addresses),
        zone=zone,
        department=department,
        manager=manager,
    )


people = (
    _staff("sam", "Sam Okafor", "service-desk"),
    _staff("kim", "Kim Larsen", "service-desk"),
    _staff("noor", "Noor Haddad", "service-desk"),
    _staff("lena", "Lena Vogt", "service-desk", "workplace", lead=True),
    _staff("jay", "Jay Turner", "network"),
    _staff("maria", "Maria Santos", "network"),
    _staff("dana", "Dana Cole", "network", lead=True),
    _staff("tom", "Tom Berger", "platform"),
    _staff("ines", "Inès Moreau", "platform"),
    _staff("ravi", "Ravi Nair", "platform", lead=True),
    _staff("eva", "Eva Lindqvist", "business-apps", zone=NEW_YORK),
    _staff("paul", "Paul Weber", "business-apps", lead=True, zone=NEW_YORK),
    _staff("ben", "Ben Adler", "workplace"),
    _staff("lucy", "Lucy Chen", "workplace"),
    _staff("max", "Max Hoffmann", lead=True),
    Person(key="olga", name="Olga Petrova", addresses=("olga@example.com",), roles=(Role.REQUESTER, Role.OPERATOR)),
    Person(key="ada", name="Ada Byrne", addresses=("ada@example.com",), roles=(Role.REQUESTER, Role.ADMIN)),
    Person(key="vic", name="Vic Stone (Netline)", addresses=("vic@netline.example",), roles=(Role.VENDOR,)),
    _requester("rita", "Rita Sommer", "r.sommer@example.org", department="people", manager="chloe"),
    _requester("omar", "Omar Farouk", department="sales", manager="chloe"),
    _requester("chloe", "Chloé Dubois", department="people", manager="max"),
    _requester("hugo", "Hugo Brandt", department="sales", manager="omar"),
    _requester("yuki", "Yuki Tanaka", department="finance", manager="chloe", zone=NEW_YORK),
)
