"""Tokens and keys of one installation: made once, kept in a file that only its owner reads."""

import base64
import os
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

TABLES = {"hook_secrets", "automation"}
"""What people add; all else is made."""


class Secrets(BaseModel):
    """What must never reach a log, a history or a page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hook_token: str = Field(min_length=20, repr=False, description="Bearer token of the hooks (Alertmanager).")
    webhook_secret: str = Field(pattern=r"^whsec_[A-Za-z0-9+/=]{32,}$", repr=False, description="Standard Webhooks.")
    page_secret: str = Field(
        pattern=r"^whsec_[A-Za-z0-9+/=]{32,}$",
        repr=False,
        description="Signs outgoing pages: whoever receives them must not be able to sign hooks.",
    )
    audit_key: str = Field(min_length=32, repr=False, description="Signs the checkpoints of the event log.")
    token_salt: str = Field(min_length=20, repr=False, description="Salt of hashed tokens.")
    hook_secrets: dict[str, str] = Field(default_factory=dict, repr=False, description="Webhook secret per source.")
    automation: dict[str, str] = Field(default_factory=dict, repr=False, description="`secrets:NAME` of automations.")

    @classmethod
    def fresh(cls) -> "Secrets":
        """New random ones."""
        return cls(
            hook_token=secrets.token_urlsafe(32),
            webhook_secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
            page_secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
            audit_key=secrets.token_hex(32),
            token_salt=secrets.token_hex(16),
        )

    @classmethod
    def read(cls, path: Path) -> "Secrets":
        """Raises FileNotFoundError, or ValueError naming the field (never its value)."""
        try:
            return cls(**tomllib.loads(path.read_text()))
        except ValidationError as bad:
            fields = sorted({".".join(map(str, e["loc"])) for e in bad.errors()})
            raise ValueError(f"missing, unknown or malformed: {', '.join(fields)}") from None
        except tomllib.TOMLDecodeError as bad:
            raise ValueError(f"not TOML ({str(bad).rpartition('(')[2].rstrip(')')})") from None

    @classmethod
    def ensure(cls, path: Path) -> "Secrets":
        """The stored ones; what is missing (all of them, or those of a newer version) is made and stored first."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            made = cls.fresh().model_dump(exclude=TABLES)
            tables = "\n# One line per secret that automations know as secrets:NAME.\n[automation]\n"
            tables += "\n# One line per source of POST /hooks/{source} that has its own secret.\n[hook_secrets]\n"
            # A link never replaces: when two start at once, both end up with the same secrets.
            _write(path, _lines(made) + tables, replace=False)
            return cls.read(path)
        text = path.read_text()
        try:
            present = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return cls.read(path)
        if added := {k: v for k, v in cls.fresh().model_dump(exclude=TABLES).items() if k not in present}:
            _write(path, _lines(added) + text, replace=True)
        return cls.read(path)


def _lines(values: dict[str, str]) -> str:
    return "".join(f'{name} = "{value}"\n' for name, value in values.items())


def _write(path: Path, text: str, *, replace: bool) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if replace:
        draft.replace(path)
        return
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
