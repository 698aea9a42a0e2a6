"""Further channels (企业微信, 钉钉, 飞书, an HTTP gateway): off by default, and never with content.

Their addresses carry secrets. They stand in the settings alone: neither a row nor a log nor an error names one,
a channel is called by its place among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import OutboxMail
from policy.terms import MailState
from services import clock
from services.mail.delivery import Fault, HandingOver, Line, Undelivered
from services.mail.message import Letter, message_id
from settings import Settings

if TYPE_CHECKING:
    from apprise import Apprise

TITLE = "园区建设期监测平台"
STAGE = "notice"
MAIL = "mail"
"""The channel of ordinary mails."""
WHY_SUPERSEDED = "已由当日通知代替，不再发送"


@dataclass(frozen=True, slots=True)
class ChannelTransport:
    """One channel; `url` is a secret."""

    name: str
    url: str = field(repr=False)

    @contextmanager
    def opened(self) -> Iterator[Line]:
        yield self

    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        """All that is known of a failure is that it failed: the gateway is away until it works."""
        channel = _opened(self.url)
        handing_over()
        if not _told(channel, letter):
            reason = f"通知渠道 {self.name} 未接受，请核对设置 PARKWATCH_CHANNELS 和网关"
            raise Undelivered(reason, Fault.SERVER)


def _opened(url: str) -> Apprise:
    from apprise import Apprise, AppriseAsset  # a tenth of a second that only those wait who use it

    # No picture, nothing fetched from elsewhere, one after another.
    asset = AppriseAsset(app_id="Parkwatch", app_desc="Parkwatch", app_url="", async_mode=False)
    asset.image_url_mask = asset.image_url_logo = ""
    channel = Apprise(asset=asset)
    channel.add(url)
    return channel


def _told(channel: Apprise, letter: Letter) -> bool:
    try:
        return bool(channel.notify(title=letter.subject, body=letter.text))
    except Exception:  # whatever it raises may repeat the address
        return False


def queue_channels(session: Session, count: int, day: date, settings: Settings) -> tuple[str, ...]:
    """The day's notice on each channel that has none yet, when any matter is open; keys of what was queued.

    It says how many matters are open and where the platform is. One of an earlier day that is still waiting is
    overtaken by it and not sent any more.
    """
    queued = []
    for name in settings.channel_urls if count else ():
        key = f"{name}-{day}"
        if session.scalars(select(OutboxMail.id).where(OutboxMail.key == key)).first() is None:
            _overtake(session, name)
            session.add(_notice(key, name, count, day, settings.base_url))
            queued.append(key)
    session.flush()
    return tuple(queued)


def _overtake(session: Session, name: str) -> None:
    waiting = (OutboxMail.channel == name, OutboxMail.state == MailState.QUEUED)
    session.execute(update(OutboxMail).where(*waiting).values(state=MailState.HELD.value, last_error=WHY_SUPERSEDED))


def _notice(key: str, name: str, count: int, day: date, base_url: str) -> OutboxMail:
    now = clock.now()
    return OutboxMail(
        key=key,
        recipient=name,
        channel=name,
        subject=TITLE,
        text=f"现有{count}项未办结事项，请登录平台查看：{base_url}/\n本系统为非涉密系统，严禁处理、存储、传输涉密信息。",
        html="",
        stage=STAGE,
        state=MailState.QUEUED.value,
        message_id=message_id(key),
        queued_at=now,
        try_at=now,
        digest_on=day,
    )
