"""A queued mail as it goes out. Made anew for every attempt and every time the same, to the byte."""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from services import clock

KEY_HEADER = "X-Parkwatch-Key"
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
    """Plain text and HTML, both in base64; raises ValueError when an address cannot stand in a header.

    Put together here, for the library takes longer over a mail than the server does; what it writes is alike.
    """
    boundary = f"=_{letter.key}"
    head = {
        "From": sender,
        "To": letter.recipient,
        "Subject": _encoded(_one_line(letter.subject)),
        "Date": format_datetime(clock.civil(letter.queued_at)),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        KEY_HEADER: letter.key,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    for name in ("To", "Message-ID", KEY_HEADER):
        _one_line(head[name])
    lines = [*(f"{name}: {value}" for name, value in head.items()), ""]
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        kind_of_text = f'Content-Type: text/{kind}; charset="utf-8"'
        lines += [f"--{boundary}", kind_of_text, "Content-Transfer-Encoding: base64", ""]
        lines += encodebytes(content.encode()).decode().splitlines()
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode()


def _encoded(text: str) -> str:
    """RFC 2047, in words of eleven characters, so that no line passes its 76."""
    words = (text[start : start + 11] for start in range(0, len(text), 11))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word.encode()).decode()}?=" for word in words)


def _one_line(value: str) -> str:
    if BREAKS.search(value):
        raise ValueError("邮件头含有换行或控制字符")
    return value
