"""A name in DNS: whether it resolves, and to what it should."""

from ipaddress import ip_address
from time import perf_counter
from typing import Annotated, Literal

import dns.asyncresolver
import dns.exception
import dns.resolver
from pydantic import Field, field_validator

from activities.automation.code import Automation, Failed, Report, Run, automation
from definitions.automations import Risk
from definitions.base import Value

LOOKUP_S = 5.0


class Name(Value):
    """What to look up, whom to ask, and what should come back."""

    name: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9_*.-]+$")]
    type: Literal["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = "A"
    servers: tuple[str, ...] = ()
    """Addresses of name servers; none means those of the worker's machine."""
    port: Annotated[int, Field(gt=0, lt=65_536)] = 53
    expect: tuple[str, ...] = ()
    """Answers that must be there, as `dig +short` writes them."""

    @field_validator("servers")
    @classmethod
    def _addresses(cls, servers: tuple[str, ...]) -> tuple[str, ...]:
        for server in servers:
            ip_address(server)
        return servers


class Resolved(Report):
    """What DNS said."""

    answers: tuple[str, ...] = ()
    ttl_s: int | None = None
    seconds: float | None = None


@automation("dns-check", title="Does the name resolve as it should?", risk=Risk.READS)
class DnsCheck(Automation[Name, Resolved]):
    """One question, without the search list of the machine."""

    async def run(self, given: Name, run: Run) -> Resolved:
        """Ask once. A name that is not there is a finding and no failure."""
        resolver = self._resolver(given, run)
        asked = f"{given.name} {given.type}"
        started = perf_counter()
        try:
            answer = await resolver.resolve(given.name, given.type, search=False, lifetime=LOOKUP_S)
        except dns.resolver.NXDOMAIN:
            return self._trouble(
                given, run, f"The name {given.name} does not exist.", "Look at the zone and its owner."
            )
        except dns.resolver.NoAnswer:
            return self._trouble(
                given, run, f"There is no {asked} record.", "Look at the zone: another type may be there."
            )
        except dns.resolver.NoNameservers:
            return self._trouble(
                given, run, f"No name server gives an answer about {asked}.", "Look at the name servers."
            )
        except (dns.exception.Timeout, OSError) as error:
            return self._trouble(
                given, run, f"The name servers do not answer about {asked} ({type(error).__name__}).",
                "See whether they are up and can be reached from the network of the person.",
            )  # fmt: skip
        seconds = perf_counter() - started
        answers = tuple(sorted(item.to_text() for item in answer))
        about = {"answers": answers, "ttl_s": answer.rrset.ttl if answer.rrset else None, "seconds": round(seconds, 3)}
        said = ", ".join(answers)
        if missing := sorted(set(given.expect) - set(answers)):
            return self._trouble(
                given, run, f"{asked} gives {said}, and not {', '.join(missing)}.",
                "Correct the zone, or what was expected of it.", **about,
            )  # fmt: skip
        return Resolved.model_validate(
            {
                "result": f"{asked} gives {said}.", "checked": _checked(given), "at": run.now, "good": True,
                "next_step": "DNS is in order from here; see what the machine of the person resolves.", **about,
            }
        )  # fmt: skip

    @staticmethod
    def _resolver(given: Name, run: Run) -> dns.asyncresolver.Resolver:
        try:
            resolver = dns.asyncresolver.Resolver(configure=not given.servers)
        except dns.resolver.NoResolverConfiguration:
            raise Failed("this machine names no name servers", "Give the addresses in `servers`.") from None
        if given.servers:
            for server in given.servers:
                run.reach.judge(server)
            resolver.nameservers = [*given.servers]
            resolver.port = given.port
        return resolver

    @staticmethod
    def _trouble(given: Name, run: Run, result: str, next_step: str, **about: object) -> Resolved:
        return Resolved.model_validate(
            {"result": result, "checked": _checked(given), "at": run.now, "next_step": next_step, "good": False} | about
        )


def _checked(given: Name) -> str:
    return f"{given.name} {given.type} at {', '.join(given.servers) or 'the name servers of the worker'}"
