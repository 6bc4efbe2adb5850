"""Where a setting comes from, and what a wrong one says."""

import stat
from pathlib import Path

import pytest

from keys import Secrets
from settings import Settings, SettingsError, masked
from sources import load

HOME = {"XDG_DATA_HOME": "/home/somebody/data", "XDG_CONFIG_HOME": "/nowhere"}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "jidoka.toml").write_text('web_port = 1003\nui_port = 1003\nlog_level = "debug"\n')
    env = {**HOME, "JIDOKA_WEB_PORT": "1002", "JIDOKA_UI_PORT": "1002"}

    settings = load({"web_port": 1001}, env)

    assert (settings.web_port, settings.ui_port, settings.log_level, settings.metrics_port) == (
        1001,
        1002,
        "debug",
        9464,
    )
    assert [settings.origins[n] for n in ("web_port", "ui_port", "log_level", "metrics_port")] == [
        "--web-port",
        "JIDOKA_UI_PORT",
        str(tmp_path / "jidoka.toml"),
        "default",
    ]


def test_without_anything_the_stack_is_in_the_home_of_the_user() -> None:
    settings = load({}, HOME)

    assert settings.data_dir == Path("/home/somebody/data/jidoka")
    assert settings.database_url == "sqlite:////home/somebody/data/jidoka/jidoka.db"
    assert settings.mail_maildir == Path("/home/somebody/data/jidoka/mail/outbox")
    assert settings.embedded


def test_the_base_port_moves_all_four() -> None:
    settings = Settings(data_dir=Path("/d"), base_port=20000)

    assert settings.temporal_address == "127.0.0.1:20000"
    assert (settings.ui_port, settings.web_port, settings.metrics_port) == (20001, 20002, 20003)
    assert settings.web_url == "http://127.0.0.1:20002"
    assert settings.worker_metrics_urls == ("http://127.0.0.1:20003/metrics",)


def test_a_command_finds_the_ports_of_the_running_stack(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"pid": 1, "started": "x", "base_port": 21000}')

    settings = load({"data_dir": tmp_path}, HOME)

    assert settings.temporal_address == "127.0.0.1:21000"
    assert settings.origins["base_port"] == str(tmp_path / "stack.json")


def test_tables_of_the_file_are_prefixes_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    place = tmp_path / "etc" / "my.toml"
    place.parent.mkdir()
    place.write_text('data_dir = "state"\n[mail]\nsmtp_url = "smtp://mx.example.org"\nmaildir = "out"\n')

    settings = load({}, HOME, config=place)

    assert settings.mail_smtp_url == "smtp://mx.example.org"
    assert settings.data_dir == tmp_path / "etc" / "state"
    assert settings.mail_maildir == tmp_path / "etc" / "out"


def test_temporals_own_variables_are_heard_and_ours_go_before_them() -> None:
    env = {**HOME, "TEMPORAL_ADDRESS": "cluster.example.org:7233", "TEMPORAL_NAMESPACE": "desk"}

    theirs = load({}, env)
    ours = load({}, {**env, "JIDOKA_TEMPORAL_NAMESPACE": "other"})

    assert (theirs.temporal_address, theirs.temporal_namespace) == ("cluster.example.org:7233", "desk")
    assert theirs.origins["temporal_address"] == "TEMPORAL_ADDRESS"
    assert not theirs.embedded
    assert ours.temporal_namespace == "other"


def test_a_profile_of_temporal_toml_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.prod]\naddress = "prod.example.org:7233"\nnamespace = "p"\n')
    env = {**HOME, "TEMPORAL_CONFIG_FILE": str(file), "JIDOKA_TEMPORAL_PROFILE": "prod"}

    settings = load({}, env)

    assert settings.temporal_address == "prod.example.org:7233"
    assert settings.origins["temporal_address"] == str(file)


def test_the_embedded_server_is_never_asked_with_the_keys_of_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "for the cluster only")

    config = Settings(data_dir=Path("/d")).connect_config()

    assert config == {"target_host": "127.0.0.1:7233", "namespace": "default"}


