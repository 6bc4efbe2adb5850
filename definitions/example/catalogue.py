"""What people at Example Ltd can ask for."""

from definitions.example.catalogue_access import erp_role, guest_wifi, password_reset, shared_mailbox, vpn_access
from definitions.example.catalogue_people import leaver, new_starter
from definitions.example.catalogue_things import laptop_replacement, software_licence, vendor_onboarding

catalogue = (
    *(password_reset, vpn_access, new_starter, software_licence, vendor_onboarding),
    *(shared_mailbox, laptop_replacement, guest_wifi, erp_role, leaver),
)
