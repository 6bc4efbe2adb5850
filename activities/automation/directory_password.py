"""A forgotten password in an LDAP directory: a temporary one is set, and handed to its owner alone."""

from typing import Annotated

from pydantic import Field, StringConstraints

from activities.automation.code import Automation, CannotUndo, Failed, HalfDone, Report, Run, automation
from activities.automation.ldap import Directory, DirectoryServer, Entry, Refusal, connected
from activities.automation.post import one_address
from activities.automation.secrets import SecretRef
from definitions.automations import Risk

SUBJECT = "Your temporary password"
WORDS = """Your password was reset, as you asked (case {case}).

Temporary password: {password}

Sign in with it once and choose a new one at once.
If you did not ask for this, tell the service desk now and name the case.
"""
_ATTRIBUTE = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


class Account(DirectoryServer):
    """Whose password, and how the directory is laid out."""

    person: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$")]
    """What stands in `login` of the entry."""
    bind_dn: Annotated[str, Field(min_length=1, max_length=500)]
    """An account that may set passwords below `base` and nothing more."""
    bind_password: SecretRef
    base: Annotated[str, Field(min_length=1, max_length=500)]
    login: _ATTRIBUTE = "uid"
    recovery: _ATTRIBUTE = "mail"
    """Where the address stands to which the temporary password goes; one that can be read without the password."""


class WasReset(Report):
    """The password was reset; what it is now stands nowhere here."""


@automation("ldap-password-reset", title="Set a temporary password and hand it to its owner", risk=Risk.CHANGES)
class PasswordReset(Automation[Account, WasReset]):
    """The temporary password follows from the key of the run, so an attempt can tell what one before it did.

    That it must be changed at once is for the directory to enforce (`pwdMustChange` of a password policy).
    """

    async def run(self, given: Account, run: Run) -> WasReset:
        """Set it, then hand it over."""
        async with connected(given, run.reach) as directory:
            entry, address = await self._entry(directory, given, run)
            await directory.set_password(entry.dn, run.safe.derive(run.key))
        return await self._handed_over(given, run, address)

    async def dry_run(self, given: Account, run: Run) -> Report:
        """Find the account and where the password would go."""
        async with connected(given, run.reach) as directory:
            await self._entry(directory, given, run)
        return Report(
            result=f"The password of {given.person} would be reset, and a temporary one sent to the recovery address.",
            checked=_checked(given), at=run.now, next_step="Run it without --dry-run.",
        )  # fmt: skip

    async def happened(self, given: Account, run: Run) -> WasReset | None:
        """Whether the temporary password of this run lets somebody in; then it only remains to hand it over."""
        entry, address = await self._found(given, run)
        return await self._handed_over(given, run, address) if await self._lets_in(entry, given, run) else None

    async def holds(self, given: Account, run: Run) -> bool:
        """Whether the temporary password lets them in; it is not there any more once they have chosen their own."""
        entry, _ = await self._found(given, run)
        return await self._lets_in(entry, given, run)

    async def undo(self, given: Account, run: Run) -> Report:
        """Nobody has the old one any more."""
        raise CannotUndo(
            f"the old password of {given.person} cannot be put back", "Leave the temporary one, or lock the account."
        )

    async def _found(self, given: Account, run: Run) -> tuple[Entry, str]:
        async with connected(given, run.reach) as directory:
            return await self._entry(directory, given, run)

    @staticmethod
    async def _lets_in(entry: Entry, given: Account, run: Run) -> bool:
        async with connected(given, run.reach) as directory:
            try:
                await directory.sign_in(entry.dn, run.safe.derive(run.key))
            except Refusal as refusal:
                if refusal.wrong_password:
                    return False
                raise
        return True

    @staticmethod
    async def _entry(directory: Directory, given: Account, run: Run) -> tuple[Entry, str]:
        await directory.sign_in(given.bind_dn, run.safe.open(given.bind_password))
        found = await directory.find(given.base, given.login, given.person, (given.recovery,))
        if len(found) != 1:
            many = "more than one account" if found else "no account"
            raise Failed(f"the directory has {many} called {given.person}", "Find out who is meant.")
        addresses = found[0].attributes.get(given.recovery.lower(), ())
        if not addresses:
            raise Failed(
                f"the account {given.person} has no {given.recovery} to send a temporary password to",
                "Make sure who asks, reset it by hand, and hand the password over in person.",
            )
        one_address(addresses[0])  # before anything is changed
        return found[0], addresses[0]

    @staticmethod
    async def _handed_over(given: Account, run: Run, address: str) -> WasReset:
        words = WORDS.format(case=run.case_id or "none", password=run.safe.derive(run.key))
        try:
            await run.post.hand_over(address, SUBJECT, words, run.key)
        except Failed as failed:
            raise HalfDone(f"the password of {given.person} was reset, but {failed.message}", failed.hint) from None
        return WasReset(
            result=f"The password of {given.person} was reset, and a temporary one sent to the recovery address.",
            checked=_checked(given), at=run.now, next_step="Ask whether they are in.",
        )  # fmt: skip


def _checked(given: Account) -> str:
    return f"account {given.person} in {given.url}"
