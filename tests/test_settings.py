"""Settings: each is documented, and a wrong one stops the start with its name and what it should be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import settings
from settings import ROOT, Settings, SettingsError, load_settings

DOCUMENT = ROOT / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = {line.split("`")[1] for line in DOCUMENT.read_text("utf8").splitlines() if line.startswith("| `PARK")}
    assert documented == {f"PARKWATCH_{name.upper()}" for name in Settings.model_fields}


def test_everything_has_a_default() -> None:
    loaded = load_settings()
    assert loaded.port == 8050
    assert loaded.database_url.startswith("sqlite:///")
    assert loaded.base_url == "http://127.0.0.1:8050"
    assert loaded.storage_folder == ROOT / "instance" / "files"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ENVIRONMENT", "staging", "development 或 production"),
        ("DATABASE_URL", "mysql://host/base", "postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://host/base", "postgresql+psycopg://"),
        ("DATABASE_URL", "parkwatch.db", "sqlite:///"),
        ("DATABASE_URL", "postgresql+psycopg://user@host:port/base", "不是可用的数据库地址"),
        ("DATABASE_URL", "postgresql+psycopg://user@host", "没有写明数据库"),
        ("DATABASE_URL", "sqlite://", "没有写明数据库"),
        ("MAIL_URL", "pigeon://roof", "smtp://"),
        ("MAIL_URL", "smtp://", "smtp://"),
        ("MAIL_URL", "smtp://mail.example.gov.cn?starttls=never", "只允许用于本机地址"),
        ("MAIL_URL", "smtp://localhost?starttls=maybe", "require"),
        ("MAIL_URL", "smtp://mail.example.gov.cn:smtp", "不是可用的邮件地址"),
        ("MAIL_URL", "smtp://mail.example.gov.cn:99999", "不是可用的邮件地址"),
        ("MAIL_URL", "smtp://[mail.example.gov.cn", "不是可用的邮件地址"),
        ("MAIL_URL", "file:", "file:目录"),
        ("MAIL_FROM", "nobody", "发件人地址"),
        ("MAIL_FROM", "no body@example.gov.cn", "发件人地址"),
        ("STORAGE_URL", "s3://bucket", "file:目录"),
        ("STORAGE_URL", "file:", "file:目录"),
        ("PORT", "eighty", "1—65535"),
        ("PORT", "0", "1—65535"),
        ("PORT", "65536", "1—65535"),
        ("PUBLIC_URL", "parkwatch.example.gov.cn", "https://"),
        ("PUBLIC_URL", "https://parkwatch.example.gov.cn:web", "不是网址"),
        ("DEMO_PASSWORD", "short", "至少8个字符"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"PARKWATCH_{name}", value)
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    message = str(stopped.value)
    assert message.startswith(f"设置 PARKWATCH_{name} 有误：")
    assert "应为：" in message
    assert expected in message


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKWATCH_PORT", "0")
    monkeypatch.setenv("PARKWATCH_MAIL_FROM", "nobody")
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert [line.split()[1] for line in str(stopped.value).splitlines()] == ["PARKWATCH_MAIL_FROM", "PARKWATCH_PORT"]


def test_a_password_in_a_wrong_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", "mysql://user:very-secret@host/base")
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert "very-secret" not in str(stopped.value)


@pytest.mark.parametrize("module", ["jobs", "db", "dashboard"])
def test_a_wrong_setting_stops_every_entrance(module: str) -> None:
    arguments = {"jobs": ["parks"], "db": ["verify"], "dashboard": []}[module]
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | {"PARKWATCH_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert result.stderr.strip() == "设置 PARKWATCH_PORT 有误：不能为“0”。应为：网页端口，1—65535"


@pytest.mark.parametrize("key", ["short", "a" * 40, "abcabcabcabcabcabcabcabcabcabcabcabc"])
def test_production_refuses_a_weak_key(key: str) -> None:
    weak = Settings(_env_file=None, environment="production", secret_key=key)
    with pytest.raises(SettingsError, match="PARKWATCH_SECRET_KEY"):
        weak.signing_key()


def test_a_key_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INSTANCE", tmp_path / "instance")
    first = Settings(_env_file=None).signing_key()
    assert len(first) >= 32
    assert Settings(_env_file=None).signing_key() == first
    assert stat.S_IMODE((tmp_path / "instance" / "secret_key").stat().st_mode) == 0o600


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PARKWATCH_PORT=8061\nPARKWATCH_MAIL_FROM=a@example.gov.cn\n")
    monkeypatch.setenv("PARKWATCH_MAIL_FROM", "b@example.gov.cn")
    loaded = load_settings()
    assert (loaded.port, loaded.mail_from) == (8061, "b@example.gov.cn")


def test_settings_cannot_be_changed_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_the_folder_of_data_is_made_for_this_user_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "INSTANCE", tmp_path / "instance")
    settings.load_settings()
    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0