@pytest.mark.parametrize(
    ("env", "file", "message", "hint"),
    [
        ({"JIDOKA_WEB_PROT": "1"}, "", "JIDOKA_WEB_PROT is not a setting (web_prot).", "Did you mean web_port?"),
        ({}, "[mail]\nsmpt_url = 1", "mail_smpt_url", "Did you mean mail_smtp_url?"),
        ({"JIDOKA_WEB_PORT": "70000"}, "", "JIDOKA_WEB_PORT = '70000' cannot be used", "web_port: Port of the web."),
        ({"JIDOKA_BASE_PORT": "80"}, "", "JIDOKA_BASE_PORT = '80' cannot be used", "base_port:"),
        ({"JIDOKA_TEMPORAL_ADDRESS": "here"}, "", "expected HOST:PORT", "temporal_address:"),
        ({"JIDOKA_MAIL_IMAP_URL": "mail.example.org"}, "", "expected imap://HOST or imaps://HOST", "mail_imap_url:"),
        ({"JIDOKA_LOG_LEVEL": "loud"}, "", "JIDOKA_LOG_LEVEL = 'loud'", "log_level:"),
        ({}, "web_port = ", "jidoka.toml cannot be read", "it is TOML"),
        ({"JIDOKA_CONFIG": "/nowhere/my.toml"}, "", "There is no file /nowhere/my.toml.", "JIDOKA_CONFIG"),
    ],
)
def test_a_wrong_setting_says_where_it_is_why_and_what_to_do(
    env: dict[str, str], file: str, message: str, hint: str, tmp_path: Path
) -> None:
    if file:
        (tmp_path / "jidoka.toml").write_text(file)

    with pytest.raises(SettingsError) as wrong:
        load({}, HOME | env)

    assert message in wrong.value.message
    assert hint in wrong.value.hint


@pytest.mark.parametrize("name", ["JIDOKA_SHARED", "JIDOKA_FAULT_KILLS", "JIDOKA_TEST_LIVES", "JIDOKA_OUTPUT"])
def test_what_tests_and_the_command_line_read_themselves_is_no_wrong_setting(name: str) -> None:
    assert load({}, {**HOME, name: "1"}) == load({}, HOME)


def test_a_wrong_secret_is_not_repeated_in_the_error() -> None:
    with pytest.raises(SettingsError) as wrong:
        load({}, {**HOME, "JIDOKA_MAIL_SMTP_URL": "http://desk:hunter2@mx.example.org"})

    assert "hunter2" not in wrong.value.message + wrong.value.hint


def test_passwords_are_never_shown() -> None:
    settings = Settings(
        data_dir=Path("/d"),
        mail_smtp_url="smtps://desk:hunter2@mx.example.org",
        database_url="postgresql+psycopg://jidoka:hunter2@db/jidoka",
        api_token="hunter2hunter2",
    )

    assert "hunter2" not in str(settings.shown())
    assert masked("smtp://mx.example.org") == "smtp://mx.example.org"


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    with pytest.raises(SettingsError, match="There are no secrets"):
        settings.secrets()

    made = Secrets.ensure(settings.secrets_file)
    again = Secrets.ensure(settings.secrets_file)

    assert made == again == settings.secrets()
    assert stat.S_IMODE(settings.secrets_file.stat().st_mode) == 0o600
    assert [p.name for p in settings.data_dir.iterdir()] == ["secrets.toml"]
    assert made.hook_token not in repr(made)
    assert Secrets.fresh() != made


def test_a_damaged_secrets_file_names_the_field_and_shows_no_value(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.secrets_file.write_text('hook_token = "hunter2"\nwebhook_secret = "whsec_x"\n')

    with pytest.raises(SettingsError) as wrong:
        settings.secrets()

    assert "audit_key, hook_token, page_secret, token_salt, webhook_secret" in wrong.value.message
    assert "hunter2" not in wrong.value.message


def test_secrets_of_a_newer_version_are_added_and_the_old_ones_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    before = Secrets.ensure(settings.secrets_file)
    kept = [line for line in settings.secrets_file.read_text().splitlines() if not line.startswith("page_secret")]
    settings.secrets_file.write_text("\n".join(kept) + '\nown = "whsec_x"\n')

    after = Secrets.ensure(settings.secrets_file)

    assert after.hook_token == before.hook_token
    assert after.hook_secrets == {"own": "whsec_x"}
    assert after.page_secret != before.page_secret
    assert stat.S_IMODE(settings.secrets_file.stat().st_mode) == 0o600
