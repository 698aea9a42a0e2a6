"""A queued mail as it goes out. Made anew for every attempt and every time the same, to the byte."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from db.models import OutboxMail
from services import clock

KEY_HEADER = "X-Parkwatch-Key"


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key: a receiver that gets it twice can tell."""
    return f"<{key}@parkwatch.local>"


def build(mail: OutboxMail, sender: str) -> EmailMessage:
    """Plain text and HTML; raises ValueError when an address cannot stand in a header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.civil(mail.queued_at))
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message[KEY_HEADER] = mail.key
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message.set_boundary(f"=_{mail.key}")
    return message
