"""A real directory whose passwords the workers of several plants reset."""

from pathlib import Path

from keys import Secrets
from tests.activities.automation.servers import BASE, SERVICE, Slapd
from tests.faults.plant import Plant, plant
from tests.faults.points import AUTOMATION_POINTS

PASSWORD = "s3cret-of-the-service"


def plants_on(slapd: Slapd, certificate: Path, folder: Path, template: Path, server: str) -> list[Plant]:
    """One for each point around an automation, all with the same directory."""
    made = []
    for number, point in enumerate(AUTOMATION_POINTS):
        each = plant(folder / f"p{number}", template, server, point)
        Secrets.ensure(each.settings.secrets_file)
        kept = each.settings.secrets_file.read_text()
        each.settings.secrets_file.write_text(
            kept.replace("[automation]\n", f'[automation]\ndirectory = "{PASSWORD}"\n')
        )
        where = {
            "url": f"ldaps://localhost:{slapd.tls_port}", "ca_file": str(certificate), "bind_dn": SERVICE,
            "base": f"ou=people,{BASE}",
        }  # fmt: skip
        each.settings = each.settings.model_copy(
            update={"automation_allow_hosts": ("localhost",), "automation_inputs": {"password-reset": where}}
        )
        made.append(each)
    return made
