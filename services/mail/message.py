"""A queued mail as it goes out. Made anew for every attempt and every time the same, to the byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from services import clock

KEY_HEADER = "X-Parkwatch-Key"
# The older interface of the library: its headers are folded five times faster.
WIRE = compat32.clone(linesep="\r\n")
BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out of a queued mail, over whichever channel."""

    key: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    queued_at: datetime


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key: a receiver that gets it twice can tell."""
    return f"<{key}@parkwatch.local>"


def build(letter: Letter, sender: str) -> bytes:
    """Plain text and HTML; raises ValueError when an address cannot stand in a header."""
    headers = {
        "From": sender,
        "To": letter.recipient,
        "Date": format_datetime(clock.civil(letter.queued_at)),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        KEY_HEADER: letter.key,
    }
    message = MIMEMultipart("alternative", boundary=f"=_{letter.key}", policy=WIRE)
    for name, value in headers.items():
        message[name] = _one_line(value)
    message["Subject"] = Header(_one_line(letter.subject), "utf-8", header_name="Subject")  # type: ignore[assignment]
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        message.attach(MIMEText(content, kind, "utf-8", policy=WIRE))
    return message.as_bytes()


def _one_line(value: str) -> str:
    if BREAKS.search(value):
        raise ValueError("邮件头含有换行或控制字符")
    return value
