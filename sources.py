"""Where settings come from: flag, environment, file, default; each field remembers its place."""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from settings import SECRET_FIELDS, STACK_FILE, Settings, SettingsError, default_data_dir, masked

ENV = "JIDOKA_"
NOT_SETTINGS = {"JIDOKA_CONFIG", "JIDOKA_OUTPUT", "JIDOKA_SHARED"}
OF_TESTS = ("JIDOKA_TEST_", "JIDOKA_FAULT_")
"""Read elsewhere: by the command line itself, and by the tests, whose commands see the same environment."""


def load(
    flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None, config: str | Path | None = None
) -> Settings:
    """Flag, then environment, then `jidoka.toml`, then default; raises SettingsError."""
    environ = os.environ if environ is None else environ
    file = config_file(config or environ.get("JIDOKA_CONFIG"))
    layers: list[tuple[dict[str, Any], dict[str, str]]] = []
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    layers.append((given, {name: f"--{name.replace('_', '-')}" for name in given}))
    env = {
        name.removeprefix(ENV).lower(): value
        for name, value in environ.items()
        if name.startswith(ENV) and name not in NOT_SETTINGS and not name.startswith(OF_TESTS)
    }
    layers.append((env, {name: ENV + name.upper() for name in env}))
    from_file = read_toml(file) if file else {}
    layers.append((from_file, dict.fromkeys(from_file, str(file))))
    for layer, where in layers:
        for name in layer:
            if name not in Settings.model_fields or name == "origins":
                raise unknown(name, where[name])
    data_dir = next((v["data_dir"] for v, _ in layers if v.get("data_dir")), default_data_dir(environ))
    # `up --base-port` speaks for the running stack, so it outranks the file but not what a person says now.
    layers.insert(2, running(Path(data_dir).expanduser().absolute()))
    layers.insert(
        2, temporal_layer(environ, next((v["temporal_profile"] for v, _ in layers if v.get("temporal_profile")), None))
    )
    values: dict[str, Any] = {"data_dir": data_dir}
    origins: dict[str, str] = {}
    for layer, where in reversed(layers):
        values.update(layer)
        origins.update(where)
    try:
        built = Settings(**values)
    except ValidationError as bad:
        problem = bad.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        shown = masked(str(values.get(name))) if name in SECRET_FIELDS else repr(values.get(name))
        raise SettingsError(
            f"{origins.get(name, name)} = {shown} cannot be used: {problem['msg']}.",
            f"{name}: {Settings.model_fields[name].description} See `jidoka config show --origin`."
            if name in Settings.model_fields
            else "See `jidoka config show --origin`.",
        ) from None
    return built.model_copy(update={"origins": {n: origins.get(n, "default") for n in built.model_dump()}})


def config_file(named: str | Path | None) -> Path | None:
    """The file that was named, else `jidoka.toml` of the current directory when there is one."""
    if named:
        path = Path(named).expanduser().absolute()
        if not path.is_file():
            raise SettingsError(f"There is no file {path}.", "Correct --config or JIDOKA_CONFIG.")
        return path
    path = Path.cwd() / "jidoka.toml"
    return path if path.is_file() else None


def read_toml(path: Path) -> dict[str, Any]:
    """Flat names: `smtp_url` in `[mail]` is `mail_smtp_url`; relative paths are relative to the file."""
    try:
        tables = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as bad:
        raise SettingsError(f"{path} cannot be read: {bad}", "Correct the file; it is TOML.") from None
    flat: dict[str, Any] = {}
    for name, value in tables.items():
        flat.update({f"{name}_{inner}": v for inner, v in value.items()} if isinstance(value, dict) else {name: value})
    for name in {"data_dir", "temporal_cli", "mail_maildir", "secrets_file"} & flat.keys():
        flat[name] = path.parent / Path(str(flat[name])).expanduser()
    return flat


def running(data_dir: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """What the stack of this data directory decided when it came up."""
    path = data_dir / STACK_FILE
    try:
        stored = json.loads(path.read_text())
        decided = {name: stored[name] for name in ("base_port", "definitions") if stored.get(name)}
    except (OSError, ValueError, AttributeError):
        return {}, {}
    return decided, dict.fromkeys(decided, str(path))


def temporal_layer(environ: Mapping[str, str], profile: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Address and namespace from Temporal's own variables and profiles."""
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    file = environ.get("TEMPORAL_CONFIG_FILE") or str(home / "temporalio" / "temporal.toml")
    if not any(name.startswith("TEMPORAL_") for name in environ) and not Path(file).is_file():
        return {}, {}
    # Imported late: most commands on a machine without such settings never need it.
    from temporalio.envconfig import ClientConfigProfile

    try:
        found = ClientConfigProfile.load(profile, override_env_vars=dict(environ))
    except Exception as bad:  # the bridge raises bare RuntimeErrors
        raise SettingsError(f"Temporal's settings cannot be read: {bad}", f"Correct TEMPORAL_* or {file}.") from None
    pairs = {"temporal_address": ("ADDRESS", found.address), "temporal_namespace": ("NAMESPACE", found.namespace)}
    values = {name: value for name, (_, value) in pairs.items() if value}
    return values, {n: f"TEMPORAL_{pairs[n][0]}" if f"TEMPORAL_{pairs[n][0]}" in environ else file for n in values}


def unknown(name: str, where: str) -> SettingsError:
    """Says the nearest name that exists."""
    near = difflib.get_close_matches(name, [n for n in Settings.model_fields if n != "origins"], n=1)
    return SettingsError(
        f"{where} is not a setting ({name}).",
        f"Did you mean {near[0]}?" if near else "`jidoka config show` lists every setting.",
    )
