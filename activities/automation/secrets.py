"""Secrets of automations: named in definitions and inputs, opened only in the worker, taken out of all that is said."""

import base64
import hashlib
import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from activities.automation.code import Failed

SecretRef = Annotated[str, StringConstraints(pattern=r"^(env:[A-Z_][A-Z0-9_]*|file:/.+|secrets:[a-z][a-z0-9_-]*)$")]
"""Where a secret is, never the secret: `env:NAME`, `file:/path` (mode 0600), or `secrets:name` of the secrets file."""

HIDDEN = "***"
SHORTEST = 4
"""A shorter one would take ordinary words out of a finding with it."""


class Safe:
    """Opens references for one run and remembers what it opened, so that none of it gets out."""

    def __init__(self, kept: Mapping[str, str], seed: str, environ: Mapping[str, str] | None = None) -> None:
        self._kept, self._seed = kept, seed
        self._environ = os.environ if environ is None else environ
        self._opened: set[str] = set()

    def open(self, ref: str) -> str:
        """The secret. Raises Failed, with the reference and never the value, when it is not there."""
        kind, _, name = ref.partition(":")
        if kind == "file":
            return self._remember(_read(Path(name)))
        found = (self._environ if kind == "env" else self._kept).get(name)
        if not found:
            raise Failed(f"the secret {ref} is not there", "Set it where the worker runs, and restart the worker.")
        return self._remember(found)

    def derive(self, purpose: str) -> str:
        """A secret of 100 bits that is the same each time for one purpose: an attempt can tell what one before it set.

        HMAC-SHA256 over the purpose with a key of the installation, in base 32 by groups of five.
        """
        if not self._seed:
            raise Failed("this installation has no secrets yet", "Run `jidoka config secrets`, and restart the worker.")
        mac = hmac.new(self._seed.encode(), f"automation\x00{purpose}".encode(), hashlib.sha256).digest()
        text = base64.b32encode(mac)[:20].decode().lower()
        return self._remember("-".join(text[i : i + 5] for i in range(0, 20, 5)))

    def redacted(self, text: str) -> str:
        """The text without anything that was opened."""
        for secret in sorted(self._opened, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text

    def _remember(self, secret: str) -> str:
        if len(secret) >= SHORTEST:
            self._opened.add(secret)
        return secret


def _read(path: Path) -> str:
    try:
        # Without waiting: a pipe by that name would hold the worker.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            mode = os.fstat(file.fileno())
            if not stat.S_ISREG(mode.st_mode) or mode.st_mode & 0o077 or mode.st_uid not in (os.geteuid(), 0):
                raise Failed(f"the secret file:{path} can be read by others", f"Make it your own: chmod 600 {path}")
            content = file.read(64 * 1024).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"the secret file:{path} cannot be read ({type(error).__name__})", "Put it there.") from None
    if not content:
        raise Failed(f"the secret file:{path} is empty", "Put the secret there.")
    return content
