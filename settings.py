"""All settings, read once from the environment (or `.env`) into one frozen object.

A wrong value stops the start with the setting's name and what it should be.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# What these write into a log repeats the addresses of the channels, and those are secrets.
TALKATIVE = ("apprise", "urllib3", "requests")

MailContent = Literal["figures", "count"]


class SettingsError(SystemExit):
    """Stops the start: the message names each wrong setting and what it should be."""


class Settings(BaseSettings):
    """Every field is `PARKWATCH_<NAME>` in the environment; see docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="PARKWATCH_", env_file=".env", frozen=True, extra="ignore")

    environment: Annotated[
        Literal["development", "production"],
        Field(description="development 或 production（后者拒绝弱密钥并要求 HTTPS 会话 Cookie）"),
    ] = "development"
    database_url: Annotated[str, Field(description="sqlite:///路径 或 postgresql+psycopg://用户:口令@主机/库")] = (
        f"sqlite:///{INSTANCE / 'parkwatch.db'}"
    )
    secret_key: Annotated[str, Field(description="至少32个字符的随机串；不设则自动生成并保存在 instance/ 下")] = ""
    mail_url: Annotated[
        str,
        Field(description="smtp://用户:口令@主机:端口?starttls=require、smtps://… 或 file:目录（写 .eml 文件）"),
    ] = f"file:{INSTANCE / 'mail'}"
    mail_from: Annotated[str, Field(description="发件人地址，如 parkwatch@example.gov.cn")] = "parkwatch@localhost"
    mail_content: Annotated[
        MailContent, Field(description="figures（写明园区、事项和数据）或 count（只写“您有n项待办，请登录平台查看”）")
    ] = "figures"
    channels: Annotated[
        str,
        Field(
            description="以空格分隔的 Apprise 地址（企业微信、钉钉、飞书或 HTTP 网关），只发未办结事项的项数，不发内容"
        ),
    ] = ""
    storage_url: Annotated[str, Field(description="file:目录，存放上传的原始文件")] = f"file:{INSTANCE / 'files'}"
    port: Annotated[int, Field(ge=1, le=65535, description="网页端口，1—65535")] = 8050
    public_url: Annotated[
        str,
        Field(
            description="邮件和公文中链接的网址前缀，如 https://parkwatch.example.gov.cn；"
            "不设则邮件中为 http://127.0.0.1:端口，公文只印系统内路径"
        ),
    ] = ""
    letterhead: Annotated[
        str,
        Field(
            description="以信函格式（GB/T 9704—2012）印版头的本单位全称，只用于署该名称的函件；"
            "不设则不印版头，另用本单位专用纸"
        ),
    ] = ""
    demo_password: Annotated[str, Field(description="演示账号口令，至少8个字符；不设则随机生成并打印")] = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise ValueError("不是可用的数据库地址") from None
        if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("不是可用的数据库地址")
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("没有写明数据库")
        return url

    @field_validator("mail_url")
    @classmethod
    def _safe_mail(cls, url: str) -> str:
        if _names_folder(url):
            return url
        parts = _parts(url)
        if parts is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("不是可用的邮件地址")
        starttls = parse_qs(parts.query).get("starttls", ["require"])[-1]
        if starttls not in ("require", "never"):
            raise ValueError("starttls 只能是 require 或 never")
        if parts.scheme == "smtp" and starttls == "never" and parts.hostname not in LOOPBACK:
            raise ValueError("starttls=never 只允许用于本机地址")
        return url

    @field_validator("mail_from")
    @classmethod
    def _address(cls, value: str) -> str:
        name, _, domain = value.rpartition("@")
        if not name or not domain or not value.isascii() or any(c.isspace() for c in value):
            raise ValueError("不是邮件地址")
        return value

    @field_validator("channels")
    @classmethod
    def _known_channels(cls, value: str) -> str:
        if not value.split():
            return ""
        from apprise import Apprise  # loaded by those alone who use it

        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        for number, url in enumerate(value.split(), start=1):
            if Apprise.instantiate(url) is None:
                raise ValueError(f"第{number}个不是可用的通知地址")
        return value

    @field_validator("storage_url")
    @classmethod
    def _file_storage(cls, url: str) -> str:
        if not _names_folder(url):
            raise ValueError("不是可用的存储地址")
        return url

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = _parts(url)
        if url and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("不是网址")
        return url

    @field_validator("demo_password")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 8:
            raise ValueError("太短")
        return value

    @property
    def storage_folder(self) -> Path:
        return _under_root(self.storage_url.removeprefix("file:"))

    @property
    def channel_urls(self) -> dict[str, str]:
        """The further channels by name: channel-1 is the first of them."""
        return {f"channel-{number}": url for number, url in enumerate(self.channels.split(), start=1)}

    @property
    def base_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    def signing_key(self) -> str:
        """The secret key; made and kept under instance/ when unset. Raises SettingsError when weak in production."""
        if self.secret_key:
            if self.environment == "production" and (len(self.secret_key) < 32 or len(set(self.secret_key)) < 8):
                raise SettingsError(_complaint("secret_key", "过弱"))
            return self.secret_key
        path = INSTANCE / "secret_key"
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text().strip()


def load_settings() -> Settings:
    """Settings from the environment; raises SettingsError naming each wrong one and what it should be.

    Makes instance/ where there is none, for this user of the machine alone: it holds reports and telephone numbers.
    """
    with suppress(OSError):  # where everything lies elsewhere the tree may be read-only; what needs the folder says so
        INSTANCE.mkdir(mode=0o700, exist_ok=True)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_said_by(item) for item in error.errors())) from None


def _said_by(item: ErrorDetails) -> str:
    """Our own validators say what is wrong; a wrong number or word is repeated (neither is ever a secret)."""
    ours = item["type"] == "value_error"
    problem = item["msg"].removeprefix("Value error, ") if ours else f"不能为“{item['input']}”"
    return _complaint(str(item["loc"][0]), problem)


def _complaint(name: str, problem: str) -> str:
    expected = Settings.model_fields[name].description
    return f"设置 PARKWATCH_{name.upper()} 有误：{problem}。应为：{expected}"


def _parts(url: str) -> SplitResult | None:
    """None when it is no address at all, its port included."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _names_folder(url: str) -> bool:
    return url.startswith("file:") and url != "file:"


def _under_root(path: str) -> Path:
    return ROOT / path
