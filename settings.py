"""Where it runs: one frozen value. `sources.load` finds out what stands in it."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from keys import Secrets

if TYPE_CHECKING:
    from temporalio.envconfig import ClientConnectConfig

Clock = Callable[[], datetime]
"""Gives the present as an aware UTC datetime; whoever needs the time takes one by constructor."""

STACK_FILE = "stack.json"
"""Written by `jidoka up` in the data directory, so that other commands find its ports."""

SECRET_FIELDS = {"api_token", "mail_smtp_url", "mail_imap_url", "database_url"}


def system_clock() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class SettingsError(Exception):
    """A setting that cannot be used; `hint` says the next step."""

    code = "settings"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Settings(BaseModel):
    """All that differs between one installation and another.

    Built directly in tests (`Settings(data_dir=...)`), by `sources.load` everywhere else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(description="Where the stack keeps everything it writes.")
    base_port: int | None = Field(None, ge=1024, le=65532, description="Temporal N, its UI N+1, web N+2, metrics N+3.")
    definitions: str = Field("definitions.example:organisation", description="The organisation, `module:name`.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much the logs say.")
    embedded: bool = Field(description="Whether `up` runs the Temporal server itself.")
    temporal_address: str = Field(description="host:port of the Temporal frontend.")
    temporal_namespace: str = Field("default", description="Temporal namespace.")
    temporal_profile: str | None = Field(None, description="Profile of temporal.toml to read.")
    temporal_cli: Path | None = Field(None, description="Binary of the embedded Temporal server.")
    task_queue: str = Field("jidoka", description="Task queue of the worker.")
    ui_port: int = Field(ge=1, le=65535, description="Temporal's own web UI (embedded).")
    database_url: str = Field(description="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.")
    web_host: str = Field("127.0.0.1", description="Address the web binds.")
    web_port: int = Field(ge=1, le=65535, description="Port of the web.")
    web_url: str = Field(description="How people reach the web; used in links.")
    metrics_host: str = Field("127.0.0.1", description="Address the worker's metrics bind.")
    metrics_port: int = Field(ge=1, le=65535, description="Port of the worker's metrics.")
    worker_metrics_urls: tuple[str, ...] = Field(description="Worker metrics that the web's /metrics joins in.")
    mail_from: str | None = Field(None, description="Address of the desk, when not the organisation's own.")
    mail_smtp_url: str | None = Field(None, description="smtp:// or smtps://; none: mail goes to mail_maildir.")
    mail_maildir: Path = Field(description="Maildir for outgoing mail when there is no mail server.")
    mail_imap_url: str | None = Field(None, description="imap:// or imaps://USER:PASSWORD@HOST/MAILBOX to read.")
    mail_authserv_id: str | None = Field(None, description="The receiving server whose Authentication-Results count.")
    page_webhook_url: str | None = Field(None, description="Where pages go as signed webhooks (Standard Webhooks).")
    webhook_allow_hosts: tuple[str, ...] = Field((), description="Private hosts that outgoing webhooks may reach.")
    automation_allow_hosts: tuple[str, ...] = Field((), description="Private hosts that automations may reach.")
    automation_modules: tuple[str, ...] = Field((), description="Modules with automations of your own, to import.")
    automation_inputs: dict[str, dict[str, JsonValue]] = Field(
        {}, description="Per automation, the inputs that differ between installations."
    )
    secrets_file: Path = Field(description="Hook tokens and keys; mode 0600.")
    act_as: str | None = Field(None, description="Who acts, when no --as is given.")
    api_token: str | None = Field(None, description="Says who acts on a stack that is not embedded.")
    origins: dict[str, str] = Field(default_factory=dict, exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Fill what follows from the data directory and the base port."""
        data_dir = Path(given.get("data_dir") or default_data_dir(os.environ)).expanduser().absolute()
        base = given.get("base_port")
        base = int(base) if base is not None and str(base).isdigit() else None
        temporal, ui, web, metrics = (base + i for i in range(4)) if base else (7233, 8233, 8080, 9464)
        own = f"127.0.0.1:{temporal}"
        filled = {
            "temporal_address": own,
            "embedded": given.get("temporal_address", own) == own,
            "ui_port": ui,
            "web_port": web,
            "metrics_port": metrics,
            "database_url": f"sqlite:///{data_dir / 'jidoka.db'}",
            "mail_maildir": data_dir / "mail" / "outbox",
            "secrets_file": data_dir / "secrets.toml",
            **given,
            "data_dir": data_dir,
        }
        filled.setdefault("web_url", f"http://127.0.0.1:{filled['web_port']}")
        filled.setdefault("worker_metrics_urls", (f"http://127.0.0.1:{filled['metrics_port']}/metrics",))
        return filled

    @field_validator("automation_inputs", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator(
        *("worker_metrics_urls", "webhook_allow_hosts", "automation_allow_hosts", "automation_modules"), mode="before"
    )
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("temporal_cli", "mail_maildir", "secrets_file")
    @classmethod
    def _whole(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @field_validator("mail_smtp_url", "mail_imap_url")
    @classmethod
    def _mail_url(cls, value: str | None, info: Any) -> str | None:
        kind = "smtp" if "smtp" in info.field_name else "imap"
        if value is not None and not value.startswith((f"{kind}://", f"{kind}s://")):
            raise ValueError(f"expected {kind}://HOST or {kind}s://HOST")
        return value

    @field_validator("temporal_address")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("expected HOST:PORT")
        return value

    def secrets(self) -> Secrets:
        """Tokens and keys made at the first `up`; an error when there are none yet."""
        try:
            return Secrets.read(self.secrets_file)
        except FileNotFoundError:
            raise SettingsError(
                f"There are no secrets in {self.secrets_file}.",
                "Run `jidoka up` or `jidoka config secrets` to make them.",
            ) from None
        except ValueError as bad:
            raise SettingsError(
                f"{self.secrets_file} cannot be used: {bad}", "Correct the file or put its last backup back."
            ) from bad

    def connect_config(self) -> "ClientConnectConfig":
        """Arguments for `temporalio.client.Client.connect`, without a data converter or a runtime."""
        from temporalio.envconfig import ClientConfig, ClientConnectConfig

        # A profile for a cluster elsewhere (TLS, API key) must not be tried on the server of this machine.
        config = (
            ClientConnectConfig() if self.embedded else ClientConfig.load_client_connect_config(self.temporal_profile)
        )
        config["target_host"] = self.temporal_address
        config["namespace"] = self.temporal_namespace
        return config

    def shown(self) -> dict[str, Any]:
        """Every field as plain data, passwords masked."""
        plain = self.model_dump(mode="json")
        return {name: masked(value) if name in SECRET_FIELDS else value for name, value in plain.items()}


def masked(value: str | None) -> str | None:
    """A URL without its password; any other secret as dots."""
    if value is None:
        return None
    scheme, found, rest = value.partition("://")
    if not found:
        return "***"
    user, at, place = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}:***@{place}" if at and ":" in user else value


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """In the user's home, so that a command finds the stack from any directory."""
    home = environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "jidoka"
