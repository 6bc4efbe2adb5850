"""Cases as people tell them, by what was wrong: written for the tests, before likeness was measured on them."""

SYNONYMS = (
    ("vpn", "tunnel", "remote access"),
    ("laptop", "notebook"),
    ("mail", "email", "e-mail"),
    ("wifi", "wlan", "wireless"),
    ("mobile", "phone", "smartphone"),
)

PAST = {
    "vpn-drops": (
        "VPN disconnects every few minutes when I work from home",
        "Tunnel keeps dropping, have to reconnect all the time",
        "Remote access breaks off again and again since this morning",
        "My vpn connection is lost after five minutes",
    ),
    "vpn-certificate": (
        "VPN client says certificate expired",
        "Cannot connect, certificate not valid any more",
        "Error about an expired certificate when starting the tunnel",
    ),
    "mail-quota": (
        "Mailbox is full, cannot send",
        "I get a warning that my email quota is used up",
        "Outlook says the mailbox has reached its size limit",
    ),
    "mail-spam": (
        "Lots of spam in my inbox since yesterday",
        "Strange mail asks me to click a link, is it phishing?",
        "Suspicious phishing email with an attachment",
    ),
    "shared-calendar": (
        "Cannot see the calendar of my colleague",
        "Shared calendar of the team does not open",
        "I need access to the room calendar of our department",
    ),
    "printer": (
        "Printer on the second floor does not print",
        "Paper jam in the printer, red light on",
        "Print jobs stay in the queue and nothing comes out of the printer",
    ),
    "password": (
        "Forgot my password, please reset it",
        "My account is locked after too many wrong passwords",
        "Password expired while I was on holiday and I cannot log in",
    ),
    "sso": (
        "Single sign-on loops back to the login page",
        "The login page comes up again after I sign in to the portal",
        "SSO does not work for the travel portal",
    ),
    "erp-posting": (
        "Posting an invoice in the ERP fails with period closed",
        "Cannot post invoices, the accounting period is not open",
        "Error: posting period closed when booking an invoice",
    ),
    "erp-slow": (
        "ERP is terribly slow today",
        "Reports in the erp take half an hour to load",
        "Very slow response when opening orders in the ERP",
    ),
    "wifi": (
        "No wifi in meeting room Berlin",
        "WLAN in the canteen very weak",
        "Wireless does not reach our meeting room",
    ),
    "laptop-battery": (
        "Battery of my laptop lasts only an hour",
        "Notebook switches off when unplugged, battery dead",
        "Laptop battery swollen",
    ),
    "monitor": (
        "Second monitor stays black at the docking station",
        "External screen not detected by the dock",
        "Docking station does not recognise my monitor",
    ),
    "mobile-mail": (
        "No new mail on my mobile since the password change",
        "Phone does not synchronise email",
        "Smartphone shows old mails only",
    ),
}
"""What was wrong -> how it was told."""

NEW = (
    ("vpn-drops", "the tunnel drops all the time at home"),
    ("vpn-drops", "vpn conection lost every few minuts"),
    ("vpn-drops", "have to reconnect the vpn again and again"),
    ("vpn-certificate", "expired certifcate when I start vpn"),
    ("vpn-certificate", "it says my certificate is not valid"),
    ("mail-quota", "my mailbox is full"),
    ("mail-quota", "quota warning in outlook, mail not sent"),
    ("mail-spam", "got a phishing mail with a strange link"),
    ("mail-spam", "so much spam in the inbox"),
    ("shared-calendar", "team calendar cannot be opened"),
    ("shared-calendar", "need to see a colleague's calender"),
    ("printer", "nothing comes out of the printer"),
    ("printer", "paper jam second floor"),
    ("password", "please reset my pasword"),
    ("password", "account locked, too many attempts"),
    ("password", "I forgot the password and cannot log in"),
    ("sso", "sign in to the portal sends me back to the login page"),
    ("sso", "sso broken for travel"),
    ("erp-posting", "cannot book an invoice because the period is closed"),
    ("erp-posting", "posting invoices fails"),
    ("erp-slow", "erp reports are slow"),
    ("erp-slow", "opening an order takes very long in the erp"),
    ("wifi", "wlan does not work in the meeting room"),
    ("wifi", "weak wireless signal"),
    ("laptop-battery", "notebook battery empty after an hour"),
    ("laptop-battery", "my laptop goes off without the plug, batery"),
    ("monitor", "screen black at the dock"),
    ("monitor", "external monitor not recognised"),
    ("mobile-mail", "no emails on my smartphone"),
    ("mobile-mail", "phone stopped synchronising mail"),
    ("mobile-mail", "the mobile shows no new messages"),
    ("vpn-drops", "home office is impossible, the link is gone every other minute"),
)
"""What is wrong, and how it is told this time: other words, slips, half sentences."""

NOTHING = (
    "Please order a standing desk for me",
    "When is the summer party?",
    "The coffee machine leaks",
    "I would like to change my bank details",
    "Lift is stuck on the third floor of building B, people inside",
)
"""What nobody ever told."""
